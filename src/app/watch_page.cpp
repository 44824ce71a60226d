#include "app/watch_page.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;

constexpr int kBarWidth = 40;

std::string text_of(const json::value& value, std::string_view name) {
    const json::value& member = value.at(name);
    return member.is_null() ? std::string{} : base::printable(member.as_string());
}

std::int64_t number_of(const json::value& value, std::string_view name) {
    return value.at(name).to_number<std::int64_t>();
}

/// "4:05", "1:02:00".
std::string clock_of(std::int64_t ms) {
    const std::int64_t seconds = std::max<std::int64_t>(ms, 0) / 1000;
    return seconds >= 3600
               ? fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
               : fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

bool is_looked_at(const json::value& view) {
    return view.at("execution").at("state").as_string() == "precheck";
}

bool is_unclear(const json::value& check) {
    return check.at("outcome").as_string() == "inconclusive";
}

/// Its word beside its sign: colour is never the only one.
std::string_view sign_of(std::string_view outcome) {
    return outcome == "pass"           ? "ok"
           : outcome == "fail"         ? "FAILS"
           : outcome == "inconclusive" ? ".."
                                       : "-";
}

std::string name_of(const json::value& execution) {
    return fmt::format(
        "{} revision {}, attempt {}{}",
        text_of(execution, "change"),
        number_of(execution, "revision"),
        number_of(execution, "attempt"),
        execution.at("rehearsal").as_bool()
            ? fmt::format(" (rehearsal, {} times faster)", number_of(execution, "time_scale"))
            : ""
    );
}

std::string bar_of(const json::value& view) {
    const std::int64_t window = number_of(view, "window_ms");
    const std::int64_t covered = number_of(view, "covered_ms");
    const auto filled = static_cast<std::size_t>(covered * kBarWidth / window);
    return fmt::format(
        "[{}{}] {} of {} measured, {} to go\n",
        std::string(filled, '#'),
        std::string(kBarWidth - filled, '.'),
        clock_of(covered),
        clock_of(window),
        clock_of(window - covered)
    );
}

std::string criterion_line(const json::value& verdict) {
    const std::string outcome = text_of(verdict, "outcome");
    const std::string found = text_of(verdict, "text");
    return fmt::format(
        "  {:<5}  {:<34} {:>14}  {:>7}/{:<6} {}\n",
        sign_of(outcome),
        text_of(verdict, "criterion"),
        found.empty() ? "no data" : found,
        number_of(verdict, "samples"),
        number_of(verdict, "samples_needed"),
        outcome == "pass" ? std::string{} : text_of(verdict, "reason")
    );
}

std::string check_line(const json::value& check) {
    return fmt::format(
        "  {:<5}  {:<20} {}\n",
        sign_of(text_of(check, "outcome")),
        text_of(check, "check"),
        text_of(check, "why")
    );
}

/// "9 ok, 3 not applicable"; all of them while they are looked at, and where they ended it.
std::string checks_of(const json::value& view) {
    const auto& checks = view.at("checks").as_array();
    const auto state = text_of(view.at("execution"), "state");
    std::string page;
    if (state == "precheck" || state == "baseline" || state == "cancelled") {
        for (const json::value& check : checks) {
            page += check_line(check);
        }
        return page.empty() ? page : "\n" + page;
    }
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOutcomes{{
        {"pass", "ok"},
        {"fail", "FAILS"},
        {"inconclusive", "unclear"},
        {"not_applicable", "not applicable"},
    }};
    for (const auto& [outcome, word] : kOutcomes) {
        const auto count = std::ranges::count_if(checks, [outcome](const json::value& check) {
            return text_of(check, "outcome") == outcome;
        });
        if (count > 0) {
            page += fmt::format("{}{} {}", page.empty() ? "pre-checks: " : ", ", count, word);
        }
    }
    return page.empty() ? page : page + "\n";
}

}  // namespace

std::string watch_page(const json::value& view) {
    const json::value& execution = view.at("execution");
    const bool has_ended = execution.at("ended").as_bool();
    std::string page = fmt::format(
        "{}\n\n{}   intent {}   {}\n",
        name_of(execution),
        text_of(execution, "state"),
        text_of(execution, "intent"),
        text_of(view, "at")
    );
    if (const std::string why = text_of(execution, "why"); !why.empty()) {
        page += fmt::format("because: {}\n", why);
    }
    if (number_of(view, "window_ms") > 0) {
        page += bar_of(view);
    }
    if (!has_ended) {
        page += fmt::format("at the latest in {}\n", clock_of(number_of(view, "deadline_in_ms")));
    }
    if (const std::string why = text_of(view, "why_not_yet"); !why.empty()) {
        page += fmt::format("not yet: {}\n", why);
    }
    page += checks_of(view);
    if (const auto& criteria = view.at("criteria").as_array(); !criteria.empty()) {
        page += fmt::format(
            "\n  {:<5}  {:<34} {:>14}  {:>7}/{:<6}\n", "", "criterion", "found", "samples", "needed"
        );
        for (const json::value& verdict : criteria) {
            page += criterion_line(verdict);
        }
    }
    for (const json::value& fired : view.at("triggers").as_array()) {
        page +=
            fmt::format("TRIGGER {}: {}\n", text_of(fired, "criterion"), text_of(fired, "reason"));
    }
    return page;
}

std::string watch_standing(const json::value& view) {
    const json::value& execution = view.at("execution");
    return fmt::format(
        "{} {} {}",
        text_of(execution, "state"),
        text_of(execution, "intent"),
        number_of(execution, "events_count")
    );
}

std::vector<WatchedCheck> watch_checks(const json::value& view) {
    std::vector<WatchedCheck> known;
    for (const json::value& check : view.at("checks").as_array()) {
        if (is_looked_at(view) && is_unclear(check)) {
            continue;
        }
        const std::string name = text_of(check, "check");
        const std::string outcome = text_of(check, "outcome");
        known.push_back({
            .standing = fmt::format("{} {}", name, outcome),
            .line = fmt::format(
                "{}  {}  {:<5} {}: {}",
                text_of(view, "at"),
                text_of(view.at("execution"), "state"),
                sign_of(outcome),
                name,
                text_of(check, "why")
            ),
        });
    }
    return known;
}

std::string watch_line(const json::value& view) {
    const json::value& execution = view.at("execution");
    std::size_t passing = 0;
    const auto& criteria = view.at("criteria").as_array();
    for (const json::value& verdict : criteria) {
        passing += text_of(verdict, "outcome") == "pass" ? 1U : 0U;
    }
    std::string line = fmt::format("{}  {}", text_of(view, "at"), text_of(execution, "state"));
    if (number_of(view, "window_ms") > 0) {
        line += fmt::format(
            "  {} of {}",
            clock_of(number_of(view, "covered_ms")),
            clock_of(number_of(view, "window_ms"))
        );
    }
    if (is_looked_at(view)) {
        const auto& checks = view.at("checks").as_array();
        const auto unclear = std::ranges::count_if(checks, is_unclear);
        line += fmt::format("  {} of {} are known", std::ssize(checks) - unclear, checks.size());
    }
    if (!criteria.empty()) {
        line += fmt::format("  {} of {} criteria pass", passing, criteria.size());
    }
    for (const std::string& more : {text_of(view, "why_not_yet"), text_of(execution, "why")}) {
        line += more.empty() ? "" : "  " + more;
    }
    return line;
}

}  // namespace accubooks::app
