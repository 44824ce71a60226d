#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "reports/statement.h"
#include "reports/text_table.h"

namespace accubooks::reports {
namespace {

/// Members `amounts`, `changes` and `percents`, with a prefix: the latter two tell how the first
/// column differs from each beside it.
void write_amounts(
    base::JsonWriter& json,
    std::string_view prefix,
    const std::vector<Total>& amounts,
    const base::Commodity& commodity
) {
    const auto begin = [&](std::string_view name) {
        json.key(fmt::format("{}{}", prefix, name)).begin_array();
    };
    begin("amounts");
    for (const Total amount : amounts) {
        json.value(to_text(amount, commodity));
    }
    json.end_array();
    begin("changes");
    for (std::size_t at = 1; at < amounts.size(); ++at) {
        json.value(to_text(amounts.front() - amounts[at], commodity));
    }
    json.end_array();
    begin("percents");
    for (std::size_t at = 1; at < amounts.size(); ++at) {
        json.value(percent_of_change(amounts.front(), amounts[at]));
    }
    json.end_array();
}

void write_row(base::JsonWriter& json, const StatementRow& row, const base::Commodity& base) {
    json.begin_object();
    json.member("account_id", row.account.value);
    json.member("account_code", row.code);
    json.member("account", row.path);
    json.member("subtype", row.subtype);
    json.member("commodity", row.commodity.code);
    write_amounts(json, "", row.amounts, row.commodity);
    write_amounts(json, "base_", row.base_amounts, base);
    json.end_object();
}

void write_section(
    base::JsonWriter& json, const StatementSection& section, const base::Commodity& base
) {
    json.begin_object();
    json.member("name", section.name);
    json.member("title", section.title);
    json.key("items").begin_array();
    for (const StatementRow& row : section.rows) {
        write_row(json, row, base);
    }
    json.end_array();
    write_amounts(json, "base_", section.totals.base, base);
    json.key("unvalued").begin_array();
    for (const auto& [code, unvalued] : section.totals.unvalued) {
        json.begin_object().member("commodity", code);
        write_amounts(json, "", unvalued.amounts, unvalued.commodity);
        json.end_object();
    }
    json.end_array().end_object();
}

void add_change(ReportRows& rows, Total now, Total before, const base::Commodity& commodity) {
    rows.amount(now - before, commodity);
    rows.percent(percent_of_change(now, before));
}

void add_row(
    ReportRows& rows, std::string_view section, const StatementRow& row, const base::Commodity& base
) {
    rows.text(section);
    rows.text(row.code);
    rows.text(row.path);
    rows.text(row.commodity.code);
    for (std::size_t at = 0; at < row.amounts.size(); ++at) {
        rows.amount(row.amounts[at], row.commodity);
        rows.amount(row.base_amounts[at], base);
        if (at > 0) {
            add_change(rows, row.amounts.front(), row.amounts[at], row.commodity);
            add_change(rows, row.base_amounts.front(), row.base_amounts[at], base);
        }
    }
    rows.end_row();
}

/// The lines that a table has for a section's rows: per account in the base commodity, and the
/// unvalued behind them in their own; or each as it is.
std::vector<StatementRow> shown_rows(
    const StatementSection& section, const base::Commodity& base, Shown shown
) {
    std::vector<StatementRow> lines;
    for (const StatementRow& row : section.rows) {
        if (shown == Shown::original || row.is_unvalued()) {
            lines.push_back(row);
            continue;
        }
        StatementRow line = row;
        line.commodity = base;
        line.amounts = row.base_amounts;
        const auto same = std::ranges::find_if(lines, [&line](const StatementRow& other) {
            return other.account == line.account && other.commodity == line.commodity;
        });
        if (same == lines.end()) {
            lines.push_back(std::move(line));
        } else {
            for (std::size_t at = 0; at < line.amounts.size(); ++at) {
                same->amounts[at] += line.amounts[at];
            }
        }
    }
    return lines;
}

void add_cells(
    TextTable& table,
    TextTable::Cells cells,
    const std::vector<Total>& amounts,
    const base::Commodity& commodity
) {
    cells.push_back(base::printable(commodity.code));
    for (std::size_t at = 0; at < amounts.size(); ++at) {
        cells.push_back(to_text(amounts[at], commodity));
        if (at > 0) {
            cells.push_back(to_text(amounts.front() - amounts[at], commodity));
            cells.push_back(percent_of_change(amounts.front(), amounts[at]).value_or(""));
        }
    }
    table.add(std::move(cells));
}

void add_section(
    TextTable& table, const StatementSection& section, const base::Commodity& base, Shown shown
) {
    const std::string title{section.title};
    if (!section.rows.empty()) {
        table.add({"", title});
    }
    for (const StatementRow& line : shown_rows(section, base, shown)) {
        add_cells(
            table,
            {line.code == line.path ? "" : base::printable(line.code),
             "  " + base::printable(line.path)},
            line.amounts,
            line.commodity
        );
    }
    const std::string total = section.rows.empty() ? title : "Total";
    add_cells(table, {"", total}, section.totals.base, base);
    for (const auto& [code, unvalued] : section.totals.unvalued) {
        add_cells(table, {"", total + ", unvalued"}, unvalued.amounts, unvalued.commodity);
    }
    table.add({});
}

std::string heading_of(StatementKind kind, const DateRange& range) {
    if (kind == StatementKind::income_statement) {
        return to_string(range);
    }
    return range.to ? "as of " + base::to_string(*range.to) : "as of the last entry";
}

std::string_view assertion_of(const Statement& statement) {
    const bool is_income = statement.kind == StatementKind::income_statement;
    if (statement.balanced) {
        return is_income ? "Debits equal credits." : "Assets equal liabilities and equity.";
    }
    return is_income ? "DEBITS AND CREDITS DIFFER: run accubooks verify."
                     : "ASSETS DIFFER FROM LIABILITIES AND EQUITY: run accubooks verify.";
}

}  // namespace

void write_rows(const Statement& statement, ReportRows& rows) {
    rows.head(
        {"section", "account_code", "account", "commodity", "amount", "base_amount"},
        {"amount", "base_amount", "change", "percent", "base_change", "base_percent"},
        statement.columns.size() - 1
    );
    for (const StatementSection& section : statement.sections) {
        for (const StatementRow& row : section.rows) {
            add_row(rows, section.name, row, statement.base);
        }
        const Sums& totals = section.totals;
        const StatementRow total{
            .commodity = statement.base, .amounts = totals.base, .base_amounts = totals.base
        };
        add_row(rows, section.name, total, statement.base);
        for (const auto& [code, unvalued] : totals.unvalued) {
            const StatementRow rest{
                .commodity = unvalued.commodity,
                .amounts = unvalued.amounts,
                .base_amounts = std::vector<Total>(unvalued.amounts.size()),
            };
            add_row(rows, section.name, rest, statement.base);
        }
    }
    rows.end(assertion_of(statement), statement.last_entry);
}

std::string to_json(const Statement& statement) {
    base::JsonWriter json;
    json.begin_object().member("report", to_string(statement.kind));
    json.key("columns").begin_array();
    for (const DateRange& column : statement.columns) {
        json.begin_object();
        write_range(json, column);
        json.end_object();
    }
    json.end_array();
    write_scope(json, statement.scope);
    json.member("base_currency", statement.base.code);
    json.member("last_entry", statement.last_entry.value);
    json.key("sections").begin_array();
    for (const StatementSection& section : statement.sections) {
        write_section(json, section, statement.base);
    }
    json.end_array().member("balanced", statement.balanced).end_object();
    return std::move(json).take();
}

std::string to_table(const Statement& statement, Shown shown) {
    constexpr std::size_t kTexts = 3;
    TextTable::Cells head{"Code", "Account", "Commodity"};
    for (std::size_t at = 0; at < statement.columns.size(); ++at) {
        head.push_back(heading_of(statement.kind, statement.columns[at]));
        if (at > 0) {
            head.insert(head.end(), {"Change", "%"});
        }
    }
    TextTable table{std::move(head), kTexts};
    for (const StatementSection& section : statement.sections) {
        add_section(table, section, statement.base, shown);
    }
    return fmt::format(
        "{}, {}\n\n{}{} As of entry {}.\n",
        statement.kind == StatementKind::income_statement ? "Income statement" : "Balance sheet",
        base::printable(to_string(statement.scope)),
        table.text(),
        assertion_of(statement),
        statement.last_entry.value
    );
}

}  // namespace accubooks::reports
