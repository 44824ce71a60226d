#pragma once

#include <cstdint>
#include <expected>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace accubooks::base {

/// What the receiver of a refusal can do about it. `net` maps it to an HTTP status; the command
/// line to an exit code.
enum class ErrorKind : std::uint8_t {
    invalid,          // 422: fix the input
    unauthenticated,  // 401: sign in
    forbidden,        // 403: ask for the right
    not_found,        // 404: it isn't there, or isn't yours
    conflict,         // 409: read again, then decide
    throttled,        // 429 with Retry-After: wait, then repeat; nothing was done
    overloaded,       // 503 with Retry-After: nothing was done
    unknown_outcome,  // 500: ask by idempotency key, never repeat blindly
};

/// One wrong field of the input.
struct FieldError {
    std::string pointer;  // JSON pointer (RFC 6901), e.g. "/lines/0/amount"
    std::string detail;   // what is wrong there, one sentence
};

/// An expected refusal: input, rule, state, right, absence or a full queue. Broken connections and
/// disks are exceptions of the room that meets them; bugs are `ensure`.
struct Error {
    ErrorKind kind;
    std::string_view
        code;  // stable literal such as "ledger.unbalanced"; ends up in the problem's `type`
    std::string detail;  // one sentence that says what to do
    std::vector<FieldError> fields{};
};

/// A value or a refusal. Our own class because std::expected of libstdc++ 12 may be dropped without
/// a warning.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
public:
    using std::expected<T, Error>::expected;
};

/// Short form for returning a refusal: `return refuse(ErrorKind::invalid, "base.bad_date", "…")`.
inline std::unexpected<Error> refuse(
    ErrorKind kind, std::string_view code, std::string detail, std::vector<FieldError> fields = {}
) {
    return std::unexpected<Error>(
        Error{.kind = kind, .code = code, .detail = std::move(detail), .fields = std::move(fields)}
    );
}

/// Stops the process when `condition` doesn't hold; `why` is the reason it must hold. Only for bugs
/// and for data that breaks a promise, never for what a request, a file or the network can cause.
/// Active in every build.
void ensure(
    bool condition,
    std::string_view why,
    std::source_location where = std::source_location::current()
);

}  // namespace accubooks::base

#define AB_CONCAT_INNER(a, b) a##b
#define AB_CONCAT(a, b) AB_CONCAT_INNER(a, b)

/// `AB_TRY(name, expression)`: binds the value of a Result, or returns its refusal from this
/// function.
#define AB_TRY(name, expression) \
    AB_TRY_INNER(name, expression, AB_CONCAT(ab_result_, __COUNTER__), return)

/// The same inside a coroutine; `expression` may contain co_await.
#define AB_CO_TRY(name, expression) \
    AB_TRY_INNER(name, expression, AB_CONCAT(ab_result_, __COUNTER__), co_return)

// NOLINTBEGIN(bugprone-macro-parentheses): a name to declare and a keyword can't be in parentheses.
#define AB_TRY_INNER(name, expression, result, leave)     \
    auto result = (expression);                           \
    if (!(result).has_value()) {                          \
        leave std::unexpected(std::move(result).error()); \
    }                                                     \
    [[maybe_unused]] auto name = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)

/// `AB_CHECK(expression)`: goes on when a Result<void> is good, or returns its refusal from this
/// function.
#define AB_CHECK(expression) AB_CHECK_INNER(expression, AB_CONCAT(ab_result_, __COUNTER__), return)

/// The same inside a coroutine; `expression` may contain co_await.
#define AB_CO_CHECK(expression) \
    AB_CHECK_INNER(expression, AB_CONCAT(ab_result_, __COUNTER__), co_return)

// NOLINTBEGIN(bugprone-macro-parentheses): likewise
#define AB_CHECK_INNER(expression, result, leave)         \
    auto result = (expression);                           \
    if (!(result).has_value()) {                          \
        leave std::unexpected(std::move(result).error()); \
    }
// NOLINTEND(bugprone-macro-parentheses)
