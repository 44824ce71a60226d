#include "ledger/actor_names.h"

namespace accubooks::ledger {

namespace {

constexpr pg::Statement kNames{
    .name = "ledger.names_of_actors",
    .text = R"sql(
select actor, name, made_by, made_by_name
  from platform.names_of_actors($1, $2)
 order by actor)sql",
};

ActorName name_of(const pg::Row& row) {
    return {
        .actor = row.get<std::string>(0),
        .name = row.get<std::string>(1),
        .made_by = row.get<std::optional<std::string>>(2),
        .made_by_name = row.get<std::optional<std::string>>(3),
    };
}

}  // namespace

base::Task<std::vector<ActorName>> names_of(
    pg::TenantTransaction& transaction, std::vector<std::string> actors
) {
    const pg::Rows rows =
        co_await transaction.execute(kNames, pg::Params::of(transaction.tenant(), actors));
    co_return rows.map(name_of);
}

}  // namespace accubooks::ledger
