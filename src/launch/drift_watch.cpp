#include "launch/drift_watch.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/utf8.h"
#include "launch/change_store.h"
#include "launch/drift.h"
#include "launch/incident_store.h"
#include "launch/payload.h"
#include "net/periodic_task.h"
#include "ops/change.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

constexpr std::chrono::seconds kPatience{10};

/// Where the changes of settings stand that were asked for.
struct Launches {
    bool is_executing = false;
    std::vector<SettingChange> carried_out{};  // by the newest execution that succeeded
    std::string unreadable{};                  // a sentence, where that can't be told
};

base::Task<Launches> launches(pg::Connection& connection, base::Deadline deadline) {
    Launches found;
    const auto changes = co_await load_changes(connection, deadline);
    for (const Change& change : changes) {
        for (const Revision& revision : change.revisions) {
            found.is_executing |= revision.state == State::executing;
            if (change.phase != PhaseName::phase1 || !revision.has_succeeded) {
                continue;
            }
            const auto stored =
                co_await find_revision(connection, change.number, revision.number, deadline);
            auto carried_out = changes_of(stored->payload);
            if (carried_out) {
                found.carried_out = *std::move(carried_out);
                found.unreadable.clear();
            } else {
                found.unreadable = fmt::format(
                    "what {} revision {} carried out can't be read: {}",
                    change_name(change.number),
                    revision.number,
                    carried_out.error().detail
                );
            }
        }
    }
    co_return found;
}

/// What the governed settings should be.
std::vector<SettingValue> rightful(
    const std::vector<ops::GovernedSetting>& governed,
    const Plan& plan,
    const std::vector<SettingChange>& carried_out
) {
    std::vector<SettingValue> values;
    for (const ops::GovernedSetting& one : governed) {
        const auto done = std::ranges::find(carried_out, one.key, &SettingChange::setting);
        const auto planned =
            std::ranges::find(plan.phase1.change, one.key, &SettingChange::setting);
        if (done != carried_out.end()) {
            values.push_back({.setting = one.key, .value = done->to});
        } else if (planned != plan.phase1.change.end()) {
            values.push_back({.setting = one.key, .value = planned->from});
        }
    }
    return values;
}

}  // namespace

struct DriftWatch::State {
    Parts parts;
    std::int64_t looks_in_a_row = 0;  // that found something
    net::PeriodicTask looks;

    explicit State(const Parts& given)
        : parts{given},
          looks{{
              .on = given.on,
              .pause = given.plan.phase1.drift.every,
              .work = [this] { return look(base::deadline_in(kPatience)); },
              .failed = [this](const std::exception& failure
                        ) { tell("drift can't be looked for", failure.what()); },
          }} {}

    void tell(std::string_view what, std::string_view why) const {
        parts.log.write(telemetry::Level::warning, what, {{"error", why}});
    }

    base::Task<std::vector<std::string>> found(
        pg::Connection& connection, base::Deadline deadline
    ) {
        const auto governed = co_await ops::governed_settings(connection, deadline);
        auto sight = co_await ops::look(connection, deadline);
        if (governed.empty() || !sight) {
            co_return std::vector<std::string>{};
        }
        const Launches known = co_await launches(connection, deadline);
        if (known.is_executing) {
            co_return std::vector<std::string>{};
        }
        if (!known.unreadable.empty()) {
            co_return std::vector{known.unreadable};
        }
        DriftSources sources{
            .rightful = rightful(governed, parts.plan, known.carried_out),
            .newest = std::move(sight->newest),
            .progress = {},
            .instance = parts.instance,
            .in_effect = parts.in_effect(),
        };
        sources.progress = co_await ops::progress(connection, sources.newest, deadline);
        co_return drifts(sources);
    }

    base::Task<void> open(
        pg::Connection& connection, std::vector<std::string> drifted, base::Deadline deadline
    ) {
        std::string title = fmt::format("Settings drift: {}", fmt::join(drifted, "; "));
        title.resize(base::utf8_prefix(std::string_view{title}.substr(0, kIncidentTitleMax)));
        const base::Instant now = parts.clock.now();
        Incident incident{
            .severity = Severity::p1,
            .title = title,
            .trigger = std::string{kDriftTrigger},
            .opened_by = "instance " + parts.instance,
            .detected_at = now,
            .opened_at = now,
        };
        const auto opened = co_await open_unless_open(connection, std::move(incident), deadline);
        if (opened) {
            tell("governed settings aren't what was approved", title);
        }
    }

    base::Task<void> look(base::Deadline deadline) {
        auto lease = co_await parts.ops.acquire(deadline);
        auto drifted = co_await found(*lease, deadline);
        looks_in_a_row = drifted.empty() ? 0 : looks_in_a_row + 1;
        if (looks_in_a_row >= parts.plan.phase1.drift.consecutive) {
            co_await open(*lease, std::move(drifted), deadline);
        }
    }
};

DriftWatch::DriftWatch(const Parts& parts) : state_{std::make_shared<State>(parts)} {}

DriftWatch::~DriftWatch() = default;

void DriftWatch::start() {
    state_->looks.start();
}

void DriftWatch::stop() {
    state_->looks.stop();
}

base::Task<void> DriftWatch::look(base::Deadline deadline) {
    return state_->look(deadline);
}

}  // namespace accubooks::launch
