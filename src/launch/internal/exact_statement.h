#pragma once

#include <exception>
#include <string_view>

#include <fmt/format.h>

#include "audit/statement.h"
#include "base/error.h"

namespace accubooks::launch {

/// Reads a statement that `statement_of` could have written, byte for byte, and nothing else, so
/// that there is one text of one statement. `read` throws where a member is missing or of another
/// kind; `what` says what it is about. Errors: `audit.bad_statement`, `launch.bad_statement`.
template <class Statement>
base::Result<Statement> exact_statement(
    std::string_view payload, Statement (*read)(const audit::Statement&), std::string_view what
) {
    const auto refused = [what] {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_statement",
            fmt::format(
                "This is no statement about {}; sign with the accubooks launch commands of the "
                "server's version.",
                what
            )
        );
    };
    AB_TRY(parsed, audit::Statement::parse(payload));
    try {
        Statement statement = read(parsed);
        if (statement_of(statement) != payload) {
            return refused();
        }
        return statement;
    } catch (const std::exception&) {
        return refused();
    }
}

}  // namespace accubooks::launch
