#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace accubooks::pg {

/// Called when a statement was answered, or when it's known that it won't be. `took` runs from the
/// sending of its round trip, so that in a batch it includes the statements before it. `error` is
/// empty, the SQLSTATE, or without an answer the Failure's kind, like "lost"; a round trip that
/// failed counts once, for the statement that failed. Statements are constants of the program, so
/// their names are few.
using StatementObserver = std::function<
    void(std::string_view statement, std::chrono::nanoseconds took, std::string_view error)>;

/// A connection that its borrower has kept for too long.
struct PoolLeak {
    std::string request_id;  // empty where the borrower gave none
    std::optional<base::TenantId> tenant;
    std::string statement;  // its last one's name, perhaps still running; empty before the first
    std::chrono::nanoseconds lent_for{};
    bool is_taken_away = false;
};

/// What a pool tells whoever measures it; any of them may be empty. Called in the middle of the
/// work, `statement` on the borrower's thread and the rest on the pool's: they must neither block
/// nor throw.
struct PoolObserver {
    std::function<void(std::chrono::nanoseconds)> created{};  // a connection was made in that time
    std::function<void(std::chrono::nanoseconds)> waited{};   // an acquire is over, served or not
    std::function<void(std::chrono::nanoseconds)> used{};     // a loan is over
    std::function<void(std::uint32_t)> in_use{};              // one more was lent: so many are now
    StatementObserver statement{};
    std::function<void(const PoolLeak&)> leaked{};  // once for each such loan, once when taken away
    /// No connection can be made, and why: a sentence for the log, at most one a minute.
    std::function<void(std::string_view)> warned{};
};

}  // namespace accubooks::pg
