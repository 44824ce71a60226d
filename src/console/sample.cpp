#include "console/sample.h"

#include "console/alerts.h"

namespace accubooks::console {

Sample Judge::judge(std::int64_t number, Findings findings, Holding::Time now) {
    Sample sample{.number = number, .findings = std::move(findings)};
    sample.judged.reserve(kShownMetrics.size());
    for (const std::string_view metric : kShownMetrics) {
        Judged judged{.metric = std::string{metric}};
        const auto reading = sample.findings.readings.find(metric);
        if (reading != sample.findings.readings.end()) {
            judged.reading = reading->second;
        }
        const auto thresholds = thresholds_.find(metric);
        if (thresholds != thresholds_.end()) {
            judged.thresholds = thresholds->second;
        }
        judged.grade = figures_.grade(judged.thresholds, judged.reading.value, now);
        sample.judged.push_back(std::move(judged));
    }
    if (sample.findings.facts) {
        sample.instances = instances_of(*sample.findings.facts);
    }
    sample.alerts = alerts_of(plan_, sample, alerts_, now);
    return sample;
}

}  // namespace accubooks::console
