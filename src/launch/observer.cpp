#include "launch/observer.h"

#include <utility>

#include "launch/internal/book_facts.h"
#include "launch/internal/database_facts.h"
#include "launch/internal/inside_source.h"
#include "launch/internal/observing.h"
#include "launch/internal/outside_load.h"
#include "launch/internal/prober.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::Task;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::seconds kBooksPatience{10};
constexpr std::chrono::seconds kAgain{1};
// Longer than any execution, whose pauses included.
constexpr std::chrono::hours kTokenLives{24};

}  // namespace

struct Observer::State {
    State(const Parts& parts, Observed observed, Sink sink)
        : observing{
              .parts = parts,
              .observed = std::move(observed),
              .sink = std::move(sink),
              .pace = {},
              .loops = Loops{parts.on},
          } {
        observing.pace = pace_of(observing.plan());
    }

    Observing observing;
    Prober prober{observing};
    OutsideLoad load{observing};
    DatabaseProcessor processor{ProcFolders::of_this_machine()};
    bool has_started = false;

    void trouble(std::string_view what, std::string_view why) const {
        observing.parts.log.write(telemetry::Level::warning, what, {{"error", why}});
    }

    /// Who is live, and where.
    Task<void> follow_boots() {
        while (!observing.loops.is_stopping()) {
            try {
                const base::Deadline deadline = base::deadline_in(kPatience);
                auto lease = co_await observing.parts.ops.acquire(deadline);
                const auto boots = co_await ops::boots(*lease, 0, deadline);
                observing.are_boots_known = true;
                observing.boots.clear();
                for (const ops::Boot& boot : boots) {
                    if (boot.is_live && !boot.is_replaced) {
                        observing.boots[boot.who.instance] = boot;
                    }
                }
            } catch (const pg::Failure& failure) {
                // The addresses known so far are still the best guess.
                trouble("the live instances can't be read", failure.what());
            }
            co_await observing.loops.nap(kAgain);
        }
    }

    Task<std::optional<SyntheticTenant>> open(std::string_view name) {
        try {
            auto opened = co_await open_synthetic_tenant(
                observing.parts.directory,
                std::string{name},
                observing.now() + kTokenLives,
                base::deadline_in(kPatience)
            );
            if (opened) {
                co_return *std::move(opened);
            }
            trouble("a tenant of the launch's own can't be opened", opened.error().detail);
        } catch (const pg::Failure& failure) {
            trouble("a tenant of the launch's own can't be opened", failure.what());
        }
        co_return std::nullopt;
    }

    bool is_open() const { return observing.load_tenant && observing.is_canary_filled; }

    Task<void> open_tenants() {
        while (!observing.loops.is_stopping() && !is_open()) {
            if (!observing.load_tenant) {
                observing.load_tenant = co_await open(kLoadTenant);
            }
            if (!observing.canary) {
                observing.canary = co_await open(kCanaryTenant);
            }
            if (observing.canary && !observing.is_canary_filled) {
                observing.is_canary_filled = co_await fill_canary(observing);
            }
            if (!is_open()) {
                co_await observing.loops.nap(kAgain);
            }
        }
    }

    Task<void> look_at_database_now_and_then() {
        const auto began = Steady::now();
        while (!observing.loops.is_stopping()) {
            co_await look_at_database(observing, processor, base::deadline_in(kPatience));
            co_await observing.loops.nap_until(Loops::next_on_grid(began, observing.pace.facts));
        }
    }

    Task<void> look_at_books_now_and_then() {
        const auto began = Steady::now();
        while (!observing.loops.is_stopping()) {
            co_await observing.loops.nap_until(Loops::next_on_grid(began, observing.pace.books));
            if (!observing.loops.is_stopping()) {
                co_await look_at_books(observing, base::deadline_in(kBooksPatience));
            }
        }
    }

    Task<std::vector<Fingerprint>> fingerprints(base::Deadline deadline) {
        std::vector<ops::Boot> approved;
        for (const std::string& instance : observing.observed.instances) {
            const auto boot = observing.boots.find(instance);
            if (boot != observing.boots.end()) {
                approved.push_back(boot->second);
            }
        }
        const bool all_are_live = approved.size() == observing.observed.instances.size();
        auto taken = co_await take_fingerprints(
            observing.parts.on,
            observing.parts.ops,
            observing.plan().unchanged,
            std::move(approved),
            deadline
        );
        if (!all_are_live) {
            for (Fingerprint& one : taken) {
                one = {.what = one.what, .why = "Not every approved instance is live."};
            }
        }
        co_return taken;
    }

    Task<Reading> compare_fingerprints(base::Deadline deadline) {
        std::vector<Fingerprint>& before = observing.observed.fingerprints;
        const auto now = co_await fingerprints(deadline);
        if (before.empty() && differences(now, now).has_value()) {
            before = now;
        }
        Reading found = differences(before.empty() ? now : before, now);
        observing.fact("fingerprint_differences", found);
        co_return found;
    }

    Task<void> compare_fingerprints_now_and_then() {
        const auto began = Steady::now();
        while (!observing.loops.is_stopping()) {
            co_await compare_fingerprints(base::deadline_in(kBooksPatience));
            co_await observing.loops.nap_until(
                Loops::next_on_grid(began, observing.pace.fingerprints)
            );
        }
    }

    Task<void> close(std::optional<SyntheticTenant>& tenant) {
        if (!tenant) {
            co_return;
        }
        try {
            const auto closed = co_await close_synthetic_tenant(
                observing.parts.directory, *tenant, base::deadline_in(kPatience)
            );
            if (!closed) {
                trouble("a token of the launch's own wasn't revoked", closed.error().detail);
            }
        } catch (const pg::Failure& failure) {
            trouble("a token of the launch's own wasn't revoked", failure.what());
        }
        tenant.reset();
    }
};

Observer::Observer(const Parts& parts, Observed observed, Sink sink)
    : state_{std::make_shared<State>(parts, std::move(observed), std::move(sink))} {}

Observer::~Observer() = default;

void Observer::start() {
    State& state = *state_;
    base::ensure(!std::exchange(state.has_started, true), "an observer is started once");
    Loops& loops = state.observing.loops;
    loops.start(state.follow_boots());
    loops.start(state.open_tenants());
    for (const std::string& instance : state.observing.observed.instances) {
        loops.start(sample_instance(state.observing, instance));
        loops.start(check_health(state.observing, instance));
    }
    loops.start(state.look_at_database_now_and_then());
    loops.start(state.look_at_books_now_and_then());
    loops.start(state.compare_fingerprints_now_and_then());
    state.prober.start();
    state.load.start();
}

void Observer::run_smoke(std::int64_t requests, std::int64_t concurrency) {
    state_->load.run_smoke(requests, concurrency);
}

base::Task<void> Observer::probe_books(base::Deadline deadline) {
    co_await look_at_books(state_->observing, deadline);
}

base::Task<std::vector<Fingerprint>> Observer::fingerprints(base::Deadline deadline) {
    return state_->fingerprints(deadline);
}

base::Task<Reading> Observer::compare_fingerprints(base::Deadline deadline) {
    return state_->compare_fingerprints(deadline);
}

base::Task<void> Observer::stop() {
    State& state = *state_;
    state.load.stop();
    co_await state.observing.loops.stop();
    co_await state.close(state.observing.load_tenant);
    co_await state.close(state.observing.canary);
}

}  // namespace accubooks::launch
