#include "launch/stakeholders.h"

#include <algorithm>

namespace accubooks::launch {
namespace {

// The payload's bytes are canonical JSON that this program wrote (launch/payload.h).
constexpr pg::Statement kNamed{
    .name = "launch.stakeholders_of_revision",
    .text = R"sql(
select s.role, s.user_id
  from launch.change_revision r,
       jsonb_to_recordset(convert_from(r.payload, 'UTF8')::jsonb -> 'stakeholders') s(role text, user_id uuid)
 where r.change = $1 and r.revision = $2)sql",
};

base::Task<std::vector<Stakeholder>> named_by(
    pg::Connection& connection, RevisionName about, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kNamed, pg::Params::of(about.change, about.revision), deadline);
    std::vector<Stakeholder> people;
    for (int at = 0; at < rows.size(); ++at) {
        const auto role = parse_role_name(rows[at].get<std::string_view>(0));
        if (role) {  // another version of the program may have named others
            people.push_back({.role = *role, .user = rows[at].get<base::Uuid>(1)});
        }
    }
    co_return people;
}

}  // namespace

base::Task<std::vector<Stakeholder>> stakeholders(
    Roles& roles, identity::Directory& directory, base::Deadline deadline
) {
    std::vector<Stakeholder> people;
    const RoleBook book = co_await roles.book(deadline);
    for (const RoleHolding& holding : book.holdings()) {
        if (holding.until) {
            continue;
        }
        const auto user = co_await directory.user_named(base::to_string(holding.user), deadline);
        base::ensure(user.has_value(), "a foreign key keeps everybody with a role");
        people.push_back({.role = holding.role, .user = holding.user, .name = user->name});
    }
    std::ranges::sort(people, {}, [](const Stakeholder& one) {
        return std::pair{one.role, base::to_string(one.user)};
    });
    co_return people;
}

base::Task<std::vector<Stakeholder>> recipients_of(
    pg::Connection& connection,
    std::optional<RevisionName> about,
    std::vector<RoleName> roles,
    base::Deadline deadline
) {
    std::vector<Stakeholder> people;
    if (about) {
        people = co_await named_by(connection, *about, deadline);
    }
    const RoleBook book = co_await role_book(connection, deadline);
    for (const RoleHolding& holding : book.holdings()) {
        const Stakeholder holder{.role = holding.role, .user = holding.user};
        if (!holding.until && std::ranges::find(people, holder) == people.end()) {
            people.push_back(holder);
        }
    }
    std::erase_if(people, [&roles](const Stakeholder& one) {
        return std::ranges::find(roles, one.role) == roles.end();
    });
    co_return people;
}

}  // namespace accubooks::launch
