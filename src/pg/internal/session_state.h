#pragma once

#include <cstdint>
#include <string_view>

namespace accubooks::pg {

/// What a statement may leave behind in its session once its transaction is over.
enum class Leaves : std::uint8_t {
    nothing,
    settings,  // RESET ALL and RESET ROLE undo it
    session,   // DISCARD ALL undoes it: temporary tables, locks, cursors, listening, anything else
};

/// Judged by the statement's text, which is a constant of the program: its first word, and the few
/// functions that reach beyond a transaction. What isn't known to be harmless isn't. A function of
/// the schema that sets a setting for longer than its transaction would not be seen (a test looks
/// through them).
Leaves leaves_of(std::string_view sql);

}  // namespace accubooks::pg
