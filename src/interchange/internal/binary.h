#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/error.h"

/// Records as a spool keeps them: in this machine's own form, which never leaves the process.
namespace accubooks::interchange {

template <class T>
void put(std::string& out, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

inline void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<std::uint32_t>(text.size()));
    out.append(text);
}

/// Takes what was put, in order.
class BinaryReader {
public:
    explicit BinaryReader(std::string_view bytes) : bytes_{bytes} {}

    template <class T>
    T take() {
        T value;
        const auto bytes = take_bytes(sizeof value);
        std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }

    std::string_view take_text() { return take_bytes(take<std::uint32_t>()); }

private:
    std::string_view take_bytes(std::size_t count) {
        base::ensure(count <= bytes_.size() - at_, "a spooled record is as long as it was written");
        const auto bytes = bytes_.substr(at_, count);
        at_ += count;
        return bytes;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
};

}  // namespace accubooks::interchange
