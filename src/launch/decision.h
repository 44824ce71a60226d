#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/judgement.h"
#include "launch/role_name.h"

namespace accubooks::launch {

/// What an approver says to a revision of a change.
enum class Verb : std::uint8_t { approve, reject, defer, revoke };
std::string_view to_string(Verb verb);

/// Longest sentence, reason or name in a decision, in bytes.
inline constexpr std::size_t kStatementTextMax = 1000;
/// Shortest reason for anything but an approval.
inline constexpr std::size_t kReasonLeast = 10;
inline constexpr std::size_t kConditionsMax = 20;

/// A decision as its approver signs it: about one exact payload, by one person with one key.
struct Decision {
    Verb verb = Verb::approve;
    std::int64_t change = 0;
    std::int64_t revision = 0;
    base::Digest payload{};  // the revision's digest: what the decision is about
    RoleName role = RoleName::executive_operator;
    base::Uuid approver{};
    std::string approver_name{};
    std::string key_id{};
    std::string sentence{};   // of an approval: the exact one that the payload's policy asks for
    std::string rationale{};  // of the others: why
    std::optional<base::Instant> defer_until{};
    base::Instant not_before{};
    base::Instant expires_at{};  // an approval is worth nothing from here on
    std::vector<Condition> conditions{};
};

/// The in-toto Statement v1 of a decision, canonical: the very bytes that are signed.
std::string statement_of(const Decision& decision);

/// Reads a statement that statement_of could have written, and nothing else: an approver never
/// signs what the server reads otherwise. Errors: `audit.bad_statement`,
/// `launch.bad_statement`.
base::Result<Decision> decision_of(std::string_view statement);

/// "CHG-0001", as people and statements name a change.
std::string change_name(std::int64_t change);
/// Refuses what is asked about a change that isn't there: `launch.change_not_found`.
std::unexpected<base::Error> change_not_found();

/// The number of "CHG-0001". Errors: `launch.change_not_found`.
base::Result<std::int64_t> parse_change_name(std::string_view text);

}  // namespace accubooks::launch
