#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "launch/coverage.h"
#include "launch/effects.h"
#include "launch/execution.h"
#include "launch/execution_log.h"
#include "launch/internal/execution_invariants.h"
#include "launch/internal/simulated_lease.h"
#include "launch/internal/simulated_request.h"
#include "launch/internal/simulated_world.h"
#include "launch/rehearsal.h"

namespace accubooks::launch::simulated {

/// One history: the real machine in the pretended world, and what must hold after each step. How
/// verdicts come about is left to who is derived.
struct Simulation {
    explicit Simulation(std::uint64_t seed)
        : random{seed},
          weather{Weather::any(random)},
          terms{
              .change = "CHG-1",
              .revision = 0,
              .attempt = 1,
              .digest = "",
              .time_scale = random.one_in(3) ? 20 : 1,
              .instances = {},
              .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
          },
          // Real terms are played on shortened windows too: the machine doesn't know.
          plan{rehearsal_of(default_plan(), 20)},
          request{random, now, terms.is_rehearsal()} {
        terms.revision = request.revision().number;
        terms.digest = base::to_hex(request.revision().digest);
        broken = request.broken();
        const std::int64_t count = random.from_to(1, 3);
        for (std::int64_t number = 1; number <= count; ++number) {
            add_instance("i" + std::to_string(number));
            terms.instances.push_back(world.instances.back().name);
        }
        world.revisions.push_back({.generation = 0, .values = terms.prior});
        if (weather.extra_instance) {
            add_instance("extra");
        }
    }
    virtual ~Simulation() = default;

    /// The same history up to here, to be played on otherwise.
    virtual std::unique_ptr<Simulation> copy() const = 0;

    /// What broke; empty when nothing did.
    std::string play() {
        const auto baseline = any_baseline();
        Events begun = start(plan, terms, baseline, 1, now);
        if (weather.other_engine) {
            std::get<ExecutionStarted>(begun.front()).engine_version = kEngineVersion + 1;
        }
        append(begun);
        lease = SimulatedLease{.holder = "d0", .epoch = 1, .expires_at = now + seconds{30}};
        const std::int64_t fork_at = random.from_to(1, 400);
        for (std::int64_t turn = 0;
             turn < turns_of_weather && !is_final(execution.state) && broken.empty();
             ++turn) {
            step();
            if (turn == fork_at && broken.empty() && !is_final(execution.state)) {
                check_way_back();
            }
        }
        weather = Weather::fair();
        world.is_p0_open = false;
        for (int turn = 0; turn < 20'000 && !is_final(execution.state) && broken.empty(); ++turn) {
            step();
            if (execution.state == ExecutionState::paused && random.one_in(50)) {
                act(Resume{.by = executive(), .why = "seen"});
            }
            if (execution.state == ExecutionState::rollback_failed && world.has_stranger()) {
                std::erase_if(world.instances, [](const Instance& one) {
                    return one.name == "extra";
                });
            }
        }
        check_end();
        return broken;
    }

    // ── Turns ──

    void step() {
        const milliseconds elapsed{random.from_to(1, 12'000)};
        now = now + elapsed;
        if (happens(weather.clock_in)) {
            now = now + minutes{random.from_to(-90, 90)};
        }
        serve(elapsed);
        world.go_back_by_itself(now);
        move_instances();
        if (happens(weather.p0_in)) {
            world.is_p0_open = !world.is_p0_open;
            world.had_p0 = true;
        }
        if (happens(weather.person_in)) {
            any_act();
        }
        if (happens(weather.edit_in)) {
            request.meddle(random, now);
        }
        note(request.broken());
        for (int driver = 0; driver < 2 && broken.empty() && !is_final(execution.state); ++driver) {
            if (!happens(3)) {  // sometimes one sleeps through
                drive(driver);
            }
        }
    }

    void drive(int number) {
        const std::string name = "d" + std::to_string(number);
        std::int64_t& epoch = epochs.at(static_cast<std::size_t>(number));
        const bool leads = lease.holder == name && lease.renew(epoch, now, seconds{30});
        if (!leads && (lease.is_over(now) || (happens(200) && lease.holder == name))) {
            if (!lease.claim(name, now, seconds{30})) {
                return;
            }
            epoch = lease.epoch;
            const bool must_hold = execution.engine_version != kEngineVersion &&
                                   execution.state < ExecutionState::paused;
            const auto events = take_over(plan, execution, epoch, name, now);
            if (events) {
                append(*events);
            }
            if (must_hold && execution.state != ExecutionState::paused) {
                broken = "what another version of the program began went on";
            }
        } else if (!leads && !happens(10)) {
            return;  // somebody else leads; now and then one hasn't noticed and goes on
        }
        if (epoch == 0) {
            return;
        }
        const Execution seen = execution;  // what it read; the rest may be out of date
        for (const Effect& effect : todo(plan, seen, now)) {
            if (happens(weather.crash_in)) {
                epoch = 0;  // died before it was done; it comes back without a lease
                return;
            }
            for (const Report& report : perform(effect, epoch)) {
                if (happens(weather.crash_in)) {
                    epoch = 0;  // died before it was recorded
                    return;
                }
                record(report, epoch);
                if (happens(weather.lost_in)) {
                    record(report, epoch);  // told twice
                }
            }
            if (execution.state != seen.state) {
                return;  // the next turn asks what is to be done there
            }
        }
        record(TimePassed{}, epoch);
    }

    void record(const Report& report, std::int64_t epoch) {
        const auto events = decide(plan, execution, report, epoch, now);
        if (!events) {
            if (events.error().code != "launch.fenced" || epoch == execution.epoch) {
                broken = "a report was refused: " + events.error().detail;
            }
            return;
        }
        if (epoch != execution.epoch) {
            broken = "the report of a driver that was replaced counted";
            return;
        }
        const ExecutionState before = execution.state;
        const bool was_holding = execution.is_touched() && before <= ExecutionState::paused;
        append(*events);
        check_answer(report, before, was_holding);
    }

    void check_answer(const Report& report, ExecutionState before, bool was_holding) {
        if (!is_final(execution.state) && now >= execution.deadline) {
            broken = std::string{to_string(execution.state)} + " outlived its deadline";
        }
        const auto* fired = std::get_if<TriggersFired>(&report);
        if (fired != nullptr && was_holding && execution.state != ExecutionState::rolling_back) {
            broken = "a hard trigger fired and the values stayed";
        }
        const auto* checks = std::get_if<PrechecksDone>(&report);
        if (checks != nullptr && before == ExecutionState::precheck &&
            checks->checks.size() <= plan.phase1.prechecks.checks.size() &&
            execution.state != ExecutionState::cancelled) {
            broken = "it went on without every pre-check";
        }
        const auto* taken = std::get_if<BaselineTaken>(&report);
        if (taken != nullptr && before == ExecutionState::baseline && !all_hold(taken->checks) &&
            execution.state == ExecutionState::apply) {
            broken = "the first step was ordered although not every pre-check held again";
        }
        const bool asks_for_approval = (checks != nullptr && before == ExecutionState::precheck) ||
                                       (taken != nullptr && taken->outcome == Outcome::pass &&
                                        before == ExecutionState::baseline);
        if (asks_for_approval && is_approval_over()) {
            if (execution.state != ExecutionState::cancelled) {
                broken = "an approval was over and nothing cancelled it";
            }
            was_over_before = true;
        }
        if (std::holds_alternative<P0Open>(report) && before <= ExecutionState::baseline &&
            execution.state != ExecutionState::paused &&
            execution.state != ExecutionState::cancelled) {
            broken = "a P0 was open and it went on";
        }
    }

    void append(const Events& events) {
        for (const ExecutionEvent& event : events) {
            if (const auto objection = contradiction(execution, event)) {
                broken = "decide wrote what can't be: " + *objection;
                return;
            }
            execution = evolve(execution, event);
            history.push_back(event);
            check(event);
        }
    }

    // ── Effects ──

    std::vector<Report> perform(const Effect& effect, std::int64_t epoch) {
        return std::visit([&](const auto& one) { return perform(one, epoch); }, effect);
    }
    std::vector<Report> perform(const LookForP0&, std::int64_t) {
        return world.is_p0_open ? std::vector<Report>{P0Open{"It is open."}}
                                : std::vector<Report>{};
    }
    std::vector<Report> perform(const RunPrechecks&, std::int64_t) {
        return {PrechecksDone{checks()}};
    }
    std::vector<CheckOutcome> checks() {
        std::vector<CheckOutcome> all;
        for (const Precheck& check : plan.phase1.prechecks.checks) {
            const bool fails = (weather.check_fails && check.check == "backup") ||
                               (world.is_p0_open && check.check == "no_open_incident");
            all.push_back({
                .check = check.check,
                .outcome = fails                 ? Outcome::fail
                           : check.applies_after ? Outcome::not_applicable
                                                 : Outcome::pass,
                .why = "simulated",
            });
        }
        if (happens(weather.unclear_in)) {
            all.pop_back();  // nobody looked
        }
        all.push_back({
            .check = "approval",
            .outcome = is_approval_over() ? Outcome::fail : Outcome::pass,
            .why = "simulated",
        });
        return all;
    }
    /// Every pre-check is among them, and holds where it applies.
    bool all_hold(const std::vector<CheckOutcome>& found) const {
        return found.size() > plan.phase1.prechecks.checks.size() &&
               std::ranges::none_of(found, [](const CheckOutcome& one) {
                   return one.outcome == Outcome::fail;
               });
    }
    std::vector<Report> perform(const TakeBaseline& effect, std::int64_t) {
        std::vector<Report> reports = look(effect);
        for (Report& report : reports) {
            if (auto* taken = std::get_if<BaselineTaken>(&report)) {
                taken->checks = checks();
            }
        }
        return reports;
    }
    std::vector<Report> perform(const Measure& effect, std::int64_t) { return look(effect); }
    std::vector<Report> perform(const PlaceOrder& effect, std::int64_t epoch) {
        note(broken_by_values(plan, terms, effect.order.values));
        if (epoch != execution.epoch) {
            return {};  // the database compares epochs in the same transaction
        }
        if (happens(weather.refuse_in) && effect.confirm_within) {
            return {OrderRefused{.generation = effect.order.generation, .why = "no room"}};
        }
        if (world.is_p0_open && effect.confirm_within && world.revisions.size() == 1) {
            broken = "values were placed while a P0 was open and nothing was held";
        }
        world.place(effect.order, effect.confirm_within, epoch, now);
        if (happens(weather.lost_in)) {
            return {};
        }
        return {OrderPlaced{
            .generation = effect.order.generation, .revision = 100 + effect.order.generation
        }};
    }
    std::vector<Report> perform(const AskInstances& effect, std::int64_t) {
        if (happens(weather.lost_in)) {
            return {};
        }
        InstancesAnswered report{.generation = effect.generation};
        for (const Instance& instance : world.instances) {
            report.live.push_back(instance.name);
            if (instance.generation == effect.generation && !happens(weather.lost_in)) {
                report.acknowledged.push_back({
                    .instance = instance.name,
                    .boot_id = boot_id(instance.boot),
                    .generation = instance.generation,
                    .pool_max = instance.pool,
                });
            }
        }
        if (happens(weather.refuse_in) && !execution.is_rolling_back()) {
            report.refused.push_back("i1 refused: no room");
        }
        if (happens(weather.lost_in)) {
            report.generation -= 1;  // a late answer to an earlier question
        }
        return {report};
    }
    std::vector<Report> perform(const HoldRevision& effect, std::int64_t epoch) {
        auto& newest = world.revisions.back();
        if (epoch == execution.epoch && newest.confirm_until &&
            newest.generation + 100 == effect.revision) {
            newest.confirm_until = now + effect.confirm_within;
        }
        return {};
    }
    std::vector<Report> perform(const RunSmoke& effect, std::int64_t) {
        smoke_wanted = std::max(smoke_wanted, effect.requests);
        return {};
    }
    std::vector<Report> perform(const ProbeBooks&, std::int64_t) { return {}; }
    std::vector<Report> perform(const Finalise& effect, std::int64_t epoch) {
        auto& newest = world.revisions.back();
        if (epoch != execution.epoch || newest.generation + 100 != effect.revision ||
            world.reverted.contains(newest.generation)) {
            return {FinaliseDone{.is_done = false, .why = "the revision isn't the newest"}};
        }
        newest.confirm_until.reset();
        confirmed = true;
        if (happens(weather.lost_in)) {
            return {};
        }
        return {FinaliseDone{.is_done = true}};
    }

    // ── How it is measured ──

    /// So much time has passed, in which requests came in; the clock may say otherwise.
    virtual void serve(milliseconds /*elapsed*/) {}
    /// What a driver that looks now has to tell.
    virtual std::vector<Report> look(const TakeBaseline& effect) = 0;
    virtual std::vector<Report> look(const Measure& effect) = 0;
    /// Why a stage can't have passed, as the world knows it; empty when it can.
    virtual std::string objection_to(const StageJudged& passed) const = 0;

    // ── The approval ──

    bool is_approval_over() const { return now >= request.approved_until(); }
    bool is_carried_out() const {
        return request.revision().state == State::executing &&
               terms.digest == base::to_hex(request.revision().digest);
    }

    // ── World ──

    void add_instance(std::string name) {
        world.instances.push_back({.name = std::move(name), .boot = ++boots, .pool = 50});
    }
    void move_instances() {
        for (Instance& instance : world.instances) {
            if (happens(weather.instance_in)) {
                // A restart takes the newest revision before it serves.
                instance.boot = ++boots;
            } else if (happens(weather.lost_in)) {
                continue;  // it hasn't looked yet
            }
            const auto& newest = world.revisions.back();
            if (!happens(weather.shrink_in)) {  // else connections on loan keep it large
                instance.pool = pool_max(newest.values);
            }
            instance.generation =
                world.reverted.contains(newest.generation) ? 0 : newest.generation;
        }
    }
    milliseconds silence_of(const Source& source) const {
        return std::chrono::duration_cast<milliseconds>(now - source.last(execution.started_at));
    }
    bool hurts() const {
        return weather.harmful && now - execution.started_at >= weather.harm_after &&
               std::ranges::any_of(world.instances, [](const Instance& one) {
                   return one.pool > 50;
               });
    }
    bool diverges() const {
        const auto expected = execution.order ? pool_max(execution.order->values) : 50;
        return std::ranges::any_of(world.instances, [&](const Instance& one) {
            return one.pool != expected || one.name == "extra";
        });
    }

    // ── People ──

    static Person executive() { return {.name = "eve", .role = RoleName::executive_operator}; }
    void any_act() {
        const Person people[] = {
            executive(),
            {.name = "lea", .role = RoleName::requester_lead},
            {.name = "otto", .role = RoleName::on_call},
            {.name = "pia", .role = RoleName::product_lead},
        };
        const Person& by = people[random.from_to(0, 3)];
        switch (random.from_to(0, 9)) {
            case 0:
                act(Raise{.intent = Intent::rollback, .by = by, .why = "no"});
                break;
            case 1:
                act(Raise{.intent = Intent::abort, .by = by, .why = "stop"});
                break;
            case 2:
            case 3:
            case 4:
                act(Raise{.intent = Intent::pause, .by = by, .why = "wait"});
                break;
            default:
                act(Resume{
                    .by = by,
                    .why = "go on",
                    .is_p0_open = world.is_p0_open,
                    .had_p0 = world.had_p0 || random.one_in(2)
                });
                break;
        }
    }
    void act(const Act& one) {
        const auto events = decide(plan, execution, one, now);
        if (events) {
            append(*events);
        }
    }

    // ── Invariants ──

    void note(std::string what) {
        if (!what.empty()) {
            broken = std::move(what);
        }
    }
    void check(const ExecutionEvent& event) {
        if (world.broken) {
            broken = *world.broken;
        }
        const auto* judged = std::get_if<StageJudged>(&event);
        if (judged != nullptr && judged->outcome == Outcome::pass &&
            execution.stage(plan) != nullptr) {
            note(objection_to(*judged));
        }
        const auto* entered = std::get_if<Entered>(&event);
        if (entered == nullptr) {
            return;
        }
        if (entered->order) {
            note(broken_by_values(plan, terms, entered->order->values));
        }
        if (entered->state == ExecutionState::apply &&
            (weather.check_fails || execution.intent != Intent::none)) {
            broken = "values were applied against a check or an intent";
        }
        if (entered->state == ExecutionState::apply && entered->order->generation == 1 &&
            world.is_p0_open) {
            broken = "values were ordered while a P0 was open";
        }
        if (entered->state == ExecutionState::apply && !is_carried_out()) {
            broken = "values were ordered of a request that isn't carried out";
        }
        if (entered->state == ExecutionState::apply && entered->order->generation == 1 &&
            is_approval_over()) {
            broken = "the first values were ordered behind the approval's end";
        }
        if (entered->state == ExecutionState::immediate ||
            entered->state == ExecutionState::rollback_verify) {
            note(broken_by_acknowledgements(terms, execution));
            if (world.has_stranger() && execution.state == ExecutionState::immediate) {
                broken = "an instance that nobody approved serves";
            }
        }
        if (entered->state == ExecutionState::finalise ||
            entered->state == ExecutionState::succeeded) {
            note(broken_by_success(plan, history));
            const bool is_lost = silence_of(world.prober) >= plan.phase1.no_data.pause_after;
            if (entered->state == ExecutionState::succeeded && is_lost) {
                broken = "success while the outside source was silent";
            }
            if (smoke_wanted < plan.phase1.workload.requests) {
                broken = "success without the smoke run";
            }
        }
    }
    /// From any state a person ends it, the world being fair again, and nothing stays behind.
    void check_way_back() {
        const auto other = copy();
        other->weather = Weather::fair();
        std::erase_if(other->world.instances, [](const Instance& one) {
            return one.name == "extra";
        });
        const bool was_rolling_back = other->execution.is_rolling_back();
        const auto events = decide(
            plan,
            other->execution,
            Raise{.intent = Intent::abort, .by = {"otto", RoleName::on_call}, .why = "stop"},
            other->now
        );
        if (!events && other->execution.intent != Intent::abort) {
            broken = "an abort was refused: " + events.error().detail;
            return;
        }
        if (events) {
            other->append(*events);
        }
        for (int turn = 0;
             turn < 5000 && !is_final(other->execution.state) && other->broken.empty();
             ++turn) {
            other->step();
        }
        broken = other->broken;
        if (other->execution.state != ExecutionState::rolled_back &&
            other->execution.state != ExecutionState::cancelled) {
            broken = "an abort ended in " + std::string{to_string(other->execution.state)} +
                     (was_rolling_back ? " from rolling back" : "");
        }
    }
    void check_end() {
        if (!broken.empty()) {
            return;
        }
        if (!is_final(execution.state)) {
            broken = "it never ended: " + std::string{to_string(execution.state)};
            return;
        }
        for (int turn = 0; turn < 3; ++turn) {  // instances that look late have looked now
            now = now + seconds{1};
            world.go_back_by_itself(now);
            move_instances();
        }
        const std::int64_t expected = execution.state == ExecutionState::succeeded ? 200 : 50;
        for (const Instance& instance : world.instances) {
            if (instance.pool != expected) {
                broken = instance.name + " ended with " + std::to_string(instance.pool) +
                         " behind " + std::string{to_string(execution.state)};
            }
        }
        if (execution.state == ExecutionState::succeeded &&
            (terms.is_rehearsal() || !confirmed || execution.intent != Intent::none)) {
            broken = "a success that can't be one";
        }
        note(broken_when_replayed(history, execution));
        was_over = is_approval_over();
        request.end(*ending_of(execution.state), random, now);
        note(request.broken());
    }

    bool happens(std::int64_t one_in) { return one_in > 0 && random.one_in(one_in); }
    /// One that was taken before the start; none where it is still to be taken.
    virtual std::optional<TimeSpan> any_baseline() = 0;

    Random random;
    Weather weather;
    Terms terms;
    Plan plan;
    Instant now = Instant::from_unix_micros(1'767'225'600'000'000);
    Request request;
    World world{};
    Execution execution{};
    std::vector<ExecutionEvent> history{};
    SimulatedLease lease{};
    std::int64_t turns_of_weather = 4000;
    std::array<std::int64_t, 2> epochs{1, 0};
    std::int64_t boots = 0;
    std::int64_t smoke_wanted = 0;
    bool confirmed = false;
    bool was_over_before = false;  // the approval, when the first values were next
    bool was_over = false;         // likewise, at the end
    std::string broken{};
};

}  // namespace accubooks::launch::simulated
