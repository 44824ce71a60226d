#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "launch/driver.h"
#include "launch/internal/launch_under_test.h"

namespace accubooks::launch {

/// What goes on outside, as a test wants it.
struct Outside {
    bool is_silent = false;  // nothing is reported
    bool is_p0_open = false;
    bool fails_again = false;         // a pre-check, behind the baseline
    std::optional<Outcome> stages{};  // how each stage is judged; none: not yet
    std::int64_t closed = 0;
    bool fails_to_close = false;
};

class FakeEffects final : public Effects {
public:
    FakeEffects(Outside& outside, const Attempt& attempt) : outside_{outside}, attempt_{attempt} {}

    base::Task<std::vector<Report>> perform(Effect effect, base::Deadline) override {
        co_return outside_.is_silent
            ? std::vector<Report>{}
            : std::visit([this](const auto& one) { return answer(one); }, effect);
    }
    base::Task<void> close(base::Deadline) override {
        ++outside_.closed;
        if (outside_.fails_to_close) {
            throw std::runtime_error{"not now"};
        }
        co_return;
    }

private:
    using Reports = std::vector<Report>;

    Reports answer(const LookForP0&) const {
        return outside_.is_p0_open ? Reports{P0Open{"The P0 incident INC-0001 is open."}}
                                   : Reports{};
    }
    Reports answer(const RunPrechecks&) const { return {PrechecksDone{checks(Outcome::pass)}}; }
    std::vector<CheckOutcome> checks(Outcome outcome) const {
        std::vector<CheckOutcome> all;
        for (const Precheck& check : attempt_.plan.phase1.prechecks.checks) {
            all.push_back({.check = check.check, .outcome = outcome, .why = "fake"});
        }
        return all;
    }
    Reports answer(const TakeBaseline& effect) const {
        const TimeSpan span{.from = effect.since, .to = effect.since + effect.window};
        return {BaselineTaken{
            .outcome = Outcome::pass,
            .span = span,
            .why = "",
            .checks = checks(outside_.fails_again ? Outcome::fail : Outcome::pass)
        }};
    }
    Reports answer(const PlaceOrder& effect) const {
        const std::int64_t generation = effect.order.generation;
        return {OrderPlaced{.generation = generation, .revision = 100 + generation}};
    }
    Reports answer(const AskInstances& effect) const {
        InstancesAnswered answered{.generation = effect.generation};
        const auto& values = attempt_.execution.order->values;
        const auto max =
            std::ranges::find(values, "database.pool.max", &SettingValue::setting)->value;
        for (const std::string& instance : attempt_.execution.terms.instances) {
            answered.live.push_back(instance);
            answered.acknowledged.push_back(
                {.instance = instance,
                 .boot_id = uuid(9),
                 .generation = effect.generation,
                 .pool_max = max}
            );
        }
        return {std::move(answered)};
    }
    Reports answer(const HoldRevision&) const { return {}; }
    Reports answer(const Measure& effect) const {
        Reports reports{TimeCovered{.state = effect.state, .covered = effect.window}};
        if (!outside_.stages) {
            return reports;
        }
        VerdictsReached reached{.state = effect.state, .verdicts = {}};
        const Stage* stage = attempt_.execution.stage(attempt_.plan);
        const auto& conditions =
            stage == nullptr ? attempt_.plan.phase1.rollback.passes : stage->passes;
        const bool goes_back = attempt_.execution.is_rolling_back();
        for (const Condition& condition : conditions) {
            reached.verdicts.push_back(
                {.criterion = to_text(condition),
                 .outcome = goes_back ? Outcome::pass : *outside_.stages,
                 .reading = {.kind = ReadingKind::value, .samples = 1},
                 .reason = "fake"}
            );
        }
        reports.emplace_back(std::move(reached));
        return reports;
    }
    Reports answer(const RunSmoke&) const { return {}; }
    Reports answer(const ProbeBooks&) const { return {}; }
    Reports answer(const Finalise&) const { return {FinaliseDone{.is_done = true}}; }

    Outside& outside_;
    const Attempt& attempt_;
};

}  // namespace accubooks::launch
