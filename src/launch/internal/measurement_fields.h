#pragma once

#include <array>
#include <string_view>

#include "launch/internal/execution_fields.h"
#include "launch/internal/record.h"
#include "launch/internal/verdict_fields.h"
#include "launch/measurement.h"

namespace accubooks::launch {

constexpr std::array<std::string_view, 2> names(TrafficKind) {
    return {"real", "synthetic"};
}
constexpr std::array<std::string_view, 2> names(LoadPurpose) {
    return {"steady", "smoke"};
}

template <class Fields, Is<Counts> T>
void describe(Fields& fields, T& of) {
    fields("requests", of.requests);
    fields("errors", of.errors);
}
template <class Fields, Is<RouteSample> T>
void describe(Fields& fields, T& of) {
    fields("route", of.route);
    fields("traffic", of.traffic);
    fields("took", of.took);
}
template <class Fields, Is<InstanceSample> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("instance", of.instance);
    fields("boot_id", of.boot_id);
    fields("real", of.real);
    fields("synthetic", of.synthetic);
    fields("pool_max", of.pool_max);
    fields("used_us", of.used_us);
    fields("max_us", of.max_us);
    fields("timeouts", of.timeouts);
    fields("refused_full", of.refused_full);
    fields("no_room", of.no_room);
    fields("created", of.created);
    fields("wait", of.wait);
    fields("routes", of.routes);
}
template <class Fields, Is<LoadSample> T>
void describe(Fields& fields, T& of) {
    fields("purpose", of.purpose);
    fields("span", of.span);
    fields("counts", of.counts);
    fields("latencies_us", of.latencies_us);
}
template <class Fields, Is<ProbeSample> T>
void describe(Fields& fields, T& of) {
    fields("span", of.span);
    fields("counts", of.counts);
    fields("first_success", of.first_success);
    fields("last_success", of.last_success);
    fields("longest_gap", of.longest_gap);
}
template <class Fields, Is<FactSample> T>
void describe(Fields& fields, T& of) {
    fields("at", of.at);
    fields("metric", of.metric);
    fields("instance", of.instance);
    fields("reading", of.reading);
}

}  // namespace accubooks::launch
