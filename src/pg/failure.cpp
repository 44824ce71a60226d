#include "pg/failure.h"

#include <utility>

namespace accubooks::pg {

std::string one_line(std::string_view text) {
    std::string line;
    bool space = false;
    bool ended = false;
    for (const char c : text) {
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            space = true;
            ended = ended || c == '\n';
            continue;
        }
        if (space && !line.empty()) {
            const char last = line.back();
            line += ended && last != ':' && last != ';' && last != ',' ? "; " : " ";
        }
        space = ended = false;
        line += c;
    }
    return line;
}

Failure Failure::within(std::string_view place) const {
    return Failure{std::string{place} + ": " + what(), facts_};
}

std::string_view Failure::type() const {
    if (!facts_.sqlstate.empty()) {
        return facts_.sqlstate;
    }
    switch (facts_.kind) {
        case Kind::connect:
            return "connect";
        case Kind::lost:
            return "lost";
        case Kind::deadline:
            return "deadline";
        case Kind::cancelled:
            return "cancelled";
        case Kind::overloaded:
            return "overloaded";
        case Kind::server:
            return "server";
        case Kind::unknown_outcome:
            return "unknown_outcome";
    }
    std::unreachable();
}

bool Failure::retryable() const {
    switch (facts_.kind) {
        case Kind::connect:
        case Kind::lost:
        case Kind::overloaded:
            return true;
        case Kind::deadline:
        case Kind::cancelled:
        case Kind::unknown_outcome:
            return false;
        case Kind::server:
            break;
    }
    const std::string_view state = facts_.sqlstate;
    return state.starts_with("08") || state.starts_with("40") || state.starts_with("53") ||
           state.starts_with("57P") || state == "55P03";  // a lock could not be had in time
}

base::Error error_of(const Failure& failure) {
    using enum Failure::Kind;
    switch (failure.kind()) {
        case connect:
        case overloaded:
            return {
                .kind = base::ErrorKind::overloaded,
                .code = "database.unavailable",
                .detail =
                    "The database can't take this now; nothing was done. Try again in a moment.",
            };
        case lost:
        case unknown_outcome:
            return {
                .kind = base::ErrorKind::unknown_outcome,
                .code = "database.unknown_outcome",
                .detail =
                    "The database's answer was lost; ask again with the same idempotency key.",
            };
        case deadline:
        case cancelled:
            return {
                .kind = base::ErrorKind::overloaded,
                .code = "database.deadline",
                .detail =
                    "The database took too long and the statement was cancelled. Try again in a "
                    "moment.",
            };
        case server:
            break;
    }
    if (failure.retryable()) {
        return {
            .kind = base::ErrorKind::overloaded,
            .code = "database.unavailable",
            .detail = "The database can't take this now; nothing was done. Try again in a moment.",
        };
    }
    return {
        .kind = base::ErrorKind::unknown_outcome,
        .code = "http.internal",
        .detail = "Something went wrong here; the log has it under the request's id.",
    };
}

}  // namespace accubooks::pg
