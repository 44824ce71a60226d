#include "pg/internal/script.h"

#include <cstdlib>

#include <fmt/format.h>

#include "pg/internal/round.h"
#include "pg/value.h"

namespace accubooks::pg {

void Script::send() {
    if (PQsendQuery(session_.handle(), sql_.c_str()) == 0) {
        session_.close();
        throw Failure{"the script can't be sent", {.kind = Failure::Kind::lost}};
    }
}

/// A refused statement, with the line that the server points at.
Failure Script::failure_in(const PGresult* result) const {
    Failure failure = failure_of(result, "script");
    const char* const position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (position == nullptr) {
        return failure;
    }
    // The server counts characters from 1; bytes that continue one aren't counted.
    long left = std::strtol(position, nullptr, 10);
    int line = 1;
    for (const char byte : sql_) {
        left -= (byte & 0xc0) == 0x80 ? 0 : 1;
        if (left <= 0) {
            break;
        }
        line += byte == '\n' ? 1 : 0;
    }
    return failure.within(fmt::format("line {}", line));
}

base::Task<void> Script::complete() {
    co_await session_.flush();
    for (;;) {
        ResultPtr result = co_await session_.next_result();
        if (result == nullptr) {
            session_.deliver_notifications();
            co_return;
        }
        switch (PQresultStatus(result.get())) {
            case PGRES_COMMAND_OK:
            case PGRES_TUPLES_OK:
            case PGRES_EMPTY_QUERY:
                counts_.push_back(Rows{result.release()}.affected());
                break;
            case PGRES_COPY_IN:
            case PGRES_COPY_OUT:
            case PGRES_COPY_BOTH:
                // There is nobody to feed or read it, and it would never end.
                session_.close();
                throw Failure{"a script can't COPY", {.kind = Failure::Kind::server}};
            default:
                if (!failure_) {
                    failure_ = failure_in(result.get());
                }
        }
    }
}

}  // namespace accubooks::pg
