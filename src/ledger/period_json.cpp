#include "ledger/period_json.h"

#include <charconv>

#include <fmt/format.h>

#include "ledger/entry_json.h"

namespace accubooks::ledger {
namespace {

void write_day(
    base::JsonWriter& json, std::string_view name, const std::optional<base::Date>& day
) {
    json.member(name, day ? std::optional{base::to_string(*day)} : std::nullopt);
}

bool read_two_digits(std::string_view text, unsigned& number) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return text.size() == 2 && read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

}  // namespace

void write_period(base::JsonWriter& json, const Period& period, const PeriodList& list) {
    json.begin_object();
    json.member("period", name_of(period));
    json.member("first_day", base::to_string(period.first_day));
    json.member("last_day", base::to_string(period.last_day));
    json.member("state", to_string(list.book.closure.state_of(period.last_day)));
    json.key("acts").begin_array();
    for (const PeriodAct& act : list.acts) {
        if (act.period == period) {
            json.begin_object();
            json.member("act", act.act).member("by", act.by);
            json.member("at", base::to_rfc3339(act.at)).member("reason", act.reason);
            json.end_object();
        }
    }
    json.end_array().end_object();
}

void write_checks(base::JsonWriter& json, const CheckedPeriod& checked) {
    json.begin_object().member("period", name_of(checked.period));
    json.member("entries_verified", checked.entries_verified);
    json.key("checks").begin_array();
    for (const PeriodCheck& check : checked.checks) {
        json.begin_object().member("check", check.name).member("holds", check.holds);
        json.member("detail", check.holds ? std::nullopt : std::optional{check.breach});
        json.end_object();
    }
    json.end_array().end_object();
}

void write_closing(
    base::JsonWriter& json,
    std::string_view year,
    const YearClose::State& state,
    const YearClose::Preview& preview
) {
    json.begin_object().member("year", year);
    json.member("first_day", base::to_string(state.days.first_day));
    json.member("last_day", base::to_string(state.days.last_day));
    json.member("closed_by", state.closed_by.transform([](base::EntryNumber number) {
        return number.value;
    }));
    json.key("entry");
    if (preview.entry) {
        json.begin_object().member("description", preview.entry->description);
        write_lines(json, preview.entry->lines, preview.names);
        json.end_object();
    } else {
        json.value(nullptr);
    }
    json.end_object();
}

std::string calendar_json(const PeriodBook& book) {
    base::JsonWriter json;
    json.begin_object();
    json.member("fiscal_year_start", year_start_of(book.calendar));
    json.member("time_zone", book.calendar.time_zone);
    write_day(json, "closed_through", book.closure.closed_through);
    write_day(json, "locked_through", book.closure.locked_through);
    json.end_object();
    return std::move(json).take();
}

bool read_year_start(std::string_view text, Calendar& calendar) {
    return text.size() == 5 && text[2] == '-' &&
           read_two_digits(text.substr(0, 2), calendar.year_starts_month) &&
           read_two_digits(text.substr(3), calendar.year_starts_day) &&
           calendar.year_starts_month >= 1 && calendar.year_starts_month <= 12 &&
           calendar.year_starts_day >= 1 && calendar.year_starts_day <= 28;
}

std::string year_start_of(const Calendar& calendar) {
    return fmt::format("{:02}-{:02}", calendar.year_starts_month, calendar.year_starts_day);
}

}  // namespace accubooks::ledger
