#include "launch/internal/written.h"

#include "launch/change_store.h"

namespace accubooks::launch {

base::Task<base::Result<std::optional<Written>>> answered_before(
    pg::Connection& connection, const Actor& by, base::Deadline deadline
) {
    if (!by.key) {
        co_return std::nullopt;
    }
    AB_CO_TRY(kept, co_await find_answer(connection, by.person.user, *by.key, deadline));
    if (!kept) {
        co_return std::nullopt;
    }
    co_return Written{.status = kept->status, .body = kept->body, .is_replayed = true};
}

base::Task<Written> keep_and_commit(
    pg::Connection& connection, const Actor& by, Written written, base::Deadline deadline
) {
    if (by.key) {
        identity::KeptAnswer answer{.status = written.status, .body = written.body};
        co_await keep_answer(connection, by.person.user, *by.key, std::move(answer), deadline);
    }
    co_await connection.commit(deadline);
    co_return written;
}

}  // namespace accubooks::launch
