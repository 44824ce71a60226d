#include "launch/role_book.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::array kAppointing{RoleName::requester_lead, RoleName::executive_operator};

bool appoints(RoleName role) {
    return std::ranges::find(kAppointing, role) != kAppointing.end();
}

RoleName counterpart_of(RoleName role) {
    return role == RoleName::requester_lead ? RoleName::executive_operator
                                            : RoleName::requester_lead;
}

std::unexpected<base::Error> two_roles() {
    return base::refuse(
        ErrorKind::forbidden,
        "launch.one_person_two_roles",
        "One person never both requests and approves; name another person."
    );
}

}  // namespace

std::string_view to_string(RoleEffect effect) {
    return effect == RoleEffect::grant ? "grant" : "revoke";
}

std::string_view to_string(RoleEvent::Kind kind) {
    switch (kind) {
        case RoleEvent::Kind::bootstrapped:
            return "bootstrapped";
        case RoleEvent::Kind::proposed:
            return "proposed";
        case RoleEvent::Kind::confirmed:
            return "confirmed";
    }
    return "";
}

RoleBook::RoleBook(const std::vector<RoleEvent>& events) {
    for (const RoleEvent& event : events) {
        apply(event);
    }
}

bool RoleBook::holds(const base::Uuid& user, RoleName role, base::Instant at) const {
    return std::ranges::any_of(holdings_, [&](const RoleHolding& one) {
        return one.user == user && one.role == role && one.since <= at &&
               (!one.until || at < *one.until);
    });
}

std::set<RoleName> RoleBook::roles_of(const base::Uuid& user, base::Instant at) const {
    std::set<RoleName> roles;
    for (const RoleName role : kRoleNames) {
        if (holds(user, role, at)) {
            roles.insert(role);
        }
    }
    return roles;
}

bool RoleBook::holds_now(const base::Uuid& user, RoleName role) const {
    return std::ranges::any_of(holdings_, [&](const RoleHolding& one) {
        return one.user == user && one.role == role && !one.until;
    });
}

std::size_t RoleBook::holders_of(RoleName role) const {
    return static_cast<std::size_t>(std::ranges::count_if(holdings_, [&](const RoleHolding& one) {
        return one.role == role && !one.until;
    }));
}

Result<void> RoleBook::check_bootstrap(const base::Uuid& lead, const base::Uuid& executive) const {
    if (!holdings_.empty()) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.already_bootstrapped",
            "The first lead and Executive Operator are named already; further roles are granted by "
            "one person and confirmed by another."
        );
    }
    return lead == executive ? Result<void>{two_roles()} : Result<void>{};
}

Result<void> RoleBook::check(const RoleEvent& event) const {
    base::ensure(
        event.kind != RoleEvent::Kind::bootstrapped && event.by.has_value(),
        "the first roles have a check of their own"
    );
    if (std::ranges::none_of(kAppointing, [&](RoleName role) {
            return holds_now(*event.by, role);
        })) {
        return base::refuse(
            ErrorKind::forbidden,
            "launch.role_missing",
            "Only the requesting lead or an Executive Operator may grant, revoke and confirm roles."
        );
    }
    if (event.kind == RoleEvent::Kind::confirmed) {
        AB_CHECK(check_confirmation(event));
    } else if (grants_.contains(event.grant)) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.grant_taken",
            "A grant of this name was recorded already; sign a new one."
        );
    }
    return check_change(event.change);
}

Result<void> RoleBook::check_confirmation(const RoleEvent& event) const {
    const auto found = std::ranges::find(pending_, event.grant, &RoleEvent::grant);
    if (found == pending_.end()) {
        return base::refuse(
            ErrorKind::not_found,
            "launch.grant_not_found",
            "No grant of this name awaits confirmation; accubooks launch roles lists them."
        );
    }
    if (found->change != event.change) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.other_grant",
            "The confirmation is about another role or person than the grant; sign it again."
        );
    }
    if (found->by == event.by) {
        return base::refuse(
            ErrorKind::forbidden,
            "launch.second_person",
            "Who proposed the grant can't confirm it; have a second person do that."
        );
    }
    return {};
}

Result<void> RoleBook::check_change(const RoleChange& change) const {
    const bool holds_it = holds_now(change.user, change.role);
    if (change.effect == RoleEffect::grant) {
        if (holds_it) {
            return base::refuse(
                ErrorKind::conflict,
                "launch.role_held",
                fmt::format("The person is {} already.", title_of(change.role))
            );
        }
        if (appoints(change.role) && holds_now(change.user, counterpart_of(change.role))) {
            return two_roles();
        }
        return {};
    }
    if (!holds_it) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.role_not_held",
            fmt::format("The person isn't {}.", title_of(change.role))
        );
    }
    if (appoints(change.role) && holders_of(change.role) == 1) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.last_holder",
            fmt::format(
                "Nobody else is {}; have somebody made it first, or nobody could grant roles any "
                "more.",
                title_of(change.role)
            )
        );
    }
    return {};
}

void RoleBook::apply(const RoleEvent& event) {
    grants_.insert(event.grant);
    if (event.kind == RoleEvent::Kind::proposed) {
        pending_.push_back(event);
        return;
    }
    std::erase_if(pending_, [&](const RoleEvent& one) { return one.grant == event.grant; });
    const RoleChange& change = event.change;
    if (change.effect == RoleEffect::grant) {
        holdings_.push_back({.role = change.role, .user = change.user, .since = event.at});
        return;
    }
    for (RoleHolding& one : holdings_) {
        if (one.user == change.user && one.role == change.role && !one.until) {
            one.until = event.at;
        }
    }
}

}  // namespace accubooks::launch
