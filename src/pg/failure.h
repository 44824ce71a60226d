#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace accubooks::pg {

/// `text` of several lines, as libpq and the server write it, as one: lines are joined by "; " or,
/// after a colon or a semicolon, by a space, and white space between words is one space.
std::string one_line(std::string_view text);

/// What went wrong at the database's door. A refusal that a use case expects (a known constraint)
/// is turned into a base::Error by its store; everything else stays this exception up to the
/// request, job or command that ends it.
class Failure : public std::runtime_error {
public:
    enum class Kind : std::uint8_t {
        connect,     // no connection could be made
        lost,        // the connection broke before the answer: whether a statement that was its own
                     // transaction took effect isn't known; an open transaction was rolled back
        deadline,    // the deadline passed and the statement was cancelled
        cancelled,   // the caller gave up and the statement was cancelled
        overloaded,  // no connection within the acquire timeout, or the queue is full
        server,      // the server refused the statement: see sqlstate()
        unknown_outcome,  // COMMIT was sent and no answer came: ask by idempotency key
    };

    struct Facts {
        Kind kind = Kind::server;
        std::string sqlstate{};    // five characters, empty when the server didn't answer
        std::string constraint{};  // the constraint's name, where the server gives one
        std::string detail{};      // the server's DETAIL
        std::string statement{};   // the statement's name
    };

    Failure(const std::string& message, Facts facts)
        : std::runtime_error{message}, facts_{std::move(facts)} {}

    Kind kind() const { return facts_.kind; }
    std::string_view sqlstate() const { return facts_.sqlstate; }
    std::string_view constraint() const { return facts_.constraint; }
    std::string_view detail() const { return facts_.detail; }
    std::string_view statement() const { return facts_.statement; }
    /// The same failure, its message led by where it happened.
    Failure within(std::string_view place) const;
    /// One word for metrics and logs: the SQLSTATE, without one the kind's name.
    std::string_view type() const;
    /// Whether the same work may succeed when it is simply done again (classes 08, 40, 53, 57P, a
    /// lock that couldn't be had, and lost connections).
    bool retryable() const;

private:
    Facts facts_;
};

/// What a failure means to whoever sent the request: whether anything was done, and what to do now.
/// Without internals. Codes: `database.unavailable`, `database.deadline`,
/// `database.unknown_outcome`, `http.internal`.
base::Error error_of(const Failure& failure);

}  // namespace accubooks::pg
