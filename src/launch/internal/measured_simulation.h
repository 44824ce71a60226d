#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "launch/internal/execution_simulation.h"
#include "launch/internal/judging.h"

namespace accubooks::launch::simulated {

/// What the new pool does to the service while it is in force.
enum class Harm : std::uint8_t { errors, slowness, gap, processor, timeouts, connects, waits };

/// How the service is measured in one history, drawn once.
struct Ills {
    Harm harm{};
    std::int64_t much = 0;       // errors per mille, or latency in per cent
    bool is_plain = false;       // a trigger must find it
    bool inside_misses = false;  // instances count four requests of five
    std::int64_t users = 0;      // requests a second

    static Ills any(Random& random) {
        constexpr std::int64_t kErrors[] = {1, 5, 50, 300};
        constexpr std::int64_t kSlow[] = {110, 130, 300, 4000};
        Ills ills{.harm = static_cast<Harm>(random.from_to(0, 6))};
        if (random.one_in(2)) {
            ills.harm = random.one_in(2) ? Harm::errors : Harm::slowness;
        }
        const auto degree = random.from_to(0, 3);
        ills.much = ills.harm == Harm::errors ? kErrors[degree] : kSlow[degree];
        const bool has_degrees = ills.harm == Harm::errors || ills.harm == Harm::slowness;
        ills.is_plain = ills.harm != Harm::waits && (!has_degrees || degree > 1);
        ills.inside_misses = random.one_in(10);
        ills.users = random.one_in(2) ? 3 : 0;
        return ills;
    }
};

/// The world gives measurements, true, lying or none, and the real assessment makes the verdicts of
/// them. What a stage may pass with is told beside it from what truly happened.
struct MeasuredSimulation : Simulation {
    explicit MeasuredSimulation(std::uint64_t seed)
        : Simulation{seed}, ills{Ills::any(random)}, is_kept{random.one_in(4)} {
        weather.harmful = random.one_in(2);
        weather.clock_in = random.one_in(4) ? random.from_to(20, 200) : 0;
        if (random.one_in(2)) {
            // All is well but what is measured, so that more of it comes to be judged.
            weather = Weather{
                .harmful = weather.harmful,
                .harm_after = weather.harm_after,
                .inside_lies = weather.inside_lies,
                .silence_in = weather.silence_in,
                .outside_in = weather.outside_in,
                .clock_in = weather.clock_in,
            };
        }
        // Who waits for a person for hours is judged all the time.
        plan.phase1.pause.deadline = minutes{20};
        turns_of_weather = 500;
        for (const std::string& name : terms.instances) {
            tellers[name].sample.instance = name;
        }
    }

    std::unique_ptr<Simulation> copy() const override {
        auto other = std::make_unique<MeasuredSimulation>(*this);
        other->lines.clear();
        other->is_kept = false;
        return other;
    }

    std::optional<TimeSpan> any_baseline() override {
        if (random.one_in(2)) {
            return std::nullopt;
        }
        const TimeSpan span{.from = now, .to = now + seconds{100}};
        while (now < span.to) {
            now = now + seconds{5};
            serve(seconds{5});
            take(outside);
            take(inside);
        }
        return span;
    }

    // ── What truly happens ──

    struct Moment {
        milliseconds lasted{};
        bool is_paused = false;
        bool harms = false;
        bool is_heard_outside = false;
        std::int64_t requests = 0;  // of our own load
        std::int64_t errors = 0;
        std::vector<std::int64_t> latencies_us{};
    };

    void serve(milliseconds elapsed) override {
        if (execution.entered_at != stage_entered) {
            stage_entered = execution.entered_at;
            stage_from = moments.size();
            has_jumped = false;
            stage_boots = boots;
        }
        has_jumped = has_jumped || now + -elapsed != last_turn;
        last_turn = now;
        unlooked = has_looked ? elapsed : unlooked + elapsed;
        if (unlooked > seconds{30}) {
            lose();  // who measured has died; one that only sleeps measures on
            told_until = now + -elapsed;
        } else if (has_looked) {
            turn_from = moments.size();
        }
        has_looked = false;
        const std::int64_t parts = (elapsed + seconds{3} - milliseconds{1}) / seconds{3};
        for (std::int64_t part = 1; part <= parts; ++part) {
            live(now + -elapsed + elapsed * part / parts, elapsed / parts, part == parts);
        }
    }

    /// One part of a turn, at the end of which everybody measures.
    void live(Instant at, milliseconds lasted, bool is_last) {
        Moment moment{
            .lasted = lasted,
            .is_paused = execution.state == ExecutionState::paused,
            .harms = hurts(),
        };
        for (Teller* teller : all_tellers()) {
            teller->live(at, lasted, moment.harms ? ills.harm : std::optional<Harm>{});
        }
        const TimeSpan span{.from = told_until, .to = std::max(told_until, at)};
        told_until = span.to;
        const std::int64_t steady = in(lasted, 10, load_carried);
        LoadSample load{.purpose = LoadPurpose::steady, .span = span, .counts = {}};
        send(steady, TrafficKind::synthetic, moment, load);
        outside.emplace_back(std::move(load));
        const std::int64_t smoke =
            std::min(smoke_wanted - smoke_told - smoke_pending, in(lasted, 60, smoke_carried));
        if (smoke > 0) {
            LoadSample run{
                .purpose = LoadPurpose::smoke,
                .span = span,
                .counts = {},
                .latencies_us = std::vector<std::int64_t>{},
            };
            send(smoke, TrafficKind::synthetic, moment, run);
            smoke_pending += smoke;
            outside.emplace_back(std::move(run));
        }
        LoadSample users{};  // nobody tells of it from outside
        Moment theirs{.harms = moment.harms};
        send(in(lasted, ills.users, users_carried), TrafficKind::real, theirs, users);
        const bool gapes = moment.harms && ills.harm == Harm::gap;
        outside.emplace_back(ProbeSample{
            .span = span,
            .counts = {.requests = 1 + lasted / milliseconds{200}, .errors = 0},
            .first_success = std::min(span.to, span.from + milliseconds{100}),
            .last_success = span.to,
            .longest_gap = gapes ? milliseconds{5000} : milliseconds{200},
        });
        for (Teller* teller : all_tellers()) {
            inside.emplace_back(teller->told(at, is_last));
        }
        inside.emplace_back(FactSample{
            .at = at,
            .metric = "database_cpu",
            .reading =
                {
                    .kind = ReadingKind::value,
                    .value = moment.harms && ills.harm == Harm::processor ? 950'000 : 300'000,
                    .samples = 1,
                },
        });
        moments.push_back(std::move(moment));
    }

    void send(std::int64_t count, TrafficKind traffic, Moment& moment, LoadSample& load) {
        const std::vector<Teller*> instances = all_tellers();
        const bool is_slow = moment.harms && ills.harm == Harm::slowness;
        const bool is_wrong = moment.harms && ills.harm == Harm::errors;
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t usual = kLatencies[static_cast<std::size_t>(random.from_to(0, 63))];
            const std::int64_t us = is_slow ? usual * ills.much / 100 : usual;
            const bool fails = is_wrong && random.from_to(1, 1000) <= ills.much;
            ++load.counts.requests;
            load.counts.errors += fails ? 1 : 0;
            if (load.latencies_us && !fails) {
                load.latencies_us->push_back(us);
            }
            moment.latencies_us.push_back(us);
            if (!ills.inside_misses || !random.one_in(5)) {
                const auto by = static_cast<std::size_t>(i) % instances.size();
                const bool is_hidden = weather.inside_lies;
                instances[by]->answered(traffic, us, fails && !is_hidden);
            }
        }
        moment.requests += count;
        moment.errors += load.counts.errors;
    }

    // ── What is measured of it ──

    /// An instance, of one boot.
    struct Teller {
        InstanceSample sample{};
        base::Sketch ours{};
        base::Sketch theirs{};
        base::Sketch waits{};
        std::int64_t wait_us = 0;
        std::int64_t carried = 0;

        void live(Instant, milliseconds lasted, std::optional<Harm> harm) {
            const std::int64_t us = lasted / std::chrono::microseconds{1};
            sample.max_us += sample.pool_max * us;
            sample.used_us += sample.pool_max * us / 5;
            sample.timeouts += harm == Harm::timeouts ? 1 : 0;
            sample.created += harm == Harm::connects ? in(lasted, 2, carried) : 0;
            wait_us = harm == Harm::waits ? 50'000 : 100;
        }
        void answered(TrafficKind traffic, std::int64_t us, bool fails) {
            Counts& counts = traffic == TrafficKind::real ? sample.real : sample.synthetic;
            ++counts.requests;
            counts.errors += fails ? 1 : 0;
            const auto took = static_cast<std::uint64_t>(us) * 1000;
            (traffic == TrafficKind::real ? theirs : ours).add(took);
            waits.add(static_cast<std::uint64_t>(wait_us) * 1000);
        }
        InstanceSample told(Instant at, bool with_sketches) const {
            InstanceSample one = sample;
            one.at = at;
            if (with_sketches) {
                one.wait = waits;
                one.routes = {
                    {.route = "GET /x", .traffic = TrafficKind::synthetic, .took = ours},
                    {.route = "GET /x", .traffic = TrafficKind::real, .took = theirs},
                };
            }
            return one;
        }
    };

    /// Of the approved instances, as they run now.
    std::vector<Teller*> all_tellers() {
        std::vector<Teller*> all;
        for (const Instance& instance : world.instances) {
            const auto found = tellers.find(instance.name);
            if (found == tellers.end()) {
                continue;
            }
            Teller& teller = found->second;
            if (teller.sample.boot_id != boot_id(instance.boot)) {
                teller = {};
                teller.sample.instance = instance.name;
                teller.sample.boot_id = boot_id(instance.boot);
            }
            teller.sample.pool_max = instance.pool;
            all.push_back(&teller);
        }
        return all;
    }
    void take(std::vector<Measurement>& some) {
        for (Measurement& one : some) {
            if (is_kept) {
                lines.push_back(one);
            }
            measured.add(std::move(one));
            ++recorded;
        }
        some.clear();
    }
    /// What was measured since the last look and isn't recorded.
    void lose() {
        inside.clear();
        outside.clear();
        smoke_pending = 0;
        turn_from = moments.size();
    }
    void sample() {
        if (std::exchange(has_looked, true)) {
            return;  // another driver has, in this turn
        }
        const bool hears_outside = world.prober.samples(now, random, weather.outside_in);
        if (hears_outside) {
            take(outside);
            smoke_told += smoke_pending;
        } else {
            told_until = now;
        }
        const bool hears_inside = world.metrics.samples(now, random, weather.silence_in);
        if (hears_inside) {
            take(inside);
        }
        for (std::size_t at = turn_from; at < moments.size(); ++at) {
            moments[at].is_heard_outside = hears_outside;
        }
        std::vector<Measurement> facts;
        for (const char* metric :
             {"trial_balance_violations",
              "isolation_violations",
              "integrity_violations",
              "health_failures",
              "fingerprint_differences"}) {
            facts.emplace_back(fact(metric, 0));
        }
        facts.emplace_back(fact("open_p0", world.is_p0_open ? 1 : 0));
        const bool is_apart =
            execution.state != ExecutionState::apply && diverges() && !happens(weather.lost_in);
        facts.emplace_back(fact("instance_divergence", is_apart ? 1 : 0));
        take(facts);
        const bool is_heard = ills.harm == Harm::gap      ? hears_outside
                              : ills.harm == Harm::errors ? hears_outside || !weather.inside_lies
                                                          : true;
        const bool harms = std::all_of(
            moments.begin() + static_cast<std::ptrdiff_t>(turn_from),
            moments.end(),
            [](const Moment& one) { return one.harms; }
        );
        heard_harm = harms && is_heard && hears_inside && ills.is_plain && !has_jumped
                         ? heard_harm + (last_turn - turn_began())
                         : std::chrono::microseconds{};
        lose();
    }
    Instant turn_began() const {
        milliseconds lasted{};
        for (std::size_t at = turn_from; at < moments.size(); ++at) {
            lasted += moments[at].lasted;
        }
        return last_turn + -lasted;
    }
    FactSample fact(const char* metric, std::int64_t value) const {
        return {
            .at = now,
            .metric = metric,
            .reading = {.kind = ReadingKind::value, .value = value, .samples = 1},
        };
    }

    std::vector<Report> look(const TakeBaseline& effect) override {
        sample();
        const auto taken = Judging{plan, execution, measured, now}.baseline(effect);
        return taken ? std::vector<Report>{*taken} : std::vector<Report>{};
    }
    std::vector<Report> look(const Measure& effect) override {
        sample();
        std::vector<Report> reports;
        const Judging judging{plan, execution, measured, now};
        const auto fired = judging.triggers(effect);
        if (fired) {
            keep(*fired);
            reports.emplace_back(TriggersFired{fired->verdicts});
        } else if (heard_harm > found_within() && effect.state <= ExecutionState::paused) {
            broken = "a harm that nobody could overlook fires nothing";
        }
        if (effect.state != ExecutionState::rollback_verify) {
            reports.emplace_back(judging.assessment().silence(effect.since, now));
        }
        reports.emplace_back(TimeCovered{.state = effect.state, .covered = judging.covered(effect)}
        );
        if (happens(weather.disk_in)) {
            reports.emplace_back(RecordingFailed{.why = "the disk is full"});
        } else if (const auto reached = judging.verdicts(effect)) {
            keep(*reached);
            reports.emplace_back(
                VerdictsReached{.state = effect.state, .verdicts = reached->verdicts}
            );
        }
        return reports;
    }
    /// Plain harm, heard without a break.
    seconds found_within() const {
        switch (ills.harm) {
            case Harm::errors:
            case Harm::gap:
            case Harm::processor:
            case Harm::timeouts:
            case Harm::waits:
                return seconds{45};
            case Harm::slowness:  // three looks
                return seconds{60};
            case Harm::connects:  // a minute of them
                return seconds{90};
        }
        std::unreachable();
    }
    void keep(VerdictRecord record) {
        if (is_kept) {
            record.measurements = recorded;
            records.push_back(std::move(record));
        }
    }

    // ── Invariants ──

    std::string objection_to(const StageJudged& passed) const override {
        Moment all;
        std::int64_t heard_requests = 0;
        std::int64_t heard_errors = 0;
        std::int64_t harmed = 0;
        bool gaped = false;
        for (std::size_t at = stage_from; at < moments.size(); ++at) {
            const Moment& one = moments[at];
            all.lasted += one.is_paused ? milliseconds{} : one.lasted;
            all.requests += one.requests;
            harmed += one.harms ? one.requests : 0;
            if (one.is_heard_outside) {
                heard_requests += one.requests;
                heard_errors += one.errors;
                gaped = gaped || (one.harms && ills.harm == Harm::gap);
            }
            all.latencies_us.insert(
                all.latencies_us.end(), one.latencies_us.begin(), one.latencies_us.end()
            );
        }
        // Whatever the clock says.
        if (all.lasted < execution.window(plan)) {
            return "a stage passed in less time than it must be watched";
        }
        if (passed.state != ExecutionState::sustained || has_jumped) {
            return "";
        }
        if (all.requests < plan.phase1.statistics.regression.final_samples) {
            return "a stage passed on too few requests";
        }
        if (heard_errors * 1000 >= heard_requests) {
            return "a stage passed although requests failed";
        }
        if (gaped) {
            return "a stage passed although nobody was answered for seconds";
        }
        if (ills.harm == Harm::waits && harmed * 10 > all.requests) {
            return "a stage passed although connections were waited for";
        }
        const auto rank = all.latencies_us.begin() +
                          static_cast<std::ptrdiff_t>(all.latencies_us.size() * 95 / 100);
        std::nth_element(all.latencies_us.begin(), rank, all.latencies_us.end());
        const std::int64_t usual = kLatencies[60];
        // A restart takes with it what an instance hadn't told; the rest is the sketches' bound.
        if (stage_boots == boots && *rank * 100 > usual * 125) {
            return "a stage passed although requests became slower";
        }
        return "";
    }

    /// Whoever reads what was recorded comes to the same verdicts.
    std::string broken_when_judged_again() const {
        Measurements again;
        std::size_t next = 0;
        for (const VerdictRecord& record : records) {
            for (; next < static_cast<std::size_t>(record.measurements); ++next) {
                auto read = parse_measurement(to_json(lines[next]));
                if (!read) {
                    return "a measurement isn't read back: " + read.error().detail;
                }
                again.add(*std::move(read));
            }
            VerdictRecord anew = record;
            anew.verdicts = judge_again(plan, terms.instances, again, record);
            if (to_json(anew) != to_json(record)) {
                return "a verdict doesn't come out again";
            }
        }
        return "";
    }

    /// How many happen in a time, with what is left over for the next.
    static std::int64_t in(milliseconds lasted, std::int64_t a_second, std::int64_t& carried) {
        carried += lasted.count() * a_second;
        return std::exchange(carried, carried % 1000) / 1000;
    }
    /// 64 latencies of equal chance, from the least: lognormal around 20 ms.
    static std::vector<std::int64_t> usual_latencies() {
        std::vector<std::int64_t> all;
        for (int at = 0; at < 64; ++at) {
            // The logistic distribution stands for the normal one.
            const double share = (at + 0.5) / 64;
            const double deviations = std::log(share / (1 - share)) / 1.702;
            all.push_back(std::llround(20'000 * std::exp(0.3 * deviations)));
        }
        return all;
    }

    inline static const std::vector<std::int64_t> kLatencies = usual_latencies();

    Ills ills;
    bool is_kept;  // what was measured and judged, to be judged again
    std::map<std::string, Teller> tellers{};
    Measurements measured{};
    std::vector<Measurement> inside{};   // of this turn
    std::vector<Measurement> outside{};  // likewise
    std::vector<Measurement> lines{};
    std::vector<VerdictRecord> records{};
    std::int64_t recorded = 0;
    std::vector<Moment> moments{};
    std::size_t turn_from = 0;   // of the moments, those since the last look
    std::size_t stage_from = 0;  // likewise
    Instant stage_entered;
    std::int64_t stage_boots = 0;
    Instant last_turn = now;
    Instant told_until = now;  // from outside
    bool has_jumped = false;   // the clock, within the stage
    bool has_looked = true;
    milliseconds unlooked{};
    std::chrono::microseconds heard_harm{};  // for so long everybody could hear it
    std::int64_t smoke_told = 0;
    std::int64_t smoke_pending = 0;
    std::int64_t load_carried = 0;
    std::int64_t smoke_carried = 0;
    std::int64_t users_carried = 0;
};

}  // namespace accubooks::launch::simulated
