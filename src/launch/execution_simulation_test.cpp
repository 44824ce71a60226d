// Plays seeded histories to the real machine with a pretended world: instances that crash, refuse,
// answer late or twice or not at all; metrics that are silent or lie; a database clock that jumps;
// people who pause, resume and abort; and two drivers that crash at any point between doing and
// recording.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "launch/coverage.h"
#include "launch/effects.h"
#include "launch/execution.h"
#include "launch/lease.h"
#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kPoolMax = "database.pool.max";

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}
    std::int64_t from_to(std::int64_t from, std::int64_t to) {
        return from +
               static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(to - from + 1));
    }
    bool one_in(std::int64_t many) { return from_to(1, many) == 1; }

private:
    std::mt19937_64 engine_;
};

std::int64_t pool_max(const std::vector<SettingValue>& values) {
    return std::ranges::find(values, kPoolMax, &SettingValue::setting)->value;
}

base::Uuid boot_id(std::int64_t number) {
    base::Uuid id;
    id.bytes[15] = static_cast<std::uint8_t>(number);
    id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
    return id;
}

// What goes wrong in one history, drawn once.
struct Weather {
    bool harmful = false;  // the new pool hurts, from `harm_after` on
    minutes harm_after{};
    bool inside_lies = false;      // the in-process metrics say all is well
    std::int64_t silence_in = 0;   // one sample in so many begins a silence
    std::int64_t crash_in = 0;     // a driver dies in one of so many places
    std::int64_t instance_in = 0;  // an instance restarts
    std::int64_t refuse_in = 0;    // an order is refused
    std::int64_t shrink_in = 0;    // a pool takes its new size late
    std::int64_t lost_in = 0;      // an answer gets lost
    std::int64_t clock_in = 0;     // the clock jumps
    std::int64_t person_in = 0;    // a person acts
    std::int64_t unclear_in = 0;   // a verdict has too few samples
    std::int64_t disk_in = 0;      // evidence can't be written
    bool extra_instance = false;
    bool check_fails = false;
    bool other_engine = false;

    static Weather fair() { return {}; }
    static Weather any(Random& random) {
        const auto rate = [&random](std::int64_t often) {
            return random.one_in(3) ? random.from_to(often, often * 20) : 0;
        };
        return {
            .harmful = random.one_in(3),
            .harm_after = minutes{random.from_to(0, 10)},
            .inside_lies = random.one_in(3),
            .silence_in = rate(40),
            .crash_in = rate(10),
            .instance_in = rate(100),
            .refuse_in = random.one_in(8) ? 3 : 0,
            .shrink_in = rate(2),
            .lost_in = rate(2),
            .clock_in = rate(60),
            .person_in = rate(60),
            .unclear_in = rate(2),
            .disk_in = rate(100),
            .extra_instance = random.one_in(20),
            .check_fails = random.one_in(20),
            .other_engine = random.one_in(30),
        };
    }
};

struct Instance {
    std::string name;
    std::int64_t boot = 0;
    std::int64_t generation = 0;  // it runs on
    std::int64_t pool = 0;
};

// The settings' revisions as the instances see them, and what they measure.
struct World {
    struct Revision {
        std::int64_t generation = 0;
        std::vector<SettingValue> values;
        std::optional<Instant> confirm_until{};
        std::int64_t epoch = 0;
    };

    std::vector<Instance> instances;
    std::vector<Revision> revisions;
    std::vector<Instant> heard;  // samples of the metrics
    Instant harm_heard;          // of the samples, the last that shows the harm
    Instant silent_until;
    std::optional<std::string> broken{};  // an invariant of the world

    void place(
        const Order& order, std::optional<milliseconds> within, std::int64_t epoch, Instant now
    ) {
        if (epoch < revisions.back().epoch) {
            broken = "a driver with an old epoch placed values";
        }
        if (revisions.back().generation >= order.generation) {
            return;  // it is there already
        }
        revisions.push_back({
            .generation = order.generation,
            .values = order.values,
            .confirm_until = within ? std::optional{now + *within} : std::nullopt,
            .epoch = epoch,
        });
    }
    /// Nobody confirmed it in time: the last that holds comes back by itself.
    void go_back_by_itself(Instant now) {
        if (revisions.back().confirm_until && now >= *revisions.back().confirm_until) {
            const auto held =
                std::find_if(revisions.rbegin(), revisions.rend(), [](const Revision& one) {
                    return !one.confirm_until;
                });
            Revision back = *held;
            back.generation = revisions.back().generation;
            back.epoch = revisions.back().epoch;
            reverted.insert(back.generation);
            revisions.push_back(back);
        }
    }
    std::set<std::int64_t> reverted;  // generations that were gone back from
};

struct Simulation {
    explicit Simulation(std::uint64_t seed)
        : random{seed},
          weather{Weather::any(random)},
          terms{
              .change = "CHG-1",
              .revision = 1,
              .attempt = 1,
              .digest = std::string(64, 'a'),
              .time_scale = random.one_in(3) ? 20 : 1,
              .instances = {},
              .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
          },
          // Real terms are played on shortened windows too: the machine doesn't know.
          plan{rehearsal_of(default_plan(), 20)} {
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

    /// What broke; empty when nothing did.
    std::string play() {
        append(start(plan, terms, any_baseline(), 1, now));
        lease = Lease{.holder = "d0", .epoch = 1, .expires_at = now + seconds{30}};
        const std::int64_t fork_at = random.from_to(1, 400);
        for (std::int64_t turn = 0; turn < 4000 && !is_final(execution.state) && broken.empty();
             ++turn) {
            step();
            if (turn == fork_at && broken.empty() && !is_final(execution.state)) {
                check_way_back();
            }
        }
        weather = Weather::fair();
        for (int turn = 0; turn < 20'000 && !is_final(execution.state) && broken.empty(); ++turn) {
            step();
            if (execution.state == ExecutionState::paused && random.one_in(50)) {
                act(Resume{.by = executive(), .why = "seen"});
            }
            if (execution.state == ExecutionState::rollback_failed && has_stranger()) {
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
        now = now + milliseconds{random.from_to(1, 12'000)};
        if (happens(weather.clock_in)) {
            now = now + minutes{random.from_to(-90, 90)};
        }
        world.go_back_by_itself(now);
        move_instances();
        if (happens(weather.person_in)) {
            any_act();
        }
        for (int driver = 0; driver < 2 && broken.empty() && !is_final(execution.state); ++driver) {
            if (!happens(3)) {  // sometimes one sleeps through
                drive(driver);
            }
        }
    }

    void drive(int number) {
        const std::string name = "d" + std::to_string(number);
        std::int64_t& epoch = epochs.at(static_cast<std::size_t>(number));
        if (lease.holder == name && lease.epoch == epoch && !lease.is_over(now)) {
            lease = *renew(lease, epoch, now, seconds{30});
        } else if (lease.is_over(now) || (happens(200) && lease.holder == name)) {
            const auto claimed = claim(lease, name, now, seconds{30});
            if (!claimed) {
                return;
            }
            lease = *claimed;
            epoch = lease.epoch;
            const auto events = take_over(plan, execution, epoch, name, now);
            if (events) {
                append(*events);
            }
        } else if (!happens(10)) {
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
            if (is_final(execution.state)) {
                return;
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
            checks->checks.size() < plan.phase1.prechecks.checks.size() &&
            execution.state != ExecutionState::cancelled) {
            broken = "it went on without every pre-check";
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
    std::vector<Report> perform(const RunPrechecks&, std::int64_t) {
        PrechecksDone report;
        for (const Precheck& check : plan.phase1.prechecks.checks) {
            const bool fails = weather.check_fails && check.check == "backup";
            report.checks.push_back({
                .check = check.check,
                .outcome = fails                 ? Outcome::fail
                           : check.applies_after ? Outcome::not_applicable
                                                 : Outcome::pass,
                .why = "simulated",
            });
        }
        if (happens(weather.unclear_in)) {
            report.checks.pop_back();  // nobody looked
        }
        return {report};
    }
    std::vector<Report> perform(const TakeBaseline& effect, std::int64_t) {
        sample();
        if (covered_since(effect.since, {}) < effect.window) {
            return {};
        }
        const bool unclear = happens(weather.unclear_in);
        return {BaselineTaken{
            .outcome = unclear ? Outcome::inconclusive : Outcome::pass,
            .span = {.from = effect.since, .to = now},
            .why = unclear ? "too few requests" : "",
        }};
    }
    std::vector<Report> perform(const PlaceOrder& effect, std::int64_t epoch) {
        check_values(effect.order.values);
        if (epoch != execution.epoch) {
            return {};  // the database compares epochs in the same transaction
        }
        if (happens(weather.refuse_in) && effect.confirm_within) {
            return {OrderRefused{.generation = effect.order.generation, .why = "no room"}};
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
        smoke_sent = std::max(smoke_sent, effect.requests);
        return {};
    }
    std::vector<Report> perform(const ProbeBooks&, std::int64_t) { return {}; }
    std::vector<Report> perform(const Measure& effect, std::int64_t) {
        sample();
        std::vector<Report> reports;
        const auto silence = std::chrono::duration_cast<milliseconds>(now - last_heard());
        if (happens(weather.disk_in)) {
            reports.emplace_back(RecordingFailed{.why = "the disk is full"});
        }
        reports.emplace_back(SourcesSilent{.inside = silence});
        const auto covered = covered_since(effect.since, effect.pauses);
        reports.emplace_back(TimeCovered{.state = effect.state, .covered = covered});
        // A truth that both sources see; when the inside lies, only the outside one does.
        if (hurts() && silence < seconds{15} && (!weather.inside_lies || happens(3))) {
            reports.emplace_back(TriggersFired{.fired = {failing("error_rate > 1 % for 5 min")}});
        }
        if (diverges() && effect.state != ExecutionState::apply && !happens(weather.lost_in)) {
            reports.emplace_back(TriggersFired{.fired = {failing("instance_divergence > 0")}});
        }
        if (effect.state != ExecutionState::paused && effect.window.count() > 0 &&
            covered >= effect.window) {
            reports.emplace_back(
                VerdictsReached{.state = effect.state, .verdicts = verdicts(effect)}
            );
        }
        return reports;
    }
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

    std::vector<Verdict> verdicts(const Measure& effect) {
        const std::vector<Condition>& conditions =
            effect.state == ExecutionState::rollback_verify ? plan.phase1.rollback.passes
            : execution.stage(plan) != nullptr              ? execution.stage(plan)->passes
                                                            : kNone;
        std::vector<Verdict> all;
        for (const Condition& condition : conditions) {
            Reading reading{
                .kind = ReadingKind::value, .value = good_value(condition), .samples = 9999
            };
            const bool counts_errors =
                condition.metric == "error_rate" || condition.metric == "new_errors";
            if (counts_errors && world.harm_heard >= effect.since) {
                // The liar says all is well; the disagreement of the sources makes it no data.
                reading =
                    weather.inside_lies
                        ? Reading{.kind = ReadingKind::no_data, .why = "the sources disagree"}
                        : Reading{.kind = ReadingKind::value, .value = 50'000, .samples = 9999};
            }
            if (condition.metric == "pool_max") {
                reading.value = world.instances.front().pool;
                for (const Instance& instance : world.instances) {
                    reading.value =
                        instance.pool == condition.bound ? reading.value : instance.pool;
                }
            }
            if (happens(weather.unclear_in)) {
                reading.samples = 3;
            }
            all.push_back(launch::judge(condition, reading, 100));
        }
        if (!all.empty() && happens(weather.unclear_in)) {
            all.pop_back();  // one wasn't evaluated
        }
        return all;
    }
    static std::int64_t good_value(const Condition& condition) {
        switch (condition.comparison) {
            case Comparison::below:
                return condition.bound - 1;
            case Comparison::at_most:
            case Comparison::equal:
            case Comparison::at_least:
                return condition.bound;
            case Comparison::above:
                return condition.bound + 1;
        }
        std::unreachable();
    }
    static Verdict failing(std::string criterion) {
        return {
            .criterion = std::move(criterion),
            .outcome = Outcome::fail,
            .reading = {},
            .reason = "It holds."
        };
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
    void sample() {
        if (now < world.silent_until && world.silent_until - now < hours{1}) {
            return;
        }
        if (happens(weather.silence_in)) {
            world.silent_until = now + seconds{random.from_to(10, 900)};
            return;
        }
        world.heard.push_back(now);
        if (hurts()) {
            world.harm_heard = now;
        }
    }
    Instant last_heard() const {
        return world.heard.empty() ? execution.started_at : world.heard.back();
    }
    milliseconds covered_since(Instant since, const std::vector<TimeSpan>& pauses) const {
        const auto begin =
            std::ranges::find_if(world.heard, [since](Instant at) { return at >= since; });
        const std::vector<Instant> heard{begin, world.heard.end()};
        return length(without(covered(heard, plan.phase1.statistics.sampling.gap), pauses));
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
    bool has_stranger() const {
        return std::ranges::any_of(world.instances, [](const Instance& one) {
            return one.name == "extra";
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
                    .is_p0_open = random.one_in(4),
                    .had_p0 = random.one_in(2)
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

    void check(const ExecutionEvent& event) {
        if (world.broken) {
            broken = *world.broken;
        }
        const auto* judged = std::get_if<StageJudged>(&event);
        if (judged != nullptr && judged->outcome == Outcome::pass &&
            execution.stage(plan) != nullptr && world.harm_heard >= execution.entered_at) {
            broken = "a stage passed while the change hurt";
        }
        const auto* entered = std::get_if<Entered>(&event);
        if (entered == nullptr) {
            return;
        }
        if (entered->order) {
            check_values(entered->order->values);
        }
        if (entered->state == ExecutionState::apply &&
            (weather.check_fails || execution.intent != Intent::none)) {
            broken = "values were applied against a check or an intent";
        }
        if (entered->state == ExecutionState::immediate ||
            entered->state == ExecutionState::rollback_verify) {
            check_acknowledged();
        }
        if (entered->state == ExecutionState::finalise ||
            entered->state == ExecutionState::succeeded) {
            check_success();
        }
    }
    void check_values(const std::vector<SettingValue>& values) {
        const auto same = [&values](const std::vector<SettingValue>& other) {
            return std::ranges::equal(values, other, [](const auto& a, const auto& b) {
                return a.setting == b.setting && a.value == b.value;
            });
        };
        if (!same(terms.prior) && std::ranges::none_of(plan.phase1.apply.steps, same)) {
            broken = "values were ordered that nobody approved";
        }
    }
    /// Every instance runs on the values, and nobody else serves.
    void check_acknowledged() {
        for (const std::string& name : terms.instances) {
            const auto by =
                std::ranges::find(execution.acknowledged, name, &Acknowledgement::instance);
            if (by == execution.acknowledged.end() ||
                by->pool_max != pool_max(execution.order->values)) {
                broken = name + " didn't acknowledge what it should run on";
            }
        }
        if (has_stranger() && execution.state == ExecutionState::immediate) {
            broken = "an instance that nobody approved serves";
        }
    }
    void check_success() {
        for (const ExecutionState state :
             {ExecutionState::immediate, ExecutionState::synthetic, ExecutionState::sustained}) {
            const StageJudged* last = nullptr;
            for (const ExecutionEvent& event : history) {
                const auto* judged = std::get_if<StageJudged>(&event);
                last = judged != nullptr && judged->state == state ? judged : last;
            }
            Execution there;
            there.state = state;
            const auto& conditions = there.stage(plan)->passes;
            if (last == nullptr || last->verdicts.size() != conditions.size()) {
                broken = "a stage was left without every criterion";
                return;
            }
            for (const Verdict& verdict : last->verdicts) {
                if (verdict.outcome != Outcome::pass || !verdict.reading.has_value() ||
                    verdict.reading.samples < verdict.samples_needed) {
                    broken = "a stage was left with " + verdict.criterion + " not passed";
                }
            }
        }
        if (smoke_sent < plan.phase1.workload.requests) {
            broken = "success without the smoke run";
        }
    }
    /// From any state a person ends it, the world being fair again, and nothing stays behind.
    void check_way_back() {
        auto other = std::make_unique<Simulation>(*this);
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
        std::vector<ExecutionEvent> stored;
        for (const ExecutionEvent& event : history) {
            auto read = parse_execution_event(to_json(event));
            if (!read) {
                broken = "an event isn't read back: " + read.error().detail;
                return;
            }
            stored.push_back(*std::move(read));
        }
        const auto again = replay(stored);
        if (!again || again->state != execution.state || again->deadline != execution.deadline ||
            again->epoch != execution.epoch ||
            again->acknowledged.size() != execution.acknowledged.size()) {
            broken = "the log doesn't lead to the state";
        }
    }

    bool happens(std::int64_t one_in) { return one_in > 0 && random.one_in(one_in); }
    std::optional<TimeSpan> any_baseline() {
        return random.one_in(2) ? std::optional{TimeSpan{.from = now + -hours{1}, .to = now}}
                                : std::nullopt;
    }

    inline static const std::vector<Condition> kNone{};

    Random random;
    Weather weather;
    Terms terms;
    Plan plan;
    World world{};
    Instant now = Instant::from_unix_micros(1'767'225'600'000'000);
    Execution execution{};
    std::vector<ExecutionEvent> history{};
    Lease lease{};
    std::array<std::int64_t, 2> epochs{1, 0};
    std::int64_t boots = 0;
    std::int64_t smoke_sent = 0;
    bool confirmed = false;
    std::string broken{};
};

std::uint64_t number_from(const char* variable, std::uint64_t preset) {
    const char* text = std::getenv(variable);
    return text == nullptr ? preset : std::strtoull(text, nullptr, 10);
}

TEST(ExecutionSimulation, KeepsItsPromisesWhateverHappens) {
    const std::uint64_t first = number_from("ACCUBOOKS_SEED", 1);
    const std::uint64_t count = number_from("ACCUBOOKS_SEEDS", 5000);
    std::map<ExecutionState, std::uint64_t> ends;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        Simulation simulation{seed};
        ASSERT_EQ(simulation.play(), "")
            << "Replay: ACCUBOOKS_SEED=" << seed
            << " ACCUBOOKS_SEEDS=1 launch_test --gtest_filter='ExecutionSimulation.*'";
        ++ends[simulation.execution.state];
    }
    for (const auto& [state, times] : ends) {
        ::testing::Test::RecordProperty(std::string{to_string(state)}, std::to_string(times));
    }
    // Histories that all end alike would prove little.
    if (count >= 1000) {
        for (const ExecutionState state :
             {ExecutionState::succeeded,
              ExecutionState::rolled_back,
              ExecutionState::rehearsed,
              ExecutionState::cancelled}) {
            EXPECT_GT(ends[state], count / 50) << to_string(state);
        }
    }
}

}  // namespace
}  // namespace accubooks::launch
