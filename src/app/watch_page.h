#pragma once

#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

namespace accubooks::app {

// A server's view of an execution, as people see it on a terminal. Nothing of it acts on the
// terminal, whatever the view holds. Each throws where the view isn't of this program's form.

/// The whole page: where it stands, how long yet, each pre-check, each metric against its
/// threshold.
std::string watch_page(const boost::json::value& view);

/// One line: for a pipe, and for logs.
std::string watch_line(const boost::json::value& view);

/// One pre-check: what makes another line of it worth writing, and the line.
struct WatchedCheck {
    std::string standing;
    std::string line;
};
/// Those that are known, or were when the pre-checks ended.
std::vector<WatchedCheck> watch_checks(const boost::json::value& view);

/// What makes another line worth writing.
std::string watch_standing(const boost::json::value& view);

}  // namespace accubooks::app
