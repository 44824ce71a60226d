#include "ops/change.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "ops/capacity.h"
#include "ops/governance.h"
#include "ops/revision_store.h"

namespace accubooks::ops {
namespace {

/// How often a command that waits asks again.
constexpr std::chrono::milliseconds kAskEvery{100};

std::unexpected<base::Error> no_revision(std::string detail) {
    return base::refuse(base::ErrorKind::not_found, "settings.no_revision", std::move(detail));
}

base::Task<base::Result<void>> check_room(
    pg::Connection& connection, Values values, base::Deadline deadline
) {
    const std::vector<Boot> known = co_await boots(connection, 0, deadline);
    std::vector<std::int64_t> others;
    for (const Boot& boot : known) {
        if (boot.is_live) {
            others.push_back(boot.who.other_connections);
        }
    }
    const ServerLimits limits = co_await server_limits(connection, deadline);
    co_return check_capacity(values, others, limits);
}

/// Makes the first revision, unless another instance is faster.
base::Task<base::Result<void>> sow(
    pg::Connection& connection, Values seed, std::string author, base::Deadline deadline
) {
    AB_CO_CHECK(co_await check_room(connection, seed, deadline));
    const Values usual = presets(Takes::live);
    AB_CO_CHECK(
        check_governed(co_await governed_settings(connection, deadline), differences(usual, seed))
    );
    Proposal first{
        .values = {},
        .origin = Origin::seed,
        .author = std::move(author),
        .reason = "the first start: environment, file and defaults",
    };
    co_await record(connection, 0, to_json(seed), std::move(first), deadline);
    co_return base::Result<void>{};
}

base::Task<void> expire(
    pg::Connection& connection, std::int64_t number, std::string author, base::Deadline deadline
) {
    WayBack way{
        .from = number,
        .origin = Origin::expiry,
        .author = std::move(author),
        .reason = fmt::format("nobody confirmed revision {} in time", number),
    };
    co_await go_back(connection, std::move(way), deadline);
}

bool is_over(const Sight& sight) {
    return sight.lease && sight.lease->left <= std::chrono::milliseconds{0};
}

}  // namespace

base::Task<base::Result<Sight>> open_settings(
    pg::Connection& connection, Values seed, std::string author, base::Deadline deadline
) {
    auto sight = co_await look(connection, deadline);
    if (!sight) {
        AB_CO_CHECK(co_await sow(connection, std::move(seed), author, deadline));
        sight = co_await look(connection, deadline);
    }
    base::ensure(sight.has_value(), "revisions are never deleted");
    if (is_over(*sight)) {
        co_await expire(connection, sight->newest.number, std::move(author), deadline);
        sight = co_await look(connection, deadline);
    }
    AB_CO_TRY(newest, values_of(sight->newest));
    AB_CO_TRY(confirmed, values_of(sight->confirmed));
    co_return std::move(*sight);
}

base::Task<base::Result<Proposed>> propose(
    pg::Connection& connection, Proposal proposal, base::Deadline deadline
) {
    auto sight = co_await look(connection, deadline);
    if (sight && is_over(*sight)) {
        co_await expire(connection, sight->newest.number, proposal.author, deadline);
        sight = co_await look(connection, deadline);
    }
    if (!sight) {
        co_return no_revision("No instance has started on this database yet; start one first.");
    }
    AB_CO_TRY(before, values_of(sight->newest));
    AB_CO_TRY(values, decide(*sight, proposal));
    auto changes = differences(before, values);
    if (!proposal.execution) {
        AB_CO_TRY(confirmed, values_of(sight->confirmed));
        AB_CO_CHECK(check_governed(
            co_await governed_settings(connection, deadline), differences(confirmed, values)
        ));
    }
    // A rollback from a revision that awaits confirmation ends the waiting, even to the same
    // values.
    if (changes.empty() && !sight->lease) {
        co_return Proposed{.revision = sight->newest};
    }
    if (asks_for_more(before, values)) {
        AB_CO_CHECK(co_await check_room(connection, values, deadline));
    }
    const std::int64_t parent = sight->newest.number;
    const auto number =
        co_await record(connection, parent, to_json(values), std::move(proposal), deadline);
    if (!number) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "settings.another_came_first",
            fmt::format(
                "Another revision came after {} at this moment; look at accubooks config history, "
                "then decide again.",
                parent
            )
        );
    }
    auto made = co_await revision(connection, *number, deadline);
    base::ensure(made.has_value(), "revisions are never deleted");
    co_return Proposed{.revision = std::move(*made), .is_new = true, .changes = std::move(changes)};
}

Proposal proposal_of(const GivenValues& file) {
    Proposal proposal{.values = {}, .origin = Origin::file, .author = {}, .reason = {}};
    for (const auto& [key, given] : file) {
        if (find_setting(key)->takes == Takes::live) {
            proposal.values.emplace(key, given.value);
        }
    }
    return proposal;
}

namespace {

bool is_way_back(const Revision& revision) {
    return revision.origin == Origin::revert || revision.origin == Origin::expiry;
}

/// The revision whose values held before those that hold now. What was gone back from never held,
/// and the way back has the values of what it restores. 0: there is none.
base::Task<std::int64_t> held_before(
    pg::Connection& connection, Revision newest, base::Deadline deadline
) {
    while (is_way_back(newest)) {
        auto restored = co_await revision(connection, newest.restores.value(), deadline);
        base::ensure(restored.has_value(), "revisions are never deleted");
        newest = *std::move(restored);
    }
    co_return newest.number - 1;
}

}  // namespace

base::Task<base::Result<Proposal>> rollback_to(
    pg::Connection& connection, std::optional<std::int64_t> number, base::Deadline deadline
) {
    const auto sight = co_await look(connection, deadline);
    if (!sight) {
        co_return no_revision("No instance has started on this database yet; start one first.");
    }
    const std::int64_t newest = sight->newest.number;
    const std::int64_t wanted =
        number ? *number : co_await held_before(connection, sight->newest, deadline);
    const auto found = wanted < newest ? co_await revision(connection, wanted, deadline)
                                       : std::optional<Revision>{};
    if (!found) {
        co_return no_revision(
            wanted == 0
                ? fmt::format("No other values held before those of revision {}.", newest)
                : fmt::format("There is no revision {} before the newest, {}.", wanted, newest)
        );
    }
    AB_CO_TRY(values, values_of(*found));
    co_return Proposal{
        .values = std::move(values),
        .origin = Origin::rollback,
        .restores = wanted,
        .author = {},
        .reason = {},
        .parent = newest,
    };
}

base::Task<base::Result<std::int64_t>> confirm(
    pg::Connection& connection,
    std::optional<std::chrono::milliseconds> within,
    std::string author,
    base::Deadline deadline
) {
    const auto sight = co_await look(connection, deadline);
    if (!sight || !sight->lease) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "settings.nothing_to_confirm",
            "No revision awaits confirmation; accubooks config history shows what happened."
        );
    }
    AB_CO_TRY(confirmed, values_of(sight->confirmed));
    AB_CO_TRY(newest, values_of(sight->newest));
    AB_CO_CHECK(check_governed(
        co_await governed_settings(connection, deadline), differences(confirmed, newest)
    ));
    const std::int64_t number = sight->newest.number;
    const std::string done =
        co_await extend_lease(connection, number, within, std::move(author), deadline);
    if (done != "done") {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "settings.too_late",
            fmt::format(
                "Revision {} can't be confirmed any more: {}.",
                number,
                done == "over" ? "its time is over and the last confirmed values are back"
                               : "another one came after it"
            )
        );
    }
    co_return number;
}

base::Task<Progress> progress(
    pg::Connection& connection, Revision revision, base::Deadline deadline
) {
    const auto known = co_await boots(connection, revision.number, deadline);
    const auto said = co_await acknowledgements(connection, revision.number, deadline);
    co_return progress_of(revision, known, said);
}

base::Task<Progress> await_answers(
    pg::Connection& connection, Revision revision, base::Deadline patience, base::Deadline deadline
) {
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    for (;;) {
        Progress now = co_await progress(connection, revision, deadline);
        const bool is_late = base::Deadline::clock::now() >= patience;
        if (now.is_complete() || now.has_failed() || is_late) {
            co_return now;
        }
        timer.expires_after(kAskEvery);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

std::optional<std::int64_t> first_broken(const std::vector<Revision>& revisions) {
    std::optional<std::int64_t> broken;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        const Revision& one = revisions[i];
        const bool is_last = i + 1 == revisions.size();
        if (is_last && one.number != 1) {
            break;
        }
        const base::Digest before = is_last ? base::Digest{} : revisions[i + 1].digest;
        const bool follows = is_last || revisions[i + 1].number == one.number - 1;
        if (!follows || digest_of(one, before) != one.digest) {
            broken = one.number;
        }
    }
    return broken;
}

}  // namespace accubooks::ops
