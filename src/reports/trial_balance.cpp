#include "reports/trial_balance.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/utf8.h"

namespace accubooks::reports {
namespace {

using base::Date;

Days no_days() {
    return {Date::from_unix_days(1), Date::from_unix_days(0)};
}

Date first_day() {
    return *Date::of(1, 1, 1);
}
Date last_day() {
    return *Date::of(9999, 12, 31);
}

/// Days before `day`, from `first` on.
Days before(Date day, Date first) {
    return first < day ? Days{first, day.plus_days(-1)} : no_days();
}

bool is_last_of_month(Date day) {
    return day == last_day() || day.plus_days(1).first_of_month() != day.first_of_month();
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        return std::string{text};
    }
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted += letter;
        if (letter == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

std::string optional_date(const std::optional<Date>& date) {
    return date ? base::to_string(*date) : "";
}

std::string text_of(Total units, const base::Commodity& commodity) {
    return base::to_string(base::Decimal{units, commodity.scale});
}

}  // namespace

base::Result<RangePlan> plan_for(const DateRange& range) {
    if (range.from && range.to && *range.to < *range.from) {
        return base::refuse(
            base::ErrorKind::invalid,
            "reports.bad_range",
            "The range ends before it begins.",
            {{"to", "a day not before `from`"}}
        );
    }
    const Date begin = range.from.value_or(first_day());
    const Date end = range.to.value_or(last_day());
    RangePlan plan{no_days(), no_days(), no_days(), no_days(), no_days()};
    if (range.from) {
        plan.opening_months = before(begin.first_of_month(), first_day());
        plan.opening_days = before(begin, begin.first_of_month());
    }
    const bool begins_whole = begin.first_of_month() == begin;
    const bool ends_whole = is_last_of_month(end);
    if (begin.first_of_month() == end.first_of_month() && !(begins_whole && ends_whole)) {
        plan.movement_head = {begin, end};
        return plan;
    }
    Date first_month = begin.first_of_month();
    if (!begins_whole) {
        first_month = begin.first_of_next_month();
        plan.movement_head = {begin, first_month.plus_days(-1)};
    }
    Date last_month_end = end;
    if (!ends_whole) {
        plan.movement_tail = {end.first_of_month(), end};
        last_month_end = end.first_of_month().plus_days(-1);
    }
    plan.movement_months = {first_month, last_month_end};
    return plan;
}

std::string to_csv(const TrialBalance& balance) {
    std::string csv = "account_code,account,commodity,opening,debit,credit,closing\n";
    for (const TrialBalanceRow& row : balance.rows) {
        const auto amount = [&row](Total units) { return text_of(units, row.commodity); };
        fmt::format_to(
            std::back_inserter(csv),
            "{},{},{},{},{},{},{}\n",
            csv_field(row.code),
            csv_field(row.path),
            csv_field(row.commodity.code),
            amount(row.opening),
            amount(row.debit),
            amount(row.credit),
            amount(row.closing)
        );
    }
    return csv;
}

std::string to_json(const TrialBalance& balance) {
    base::JsonWriter json{256 + balance.rows.size() * 320};
    const auto base_amount = [&balance](Total units) { return text_of(units, balance.base); };
    json.begin_object();
    json.key("from");
    balance.range.from ? json.value(base::to_string(*balance.range.from)) : json.value(nullptr);
    json.key("to");
    balance.range.to ? json.value(base::to_string(*balance.range.to)) : json.value(nullptr);
    json.member("base_currency", balance.base.code);
    json.member("last_entry", balance.last_entry.value);
    json.key("items").begin_array();
    for (const TrialBalanceRow& row : balance.rows) {
        const auto amount = [&row](Total units) { return text_of(units, row.commodity); };
        json.begin_object();
        json.member("account_id", row.account.value);
        json.member("account_code", row.code);
        json.member("account", row.path);
        json.member("type", row.type);
        json.member("commodity", row.commodity.code);
        json.member("opening", amount(row.opening));
        json.member("debit", amount(row.debit));
        json.member("credit", amount(row.credit));
        json.member("closing", amount(row.closing));
        json.member("base_opening", base_amount(row.base_opening));
        json.member("base_debit", base_amount(row.base_debit));
        json.member("base_credit", base_amount(row.base_credit));
        json.member("base_closing", base_amount(row.base_closing));
        json.end_object();
    }
    json.end_array();
    json.key("totals").begin_object();
    json.member("opening", base_amount(balance.opening));
    json.member("debit", base_amount(balance.debit));
    json.member("credit", base_amount(balance.credit));
    json.member("closing", base_amount(balance.closing));
    json.end_object();
    json.member("balanced", balance.balanced());
    json.end_object();
    return std::move(json).take();
}

std::string to_table(const TrialBalance& balance) {
    constexpr std::size_t kColumns = 7;
    using Cells = std::array<std::string, kColumns>;
    std::vector<Cells> lines{
        {"Code", "Account", "Commodity", "Opening", "Debit", "Credit", "Closing"}
    };
    for (const TrialBalanceRow& row : balance.rows) {
        lines.push_back({
            row.code == row.path ? "" : base::printable(row.code),
            base::printable(row.path),
            base::printable(row.commodity.code),
            text_of(row.opening, row.commodity),
            text_of(row.debit, row.commodity),
            text_of(row.credit, row.commodity),
            text_of(row.closing, row.commodity),
        });
    }
    lines.push_back({
        "",
        "Total in base currency",
        balance.base.code,
        text_of(balance.opening, balance.base),
        text_of(balance.debit, balance.base),
        text_of(balance.credit, balance.base),
        text_of(balance.closing, balance.base),
    });
    // In code points, which is right for all but wide and combining letters.
    std::array<std::size_t, kColumns> widths{};
    for (const Cells& cells : lines) {
        for (std::size_t at = 0; at < kColumns; ++at) {
            widths[at] = std::max(widths[at], base::characters_in(cells[at]));
        }
    }
    std::string table = fmt::format(
        "Trial balance {} to {}\n\n",
        balance.range.from ? base::to_string(*balance.range.from) : "from the first entry",
        balance.range.to ? optional_date(balance.range.to) : "the last entry"
    );
    for (const Cells& cells : lines) {
        std::string line;
        for (std::size_t at = 0; at < kColumns; ++at) {
            const std::string padding(widths[at] - base::characters_in(cells[at]), ' ');
            const bool is_amount = at >= 3;
            line += is_amount ? padding + cells[at] : cells[at] + padding;
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        table += line + '\n';
    }
    table += fmt::format(
        "\n{} As of entry {}.\n",
        balance.balanced() ? "Debits equal credits."
                           : "DEBITS AND CREDITS DIFFER: run accubooks verify.",
        balance.last_entry.value
    );
    return table;
}

}  // namespace accubooks::reports
