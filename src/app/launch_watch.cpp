#include "app/launch_watch.h"

#include <optional>
#include <set>
#include <thread>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/launch_command.h"
#include "app/remote.h"
#include "app/watch_page.h"
#include "app/workbench.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;
using base::Result;
using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds kEvery{1};
/// Between two lines while nothing happens.
constexpr seconds kLineEvery{10};
/// A server is handed over, or started again, meanwhile.
constexpr seconds kSilenceMax{120};

/// Goes to the first line and wipes what is below.
constexpr std::string_view kDrawAnew = "\x1b[H\x1b[J";

Result<std::int64_t> newest_execution(Remote& remote, const std::string& change) {
    AB_TRY(answer, remote.get(fmt::format("/api/v1/launch/changes/{}/executions", change)));
    const auto& items = answer.at("items").as_array();
    if (items.empty()) {
        return base::refuse(
            base::ErrorKind::not_found,
            "app.nothing_to_watch",
            "The change wasn't started yet; accubooks launch start does."
        );
    }
    return items.front().at("execution").to_number<std::int64_t>();
}

int exit_code_of(std::string_view state) {
    if (state == "succeeded" || state == "rehearsed") {
        return kExitDone;
    }
    return state == "cancelled" ? kExitRefused : kExitRolledBack;
}

class Screen {
public:
    explicit Screen(bool as_json)
        : as_json_{as_json}, on_terminal_{!as_json && isatty(STDOUT_FILENO) == 1} {}

    void show(const json::value& view) {
        if (as_json_) {
            fmt::print("{}\n", json::serialize(view));
        } else if (on_terminal_) {
            fmt::print("{}{}", kDrawAnew, watch_page(view));
        } else {
            print_line(view);
        }
        std::fflush(stdout);
    }

private:
    void print_line(const json::value& view) {
        for (WatchedCheck& check : watch_checks(view)) {
            if (checks_.insert(std::move(check.standing)).second) {
                fmt::print("{}\n", check.line);
            }
        }
        std::string standing = watch_standing(view);
        const auto now = Clock::now();
        if (standing != standing_ || now >= line_at_) {
            fmt::print("{}\n", watch_line(view));
            standing_ = std::move(standing);
            line_at_ = now + kLineEvery;
        }
    }

    bool as_json_;
    bool on_terminal_;
    std::set<std::string> checks_;  // that have their line
    std::string standing_;
    Clock::time_point line_at_;
};

bool is_silence(const base::Error& error) {
    return error.code == "app.no_server" || error.kind == base::ErrorKind::overloaded;
}

Result<int> watch(const LaunchWatchOptions& options) {
    AB_CHECK(check_change_name(options.change));
    AB_TRY(remote, Remote::open(options.remote));
    AB_TRY(execution, newest_execution(*remote, options.change));
    Screen screen{options.json};
    auto heard_at = Clock::now();
    while (true) {
        const auto view = remote->get(fmt::format("/api/v1/launch/executions/{}/view", execution));
        if (view) {
            heard_at = Clock::now();
            screen.show(*view);
            const json::value& seen = view->at("execution");
            if (seen.at("ended").as_bool()) {
                return exit_code_of(seen.at("state").as_string());
            }
        } else if (!is_silence(view.error()) || Clock::now() > heard_at + kSilenceMax) {
            return std::unexpected(view.error());
        }
        std::this_thread::sleep_for(kEvery);
    }
}

}  // namespace

int watch_launch(const LaunchWatchOptions& options) {
    return run_remote([&options] { return watch(options); });
}

}  // namespace accubooks::app
