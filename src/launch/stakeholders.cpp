#include "launch/stakeholders.h"

#include <algorithm>

namespace accubooks::launch {

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

}  // namespace accubooks::launch
