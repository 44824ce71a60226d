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

/// One question to the system's resolver, asked on a thread beside. The resolver blocks, waits for
/// a silent name server as long as its own settings let it, and can't be stopped: a look-up that
/// nobody waits for any more goes on, but holds up neither a caller nor the end of the program.
///
/// Of each name there is one look-up at a time, of which all who ask meanwhile get the answer, so
/// that a silent name server costs a thread for each name and not for each question.
class HostLookUp {
public:
    /// `over` is called on `executor`, one lane, once there is an answer and this object still
    /// lives. The object is destroyed there, before the executor's context.
    HostLookUp(
        const std::string& host, boost::asio::any_io_executor executor, std::function<void()> over
    );
    ~HostLookUp();
    HostLookUp(const HostLookUp&) = delete;
    HostLookUp& operator=(const HostLookUp&) = delete;

    /// None yet when it is empty.
    std::optional<HostAddresses> answer() const;

    struct Waiter;

private:
    std::string host_;
    std::shared_ptr<Waiter> waiter_;
};

/// Waits for it until the deadline, which is then the reason. An address is its own.
Task<HostAddresses> addresses_of(std::string host, Deadline deadline);

/// The reason when a deadline passed.
std::string no_answer_in_time(const std::string& host);

}  // namespace accubooks::base
