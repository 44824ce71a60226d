#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/role_name.h"

namespace accubooks::launch {

/// What becomes of a role: a person gets it, or loses it.
enum class RoleEffect : std::uint8_t { grant, revoke };
std::string_view to_string(RoleEffect effect);

/// One role of one person, about to change.
struct RoleChange {
    RoleEffect effect = RoleEffect::grant;
    RoleName role = RoleName::on_call;
    base::Uuid user;

    friend bool operator==(const RoleChange&, const RoleChange&) = default;
};

/// What was recorded, in this order: the first two roles at once and locally; then each change is
/// proposed by one person and confirmed by another, and counts from there on.
struct RoleEvent {
    enum class Kind : std::uint8_t { bootstrapped, proposed, confirmed };
    Kind kind = Kind::proposed;
    base::Uuid grant;  // the proposal's name; the confirmation says it again
    RoleChange change;
    std::optional<base::Uuid> by{};  // none: bootstrapped
    base::Instant at;
};
std::string_view to_string(RoleEvent::Kind kind);

struct RoleHolding {
    RoleName role = RoleName::on_call;
    base::Uuid user;
    base::Instant since;
    std::optional<base::Instant> until{};
};

/// Who holds which role of the launch, and did when: the replay of what was recorded. Pure.
class RoleBook {
public:
    RoleBook() = default;
    explicit RoleBook(const std::vector<RoleEvent>& events);

    bool holds(const base::Uuid& user, RoleName role, base::Instant at) const;
    std::set<RoleName> roles_of(const base::Uuid& user, base::Instant at) const;

    /// Every holding there ever was, in the order in which they began.
    const std::vector<RoleHolding>& holdings() const { return holdings_; }
    /// Proposals that nobody has confirmed, oldest first.
    const std::vector<RoleEvent>& pending() const { return pending_; }

    /// Whether the first two may be named. Errors: `launch.already_bootstrapped`,
    /// `launch.one_person_two_roles`.
    base::Result<void> check_bootstrap(const base::Uuid& lead, const base::Uuid& executive) const;

    /// Whether `event` may be recorded now. Lead and Executive propose and confirm, never one
    /// person both; nobody gets the second of those two roles; neither role loses its last holder.
    /// Errors: `launch.role_missing`, `launch.one_person_two_roles`, `launch.role_held`,
    /// `launch.role_not_held`, `launch.last_holder`, `launch.grant_taken`;
    /// of a confirmation also `launch.grant_not_found`, `launch.second_person`,
    /// `launch.other_grant`.
    base::Result<void> check(const RoleEvent& event) const;

    /// The book after `event`, which passed its check.
    void apply(const RoleEvent& event);

private:
    base::Result<void> check_confirmation(const RoleEvent& event) const;
    base::Result<void> check_change(const RoleChange& change) const;
    std::size_t holders_of(RoleName role) const;
    bool holds_now(const base::Uuid& user, RoleName role) const;

    std::vector<RoleHolding> holdings_;
    std::vector<RoleEvent> pending_;
    std::set<base::Uuid> grants_;  // every name that was used
};

}  // namespace accubooks::launch
