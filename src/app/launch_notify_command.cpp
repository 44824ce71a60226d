#include "app/launch_notify_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/launch_command.h"
#include "app/remote.h"
#include "app/workbench.h"
#include "base/utf8.h"
#include "launch/role_name.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;
using base::Result;

/// Of a member that may be null.
std::string text_of(const json::value& value, std::string_view name) {
    const json::value& member = value.at(name);
    return member.is_null() ? std::string{} : base::printable(member.as_string());
}

void print_receipt(const json::value& receipt) {
    const std::string name = text_of(receipt, "name");
    const auto role = launch::parse_role_name(text_of(receipt, "role"));
    fmt::print(
        "{}  {}  {}  {}{}\n",
        text_of(receipt, "told"),
        role ? title_of(*role) : std::string_view{"webhook"},
        name,
        text_of(receipt, "channel"),
        text_of(receipt, "detail").empty() ? "" : ": " + text_of(receipt, "detail")
    );
}

Result<void> work(const LaunchNotifyOptions& options) {
    AB_CHECK(check_change_name(options.change));
    AB_TRY(remote, Remote::open(options.remote));
    const std::string path = fmt::format("/api/v1/launch/changes/{}/notices", options.change);
    AB_TRY(answer, remote->post(path, R"({"again":true})"));
    if (options.json) {
        fmt::print("{}\n", json::serialize(answer));
        return {};
    }
    for (const json::value& receipt : answer.at("items").as_array()) {
        print_receipt(receipt);
    }
    const auto again = answer.at("again").to_number<std::int64_t>();
    say(again == 0 ? std::string{"Nobody is told again: each has the notice, or it is on its way."}
                   : fmt::format("{} are told again.", again));
    return {};
}

}  // namespace

int notify_launch(const LaunchNotifyOptions& options) {
    return run_remote([&options]() -> Result<int> {
        AB_CHECK(work(options));
        return kExitDone;
    });
}

}  // namespace accubooks::app
