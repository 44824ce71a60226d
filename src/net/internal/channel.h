#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"

namespace accubooks::net {

/// A connection's bytes as the session sees them: a socket, or a test's memory.
class Channel {
public:
    struct Read {
        std::size_t bytes = 0;  // 0: no more will come, or the deadline passed
        bool timed_out = false;
    };

    Channel() = default;
    virtual ~Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// Waits for at least one byte. `into` stays valid until it returns.
    virtual base::Task<Read> read(std::span<char> into, base::Deadline deadline) = 0;

    /// Sends both texts; false when the client is gone or took no byte for `patience`.
    virtual base::Task<bool> write(
        std::string_view head, std::string_view body, base::Deadline::duration patience
    ) = 0;

    /// Says that nothing more is sent and lets the client read what was, though it may still be
    /// sending; until `deadline`. Closing at once would throw the answer away with the bytes nobody
    /// read.
    virtual base::Task<void> linger(base::Deadline deadline) = 0;

    /// Whether nobody on the way can read it. Known once a byte was read.
    virtual bool is_encrypted() const { return false; }
};

}  // namespace accubooks::net
