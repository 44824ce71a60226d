#include "pg/author.h"

#include "pg/transaction.h"

namespace accubooks::pg {

namespace {

constexpr Statement kAct{
    .name = "pg.act_as",
    .text = R"sql(
select set_config('app.actor', $1, true), set_config('app.peer', $2, true), set_config('app.reason', $3, true))sql",
};

Params params_of(const Author& author) {
    return Params::of(author.actor, author.peer, author.reason);
}

}  // namespace

base::Task<void> act_as(TenantTransaction& transaction, Author author) {
    co_await transaction.execute(kAct, params_of(author));
}

base::Task<void> begin_as(Connection& connection, Author author, base::Deadline deadline) {
    co_await begin(connection, deadline);
    co_await connection.execute(kAct, params_of(author), deadline);
}

}  // namespace accubooks::pg
