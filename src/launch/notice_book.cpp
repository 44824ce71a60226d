#include "launch/notice_book.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "audit/act.h"
#include "base/json_writer.h"
#include "launch/change_log.h"
#include "launch/change_notice.h"
#include "launch/change_store.h"
#include "launch/internal/written.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using base::Task;

constexpr audit::Action kToldAgain{"launch.told_again"};

/// What the notice is about, and how far it was brought.
struct Standing {
    Change change;
    Payload payload;
    std::string transition;
    std::vector<Receipt> receipts;
};

Task<Result<Standing>> standing_of(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
) {
    auto change = co_await load_change(connection, number, deadline);
    if (!change || change->revisions.empty()) {
        co_return change_not_found();
    }
    const std::int64_t revision = change->newest().number;
    const auto entries = co_await entries_of(connection, number, deadline);
    const auto transition = approval_notice(number, revision, entries);
    if (!transition) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.nothing_to_tell",
            "The newest revision is a draft, of which nobody is told; request its approval first."
        );
    }
    const auto stored = co_await find_revision(connection, number, revision, deadline);
    AB_CO_TRY(payload, payload_of(stored->payload));
    auto receipts = co_await receipts_of(connection, *transition, deadline);
    co_return Standing{
        .change = *std::move(change),
        .payload = std::move(payload),
        .transition = *transition,
        .receipts = std::move(receipts),
    };
}

/// How often it was brought again already.
std::int64_t times_again(const Standing& standing) {
    std::set<std::string> transitions;
    for (const Receipt& receipt : standing.receipts) {
        transitions.insert(receipt.transition);
    }
    transitions.erase(standing.transition);
    return std::ssize(transitions);
}

Notice reminder_of(const Standing& standing, base::Instant now) {
    const Revision& newest = standing.change.newest();
    const std::string name = change_name(standing.change.number);
    const std::string state{to_string(newest.state)};
    return {
        .transition = fmt::format("{}/again/{}", standing.transition, times_again(standing) + 1),
        .kind = "reminder",
        .subject = fmt::format("{} revision {}: {}", name, newest.number, state),
        .fields =
            {{"Change", name},
             {"Revision", std::to_string(newest.number)},
             {"SHA-256", base::to_hex(newest.digest)},
             {"State", state},
             {"Told again", base::to_rfc3339(now)}},
    };
}

}  // namespace

std::vector<Stakeholder> to_tell_again(
    const std::vector<Stakeholder>& stakeholders, const std::vector<Receipt>& receipts
) {
    std::vector<Stakeholder> untold = without_receipt(stakeholders, receipts);
    std::erase_if(untold, [&receipts](const Stakeholder& one) {
        return std::ranges::any_of(receipts, [&one](const Receipt& receipt) {
            return receipt.person && receipt.person->user == one.user &&
                   receipt.told == Told::waiting;
        });
    });
    return untold;
}

std::string receipts_json(
    const std::vector<Receipt>& receipts, const std::vector<Stakeholder>& people, std::size_t again
) {
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const Receipt& receipt : receipts) {
        std::optional<std::string> role;
        std::optional<std::string> name;
        if (receipt.person) {
            role = to_string(receipt.person->role);
            const auto known = std::ranges::find(people, receipt.person->user, &Stakeholder::user);
            name = known == people.end() ? base::to_string(receipt.person->user) : known->name;
        }
        json.begin_object()
            .member("kind", receipt.kind)
            .member("role", role)
            .member("name", name)
            .member("told", to_string(receipt.told))
            .member("channel", receipt.channel)
            .member("detail", receipt.detail)
            .member("at", receipt.at ? std::optional{base::to_rfc3339(*receipt.at)} : std::nullopt)
            .member("attempts", receipt.attempts)
            .end_object();
    }
    json.end_array().member("again", again).end_object();
    return std::move(json).take();
}

Task<Result<std::string>> NoticeBook::list(std::int64_t change, base::Deadline deadline) {
    pg::Lease lease = co_await ops_.acquire(deadline);
    AB_CO_TRY(standing, co_await standing_of(*lease, change, deadline));
    co_return receipts_json(standing.receipts, standing.payload.stakeholders, 0);
}

Task<Result<Written>> NoticeBook::tell_again(
    Actor by, std::int64_t number, base::Deadline deadline
) {
    pg::Lease lease = co_await ops_.acquire(deadline);
    co_await begin_for(*lease, number, deadline);
    AB_CO_TRY(answered, co_await answered_before(*lease, by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    AB_CO_TRY(standing, co_await standing_of(*lease, number, deadline));
    const std::vector<Stakeholder>& people = standing.payload.stakeholders;
    const std::vector<Stakeholder> untold = to_tell_again(people, standing.receipts);
    Written written{.status = 201};
    if (!untold.empty()) {
        const base::Instant now = clock_.now();
        Notice notice = reminder_of(standing, now);
        co_await notify(*lease, std::move(notice), untold, deadline);
        audit::Act act{
            .actor = by.name,
            .action = std::string{kToldAgain},
            .object = revision_object(number, standing.change.newest().number),
            .object_digest = standing.change.newest().digest,
        };
        written.acts.push_back(co_await audit::record(*lease, std::move(act), now, deadline));
    }
    const auto receipts = co_await receipts_of(*lease, standing.transition, deadline);
    written.body = receipts_json(receipts, people, untold.size());
    co_return co_await keep_and_commit(*lease, by, std::move(written), deadline);
}

}  // namespace accubooks::launch
