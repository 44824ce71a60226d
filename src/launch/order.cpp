#include "launch/order.h"

#include <algorithm>

#include <fmt/format.h>

#include "ops/change.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr pg::Statement kBegin{.name = "launch.begin_order", .text = "begin"};

constexpr std::string_view kPoolMax = "database.pool.max";

std::string author_of(const Attempt& attempt) {
    return "execution " + execution_name(attempt.row);
}

/// By which a revision is known as the order's: no two orders have the same one.
std::string reason_of(const Attempt& attempt, const Order& order) {
    return fmt::format("{}, generation {}", execution_name(attempt.row), order.generation);
}

/// The way back from a revision that still awaits confirmation ends its waiting.
ops::Proposal proposal_of(const Attempt& attempt, const PlaceOrder& effect, const ops::Sight& now) {
    ops::Proposal proposal{
        .values = {},
        .author = author_of(attempt),
        .reason = reason_of(attempt, effect.order),
        .confirm_within = effect.confirm_within,
        .parent = now.newest.number,
        .execution = execution_name(attempt.row),
    };
    for (const SettingValue& value : effect.order.values) {
        proposal.values.emplace(value.setting, ops::Value{value.value});
    }
    if (now.lease && !effect.confirm_within) {
        proposal.origin = ops::Origin::rollback;
        proposal.restores = now.confirmed.number;
    }
    return proposal;
}

bool has_values(const ops::Revision& revision, const Order& order) {
    const auto values = ops::values_of(revision);
    return values && std::ranges::all_of(order.values, [&values](const SettingValue& ordered) {
               const auto found = values->find(ordered.setting);
               return found != values->end() && found->second == ops::Value{ordered.value};
           });
}

/// Whether the revision is what the order was made to. Anybody can give a revision its reason.
bool is_of(const ops::Revision& revision, const Attempt& attempt, const Order& order) {
    return revision.reason == reason_of(attempt, order) && revision.author == author_of(attempt) &&
           has_values(revision, order);
}

std::int64_t pool_max_in(const ops::Acknowledgement& said) {
    const auto effective = ops::values_from_json(said.effective);
    return effective && effective->contains(kPoolMax) ? ops::number_of(*effective, kPoolMax) : 0;
}

}  // namespace

Task<std::optional<Report>> place(
    pg::Connection& connection, const Attempt& attempt, PlaceOrder effect, base::Deadline deadline
) {
    const std::int64_t generation = effect.order.generation;
    co_await connection.execute(kBegin, {}, deadline);
    const std::int64_t epoch = attempt.execution.epoch;
    if (!co_await hold_execution(connection, attempt.row.number, epoch, deadline)) {
        co_return std::nullopt;
    }
    const auto sight = co_await ops::look(connection, deadline);
    base::ensure(sight.has_value(), "a program that serves has made the first revision");
    if (is_of(sight->newest, attempt, effect.order)) {
        co_return OrderPlaced{.generation = generation, .revision = sight->newest.number};
    }
    const auto proposed =
        co_await ops::propose(connection, proposal_of(attempt, effect, *sight), deadline);
    if (!proposed) {
        co_return OrderRefused{.generation = generation, .why = proposed.error().detail};
    }
    co_await connection.commit(deadline);
    co_return OrderPlaced{.generation = generation, .revision = proposed->revision.number};
}

Task<std::optional<InstancesAnswered>> ask(
    pg::Connection& connection, const Attempt& attempt, AskInstances effect, base::Deadline deadline
) {
    auto revision = co_await ops::revision(connection, effect.revision, deadline);
    if (!revision) {
        co_return std::nullopt;
    }
    // An instance that was away goes straight to the newest and never says anything to those
    // before.
    auto sight = co_await ops::look(connection, deadline);
    if (sight && attempt.execution.order && has_values(sight->newest, *attempt.execution.order)) {
        revision = std::move(sight->newest);
    }
    const ops::Progress progress =
        co_await ops::progress(connection, *std::move(revision), deadline);
    InstancesAnswered answered{.generation = effect.generation};
    for (const ops::Answer& answer : progress.answers) {
        const ops::Boot& boot = answer.boot;
        if (answer.standing == ops::Standing::refused && boot.is_live) {
            answered.refused.push_back(
                fmt::format("{} refused it: {}", boot.who.instance, answer.said->error)
            );
        }
        if (!boot.is_live || boot.is_draining) {
            continue;
        }
        answered.live.push_back(boot.who.instance);
        if (answer.standing == ops::Standing::accepted) {
            answered.acknowledged.push_back({
                .instance = boot.who.instance,
                .boot_id = boot.who.boot_id,
                .generation = effect.generation,
                .pool_max = pool_max_in(*answer.said),
            });
        }
    }
    co_return answered;
}

Task<std::optional<HoldLost>> hold(
    pg::Connection& connection, const Attempt& attempt, HoldRevision effect, base::Deadline deadline
) {
    const std::string done = co_await ops::extend_lease(
        connection, effect.revision, effect.confirm_within, author_of(attempt), deadline
    );
    const Execution& execution = attempt.execution;
    const bool finalises = execution.state == ExecutionState::finalise ||
                           (execution.state == ExecutionState::paused &&
                            execution.paused_from == ExecutionState::finalise);
    // Confirmed before, by a driver that couldn't tell.
    if (done == "done" || (done == "not_awaited" && finalises)) {
        co_return std::nullopt;
    }
    co_return HoldLost{fmt::format("Revision {} can't be held: {}.", effect.revision, done)};
}

Task<FinaliseDone> confirm(
    pg::Connection& connection,
    const Attempt& attempt,
    std::int64_t revision,
    base::Deadline deadline
) {
    const std::string done = co_await ops::extend_lease(
        connection, revision, std::nullopt, author_of(attempt), deadline
    );
    // Confirmed before, by a driver that couldn't tell.
    const bool holds = done == "done" || done == "not_awaited";
    co_return FinaliseDone{
        .is_done = holds,
        .why = holds ? "" : fmt::format("Revision {} can't be confirmed: {}.", revision, done),
    };
}

}  // namespace accubooks::launch
