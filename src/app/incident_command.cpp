#include <fstream>
#include <iostream>
#include <iterator>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/launch_command.h"
#include "app/remote.h"
#include "app/workbench.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "launch/incident.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;
using base::Result;
using Act = IncidentOptions::Act;

constexpr std::string_view kIncidents = "/api/v1/launch/incidents";

std::string text_of(const json::value& value, std::string_view name) {
    return base::printable(value.at(name).as_string());
}

void print(const json::value& incident) {
    fmt::print(
        "{}  {}  {}  {}  {}\n",
        text_of(incident, "id"),
        text_of(incident, "severity"),
        incident.at("open").as_bool() ? "open" : "closed",
        text_of(incident, "detected"),
        text_of(incident, "title")
    );
}

void print_answer(const IncidentOptions& options, const json::value& incident) {
    if (options.json) {
        fmt::print("{}\n", json::serialize(incident));
    } else {
        print(incident);
    }
}

Result<void> open(const IncidentOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    base::JsonWriter body;
    body.begin_object().member("severity", options.severity).member("title", options.title);
    if (options.detected) {
        body.member("detected", *options.detected);
    }
    if (options.change) {
        body.key("execution")
            .begin_object()
            .member("change", *options.change)
            .member("revision", options.revision)
            .member("attempt", options.attempt)
            .end_object();
    }
    body.end_object();
    AB_TRY(answer, remote->post(std::string{kIncidents}, std::move(body).take()));
    print_answer(options, answer);
    return {};
}

Result<void> list(const IncidentOptions& options) {
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(answer, remote->get(std::string{kIncidents}));
    if (options.json) {
        fmt::print("{}\n", json::serialize(answer));
        return {};
    }
    for (const json::value& incident : answer.at("items").as_array()) {
        print(incident);
    }
    return {};
}

Result<std::string> read_report(const std::string& file) {
    std::ifstream input;
    if (file != "-") {
        input.open(file);
        if (!input) {
            return base::refuse(
                base::ErrorKind::invalid, "app.no_report", fmt::format("{} can't be read.", file)
            );
        }
    }
    std::istream& from = file == "-" ? std::cin : input;
    return std::string{std::istreambuf_iterator<char>{from}, {}};
}

Result<void> close(const IncidentOptions& options) {
    AB_TRY(number, launch::parse_incident_name(options.incident));
    AB_TRY(report, read_report(options.report));
    AB_TRY(remote, Remote::open(options.remote));
    const std::string target =
        fmt::format("{}/{}/report", kIncidents, launch::incident_name(number));
    AB_TRY(answer, remote->post(target, std::move(report)));
    print_answer(options, answer);
    return {};
}

Result<void> act(const IncidentOptions& options) {
    switch (options.act) {
        case Act::open:
            return open(options);
        case Act::list:
            return list(options);
        case Act::close:
            return close(options);
    }
    return {};
}

}  // namespace

int run_incident(const IncidentOptions& options) {
    return run_remote([&options]() -> Result<int> {
        AB_CHECK(act(options));
        return kExitDone;
    });
}

}  // namespace accubooks::app
