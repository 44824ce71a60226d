#include "base/canonical_json.h"
#include "launch/change_report.h"
#include "launch/internal/measurement_fields.h"

namespace accubooks::launch {

template <class Fields, Is<ReportedState> T>
void describe(Fields& fields, T& of) {
    fields("state", of.state);
    fields("cause", of.cause);
    fields("why", of.why);
    fields("from", of.from);
    fields("to", of.to);
    fields("planned", of.planned);
}
template <class Fields, Is<ReportedOrder::Answer> T>
void describe(Fields& fields, T& of) {
    fields("instance", of.instance);
    fields("boot_id", of.boot_id);
    fields("pool_max", of.pool_max);
    fields("after", of.after);
}
template <class Fields, Is<ReportedOrder> T>
void describe(Fields& fields, T& of) {
    fields("generation", of.generation);
    fields("revision", of.revision);
    fields("values", of.values);
    fields("at", of.at);
    fields("way_back", of.is_way_back);
    fields("answers", of.answers);
}
template <class Fields, Is<ReportedCriterion> T>
void describe(Fields& fields, T& of) {
    fields("verdict", of.verdict);
    fields("baseline", of.baseline);
}
template <class Fields, Is<ReportedStage> T>
void describe(Fields& fields, T& of) {
    fields("state", of.state);
    fields("outcome", of.outcome);
    fields("judged_at", of.judged_at);
    fields("without_data", of.without_data);
    fields("criteria", of.criteria);
}
template <class Fields, Is<ReportedAvailability> T>
void describe(Fields& fields, T& of) {
    fields("probes", of.probes);
    fields("longest_gap", of.longest_gap);
    fields("load", of.load);
}
template <class Fields, Is<ReportedAct> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("who", of.who);
    fields("what", of.what);
    fields("why", of.why);
}
template <class Fields, Is<ReportedDecision> T>
void describe(Fields& fields, T& of) {
    fields("decision", of.decision);
    fields("name", of.name);
    fields("role", of.role);
    fields("key_id", of.key_id);
    fields("words", of.words);
    fields("conditions", of.conditions);
}
template <class Fields, Is<ReportedIncident> T>
void describe(Fields& fields, T& of) {
    fields("incident", of.incident);
    fields("severity", of.severity);
    fields("title", of.title);
    fields("open", of.is_open);
}
template <class Fields, Is<ReportedAttempt> T>
void describe(Fields& fields, T& of) {
    fields("revision", of.revision);
    fields("attempt", of.attempt);
    fields("rehearsal", of.is_rehearsal);
    fields("ending", of.ending);
}
template <class Fields, Is<ChangeReport> T>
void describe(Fields& fields, T& of) {
    fields("system", of.system);
    fields("change", of.change);
    fields("revision", of.revision);
    fields("attempt", of.attempt);
    fields("sha256", of.digest);
    fields("time_scale", of.time_scale);
    fields("instances", of.instances);
    fields("wanted", of.wanted);
    fields("outcome", of.outcome);
    fields("way_back", of.way_back);
    fields("why", of.why);
    fields("started_at", of.started_at);
    fields("ended_at", of.ended_at);
    fields("due_at", of.due_at);
    fields("timeline", of.timeline);
    fields("orders", of.orders);
    fields("rolled_back_within", of.rolled_back_within);
    fields("rollback_aim", of.rollback_aim);
    fields("availability", of.availability);
    fields("baseline", of.baseline);
    fields("stages", of.stages);
    fields("triggers", of.triggers);
    fields("acts", of.acts);
    fields("deviations", of.deviations);
    fields("incidents", of.incidents);
    fields("decisions", of.decisions);
    fields("earlier", of.earlier);
}

std::string to_json(const ChangeReport& report) {
    auto text = base::canonical_json(RecordWriter::json_of(report));
    base::ensure(text.has_value(), "a report holds plain texts and whole numbers");
    return *std::move(text);
}

}  // namespace accubooks::launch
