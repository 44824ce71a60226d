#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/task.h"

namespace accubooks::base {

/// Where a host is: its addresses as text, in the order to try them in and at least one; or why
/// nobody knows.
using HostAddresses = std::expected<std::vector<std::string>, std::string>;

/// One question to the system's resolver, asked on a thread beside: the only I/O in this room, here
/// because `pg` and `net` share it.
///
/// The resolver blocks, waits for a silent name server as long as its own settings let it, and
/// can't be stopped. So its threads are detached: a look-up that nobody waits for any more goes on,
/// but holds up neither a caller nor the end of the program. What bounds them is one list for the
/// whole process, with one look-up of each name at a time, of which all who ask meanwhile get the
/// answer: a silent name server costs a thread for each name, and not for each question.
class HostLookUp {
public:
    /// `over` is called on `executor`, one lane, once there is an answer and this object still
    /// lives. The object is destroyed there, before the executor's context. When no thread can be
    /// had, that is the answer.
    HostLookUp(
        const std::string& host, boost::asio::any_io_executor executor, std::function<void()> over
    );
    ~HostLookUp();
    HostLookUp(const HostLookUp&) = delete;
    HostLookUp& operator=(const HostLookUp&) = delete;

    /// Empty: none yet.
    std::optional<HostAddresses> answer() const;

    struct Waiter;  // who asked; public for the list of look-ups alone, and unknown outside of it

private:
    std::string host_;
    std::shared_ptr<Waiter> waiter_;
};

/// The host's addresses; past the deadline `no_answer_in_time` is the reason why there are none. An
/// IP address is answered with itself, unasked; IPv6 in brackets isn't one, but a name that nobody
/// knows. Throws boost::system::system_error (operation_aborted) when the caller is cancelled.
Task<HostAddresses> addresses_of(std::string host, Deadline deadline);

/// The reason to give when a deadline has passed.
std::string no_answer_in_time(const std::string& host);

}  // namespace accubooks::base
