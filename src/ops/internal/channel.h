#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace accubooks::ops {

/// One end of a Unix socket pair that carries short messages, each with a descriptor or without.
class Channel {
public:
    struct Message {
        std::string text;
        int descriptor = -1;  // owned

        Message() = default;
        Message(Message&& other) noexcept
            : text{std::move(other.text)}, descriptor{std::exchange(other.descriptor, -1)} {}
        Message& operator=(Message&&) = delete;
        ~Message();
        int take_descriptor() { return std::exchange(descriptor, -1); }
    };
    enum class Owner : bool { self, other };

    explicit Channel(int descriptor, Owner owner = Owner::self)
        : descriptor_{descriptor}, owner_{owner} {}
    Channel(Channel&& other) noexcept
        : descriptor_{std::exchange(other.descriptor_, -1)}, owner_{other.owner_} {}
    Channel& operator=(Channel&& other) noexcept;
    ~Channel();

    /// None when no descriptor is left. Both close on exec.
    static std::optional<std::pair<Channel, Channel>> pair();

    int descriptor() const { return descriptor_; }
    /// Whether it was sent; not when the other side has gone.
    bool send(std::string_view text, int descriptor = -1) const;
    /// None when the other side has gone. Blocking: look with `wait_readable` first, unless the
    /// other side is known to speak or end.
    std::optional<Message> receive() const;
    /// Whether `receive` would answer at once, after waiting for it so long.
    bool wait_readable(std::chrono::milliseconds patience) const;

private:
    int descriptor_;
    Owner owner_;
};

}  // namespace accubooks::ops
