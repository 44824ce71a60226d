#include "pg/failure.h"

namespace accubooks::pg {

Failure Failure::within(std::string_view place) const {
    return Failure{std::string{place} + ": " + what(), facts_};
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
           state.starts_with("57P");
}

}  // namespace accubooks::pg
