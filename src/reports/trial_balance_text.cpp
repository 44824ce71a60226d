#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"
#include "reports/text_table.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {
namespace {

/// Members that tell how a row's closing differs from that of a column beside.
void write_changes(
    base::JsonWriter& json,
    const TrialBalanceRow& now,
    const TrialBalanceRow& before,
    const base::Commodity& base
) {
    json.member("change", to_text(now.closing - before.closing, now.commodity));
    json.member("percent", percent_of_change(now.closing, before.closing));
    json.member("base_change", to_text(now.base_closing - before.base_closing, base));
    json.member("base_percent", percent_of_change(now.base_closing, before.base_closing));
}

void write_row(base::JsonWriter& json, const TrialBalances& balances, std::size_t at) {
    const TrialBalance& balance = balances.columns.front();
    const TrialBalanceRow& row = balance.rows[at];
    json.begin_object();
    write_identity(json, row);
    write_figures(json, row, balance.base);
    json.key("comparatives").begin_array();
    for (std::size_t column = 1; column < balances.columns.size(); ++column) {
        const TrialBalanceRow& before = balances.columns[column].rows[at];
        json.begin_object();
        write_figures(json, before, balance.base);
        write_changes(json, row, before, balance.base);
        json.end_object();
    }
    json.end_array().end_object();
}

void add_figures(ReportRows& rows, const TrialBalanceRow& row) {
    for (const Total figure : {row.opening, row.debit, row.credit, row.closing}) {
        rows.amount(figure, row.commodity);
    }
}

/// Closing, change and percent of a column beside, as a table shows them.
void add_comparative(
    TextTable::Cells& cells, Total now, Total before, const base::Commodity& commodity
) {
    cells.push_back(to_text(before, commodity));
    cells.push_back(to_text(now - before, commodity));
    cells.push_back(percent_of_change(now, before).value_or(""));
}

std::string_view assertion_of(const TrialBalances& balances) {
    return balances.balanced() ? "Debits equal credits."
                               : "DEBITS AND CREDITS DIFFER: run accubooks verify.";
}

}  // namespace

void write_identity(base::JsonWriter& json, const TrialBalanceRow& row) {
    json.member("account_id", row.is_account() ? std::optional{row.account.value} : std::nullopt);
    json.member("account_code", row.code);
    json.member("account", row.path);
    json.member("type", ledger::to_string(row.type));
    json.member("commodity", row.commodity.code);
}

void write_figures(
    base::JsonWriter& json, const TrialBalanceRow& row, const base::Commodity& base
) {
    json.member("opening", to_text(row.opening, row.commodity));
    json.member("debit", to_text(row.debit, row.commodity));
    json.member("credit", to_text(row.credit, row.commodity));
    json.member("closing", to_text(row.closing, row.commodity));
    json.member("base_opening", to_text(row.base_opening, base));
    json.member("base_debit", to_text(row.base_debit, base));
    json.member("base_credit", to_text(row.base_credit, base));
    json.member("base_closing", to_text(row.base_closing, base));
}

void write_totals(base::JsonWriter& json, const TrialBalance& balance) {
    json.key("totals").begin_object();
    json.member("opening", to_text(balance.opening, balance.base));
    json.member("debit", to_text(balance.debit, balance.base));
    json.member("credit", to_text(balance.credit, balance.base));
    json.member("closing", to_text(balance.closing, balance.base));
    json.end_object();
}

void write_rows(const TrialBalances& balances, ReportRows& rows) {
    rows.head(
        {"account_code", "account", "commodity", "opening", "debit", "credit", "closing"},
        {"opening", "debit", "credit", "closing", "change", "percent"},
        balances.columns.size() - 1
    );
    const std::vector<TrialBalanceRow>& now = balances.columns.front().rows;
    for (std::size_t at = 0; at < now.size(); ++at) {
        const TrialBalanceRow& row = now[at];
        rows.text(row.code);
        rows.text(row.path);
        rows.text(row.commodity.code);
        add_figures(rows, row);
        for (std::size_t column = 1; column < balances.columns.size(); ++column) {
            const TrialBalanceRow& before = balances.columns[column].rows[at];
            add_figures(rows, before);
            rows.amount(row.closing - before.closing, row.commodity);
            rows.percent(percent_of_change(row.closing, before.closing));
        }
        rows.end_row();
    }
    rows.end(assertion_of(balances), balances.columns.front().last_entry);
}

std::string to_json(const TrialBalances& balances) {
    const TrialBalance& balance = balances.columns.front();
    constexpr std::size_t kBytesOfRow = 320;
    base::JsonWriter json{256 + balance.rows.size() * balances.columns.size() * kBytesOfRow};
    json.begin_object();
    write_range(json, balance.range);
    write_scope(json, balance.scope);
    json.member("base_currency", balance.base.code);
    json.member("last_entry", balance.last_entry.value);
    json.key("items").begin_array();
    for (std::size_t at = 0; at < balance.rows.size(); ++at) {
        write_row(json, balances, at);
    }
    json.end_array();
    write_totals(json, balance);
    json.key("comparatives").begin_array();
    for (std::size_t column = 1; column < balances.columns.size(); ++column) {
        json.begin_object();
        write_range(json, balances.columns[column].range);
        write_totals(json, balances.columns[column]);
        json.end_object();
    }
    json.end_array();
    json.member("balanced", balances.balanced());
    json.end_object();
    return std::move(json).take();
}

std::string to_table(const TrialBalances& balances) {
    constexpr std::size_t kTexts = 3;
    const TrialBalance& balance = balances.columns.front();
    TextTable::Cells head{"Code", "Account", "Commodity", "Opening", "Debit", "Credit", "Closing"};
    for (std::size_t column = 1; column < balances.columns.size(); ++column) {
        head.push_back(to_string(balances.columns[column].range));
        head.insert(head.end(), {"Change", "%"});
    }
    TextTable table{std::move(head), kTexts};
    for (std::size_t at = 0; at < balance.rows.size(); ++at) {
        const TrialBalanceRow& row = balance.rows[at];
        TextTable::Cells cells{
            row.code == row.path || !row.is_account() ? "" : base::printable(row.code),
            base::printable(row.path),
            base::printable(row.commodity.code),
            to_text(row.opening, row.commodity),
            to_text(row.debit, row.commodity),
            to_text(row.credit, row.commodity),
            to_text(row.closing, row.commodity),
        };
        for (std::size_t column = 1; column < balances.columns.size(); ++column) {
            const Total before = balances.columns[column].rows[at].closing;
            add_comparative(cells, row.closing, before, row.commodity);
        }
        table.add(std::move(cells));
    }
    TextTable::Cells totals{
        "",
        "Total in base currency",
        balance.base.code,
        to_text(balance.opening, balance.base),
        to_text(balance.debit, balance.base),
        to_text(balance.credit, balance.base),
        to_text(balance.closing, balance.base),
    };
    for (std::size_t column = 1; column < balances.columns.size(); ++column) {
        add_comparative(totals, balance.closing, balances.columns[column].closing, balance.base);
    }
    table.add(std::move(totals));
    return fmt::format(
        "Trial balance {}, {}\n\n{}\n{} As of entry {}.\n",
        to_string(balance.range),
        base::printable(to_string(balance.scope)),
        table.text(),
        assertion_of(balances),
        balance.last_entry.value
    );
}

}  // namespace accubooks::reports
