#include "base/ids.h"

#include <cerrno>

#include <sys/random.h>

#include "base/digest.h"

namespace accubooks::base {

namespace {

constexpr bool is_dash_position(std::size_t at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

Result<Uuid> Uuid::parse(std::string_view text) {
    Uuid uuid;
    bool good = text.size() == 36;
    std::size_t digits = 0;
    for (std::size_t i = 0; good && i < text.size(); ++i) {
        if (is_dash_position(i)) {
            good = text[i] == '-';
            continue;
        }
        const int value = hex_value(text[i]);
        good = value >= 0;
        auto& byte = uuid.bytes[digits / 2];
        byte = static_cast<std::uint8_t>(byte * 16 + value);
        ++digits;
    }
    if (!good) {
        return refuse(
            ErrorKind::invalid,
            "base.bad_uuid",
            "An id of this kind is written as 8-4-4-4-12 hexadecimal digits."
        );
    }
    return uuid;
}

std::string to_string(const Uuid& uuid) {
    std::string text = to_hex(uuid.bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) {
        text.insert(at, 1, '-');
    }
    return text;
}

RandomBytes system_random() {
    return [](std::span<std::uint8_t> bytes) {
        while (!bytes.empty()) {
            const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
            ensure(count > 0 || errno == EINTR, "the kernel always has random bytes");
            if (count > 0) {
                bytes = bytes.subspan(static_cast<std::size_t>(count));
            }
        }
    };
}

Uuid uuid_v7(Instant at, const RandomBytes& random) {
    ensure(at.unix_micros() >= 0, "ids are made after 1970");
    const auto millis = static_cast<std::uint64_t>(at.unix_micros() / 1000);
    Uuid uuid;
    for (unsigned i = 0; i < 6; ++i) {
        uuid.bytes[i] = static_cast<std::uint8_t>(millis >> (8U * (5U - i)));
    }
    random(std::span{uuid.bytes}.subspan(6));
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0FU) | 0x70U);  // version 7
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3FU) | 0x80U);  // variant 10
    return uuid;
}

}  // namespace accubooks::base
