#include "console/console.h"

#include <utility>

#include "console/window.h"
#include "net/periodic_task.h"

namespace accubooks::console {
namespace {

using std::chrono::seconds;

constexpr seconds kEvery{1};
constexpr seconds kAskEvery{2};
constexpr seconds kPatience{5};
/// Older facts are none: better no word than one that may be wrong by now.
constexpr seconds kFresh{10};

}  // namespace

struct Console::State {
    Parts parts;
    Judge judge;
    History history;
    Window window;
    std::optional<Facts> facts;  // on the lane, as all but `history`
    std::optional<Holding::Time> asked_at;
    net::PeriodicTask looks;
    net::PeriodicTask asks;

    explicit State(const Parts& given)
        : parts{given},
          judge{given.plan},
          history{given.clock.now().unix_micros()},
          looks{{
              .on = given.on,
              .pause = kEvery,
              .work = [this] { return look(); },
              .failed = [this](const std::exception& failure
                        ) { tell("this instance can't be looked at", failure); },
          }},
          asks{{
              .on = given.on,
              .pause = kAskEvery,
              .work = [this] { return ask(); },
              .failed = [this](const std::exception& failure
                        ) { tell("the other instances can't be asked after", failure); },
          }} {}

    void tell(std::string_view what, const std::exception& why) const {
        parts.log.write(telemetry::Level::warning, what, {{"error", std::string_view{why.what()}}});
    }

    base::Task<void> ask() {
        const base::Deadline deadline = base::deadline_in(kPatience);
        auto lease = co_await parts.ops.acquire(deadline);
        facts = co_await load_facts(*lease, parts.clock.now(), deadline);
        asked_at = Holding::Time::clock::now();
    }

    /// Without waiting for anything.
    base::Task<void> look() {
        const auto now = Holding::Time::clock::now();
        history.add(judge.judge(history.next(), find(now), now));
        co_return;
    }

    Findings find(Holding::Time now) {
        const ops::InForce in_force = parts.settings.in_force();
        const pg::PoolStatus status = parts.pool.status();
        const auto requests = parts.requests.tally().last(Window::kSpan, now);
        Findings findings{
            .at = parts.clock.now(),
            .instance = in_force.instance,
            .boot_id = in_force.boot_id,
            .version = parts.version,
            .revision = in_force.revision,
            .checks = parts.health.checks(),
            .pool =
                {.used = status.used,
                 .idle = status.idle,
                 .peak = parts.pool_metrics.take_peak(status.used),
                 .waiting = status.waiting,
                 .min = status.settings.min,
                 .max = status.settings.max,
                 .effective_max = status.effective_max()},
            .classes = classes_of(requests),
            .readings = readings_of(requests),
        };
        findings.readings.merge(window.read(totals_of(status), now));
        findings.readings["queue_depth"] = one(parts.poster.depth());
        findings.readings["health_failures"] = one(parts.health.consecutive_failures());
        if (const auto round = parts.integrity.last_round()) {
            findings.readings["integrity_violations"] = one(round->of_books);
            findings.readings["isolation_violations"] = one(round->of_isolation);
        }
        if (asked_at && now - *asked_at <= kFresh) {
            findings.facts = facts;
        }
        return findings;
    }

    static Reading one(std::uint64_t value) {
        return {.value = static_cast<std::int64_t>(value), .samples = 1};
    }

    Totals totals_of(const pg::PoolStatus& status) const {
        return {
            .pool_used = status.used_time,
            .pool_max = status.max_time,
            .cache_hits = parts.books.hits(),
            .cache_misses = parts.books.misses(),
            .pool_wait = parts.pool.times().wait,
        };
    }
};

Console::Console(const Parts& parts) : state_{std::make_shared<State>(parts)} {}

Console::~Console() = default;

void Console::start() {
    state_->asks.start();
    state_->looks.start();
}

void Console::stop() {
    state_->looks.stop();
    state_->asks.stop();
}

const History& Console::history() const {
    return state_->history;
}

}  // namespace accubooks::console
