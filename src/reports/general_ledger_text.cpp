#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "reports/general_ledger.h"
#include "reports/text_table.h"

namespace accubooks::reports {
namespace {

void write_line(
    base::JsonWriter& json,
    const LedgerLine& line,
    const base::Commodity& commodity,
    const base::Commodity& base
) {
    json.begin_object();
    json.member("date", base::to_string(line.date));
    json.member("number", line.number.value);
    json.member("line", line.line);
    json.member("description", line.description);
    json.member("reference", line.reference);
    json.member("memo", line.memo);
    json.member("counter_account_code", line.counter_account);
    json.member("debit", to_text(line.debit, commodity));
    json.member("credit", to_text(line.credit, commodity));
    json.member("balance", to_text(line.balance, commodity));
    json.member("base_debit", to_text(line.base_debit, base));
    json.member("base_credit", to_text(line.base_credit, base));
    json.member("base_balance", to_text(line.base_balance, base));
    json.end_object();
}

/// Of an account's opening nothing but a description and balances.
void add_row(
    ReportRows& rows,
    const TrialBalanceRow& account,
    const LedgerLine& line,
    const base::Commodity& base
) {
    rows.text(account.code);
    rows.text(account.path);
    rows.text(account.commodity.code);
    if (line.number.value == 0) {
        rows.text("");
        rows.text("");
    } else {
        rows.text(base::to_string(line.date));
        rows.number(line.number.value);
    }
    rows.text(line.description);
    rows.text(line.reference);
    rows.text(line.memo);
    rows.text(line.counter_account.value_or(""));
    for (const Total figure : {line.debit, line.credit, line.balance}) {
        rows.amount(figure, account.commodity);
    }
    for (const Total figure : {line.base_debit, line.base_credit, line.base_balance}) {
        rows.amount(figure, base);
    }
    rows.end_row();
}

/// An account's debit, credit and balance in the commodity that a table shows them in.
class ShownFigures {
public:
    ShownFigures(const TrialBalanceRow& account, const base::Commodity& base, Shown shown)
        : in_base_{shown == Shown::base && !account.is_unvalued()},
          commodity_{in_base_ ? base : account.commodity} {}

    const base::Commodity& commodity() const { return commodity_; }
    std::string text(Total amount, Total base_amount) const {
        return to_text(in_base_ ? base_amount : amount, commodity_);
    }

private:
    bool in_base_;
    base::Commodity commodity_;
};

void add_account(
    TextTable& table, const AccountLedger& of, const base::Commodity& base, Shown shown
) {
    const TrialBalanceRow& account = of.account;
    const ShownFigures figures{account, base, shown};
    const std::string name =
        account.code == account.path ? account.path : account.code + ' ' + account.path;
    table.add(
        {"",
         "",
         fmt::format("{}, {}", base::printable(name), base::printable(figures.commodity().code))}
    );
    table.add({"", "", "Opening", "", "", "", figures.text(account.opening, account.base_opening)});
    for (const LedgerLine& line : of.lines) {
        table.add({
            base::to_string(line.date),
            fmt::to_string(line.number.value),
            base::printable(line.description),
            base::printable(line.counter_account.value_or("")),
            figures.text(line.debit, line.base_debit),
            figures.text(line.credit, line.base_credit),
            figures.text(line.balance, line.base_balance),
        });
    }
    table.add({
        "",
        "",
        "Closing",
        "",
        figures.text(account.debit, account.base_debit),
        figures.text(account.credit, account.base_credit),
        figures.text(account.closing, account.base_closing),
    });
    table.add({});
}

std::string_view assertion_of(const GeneralLedger& ledger) {
    if (!ledger.balanced()) {
        return "LINES, BALANCES, OR DEBITS AND CREDITS DIFFER: run accubooks verify.";
    }
    return ledger.is_of_one_account
               ? "The lines lead from opening to closing."
               : "The lines lead from opening to closing, and debits equal credits.";
}

}  // namespace

void write_rows(const GeneralLedger& ledger, ReportRows& rows) {
    rows.head(
        {"account_code",
         "account",
         "commodity",
         "date",
         "number",
         "description",
         "reference",
         "memo",
         "counter_account_code",
         "debit",
         "credit",
         "balance",
         "base_debit",
         "base_credit",
         "base_balance"},
        {},
        0
    );
    for (const AccountLedger& of : ledger.accounts) {
        const LedgerLine opening{
            .description = "Opening",
            .balance = of.account.opening,
            .base_balance = of.account.base_opening,
        };
        add_row(rows, of.account, opening, ledger.totals.base);
        for (const LedgerLine& line : of.lines) {
            add_row(rows, of.account, line, ledger.totals.base);
        }
    }
    rows.end(assertion_of(ledger), ledger.totals.last_entry);
}

std::string to_json(const GeneralLedger& ledger) {
    const TrialBalance& totals = ledger.totals;
    base::JsonWriter json;
    json.begin_object();
    write_range(json, totals.range);
    write_scope(json, totals.scope);
    json.member("base_currency", totals.base.code);
    json.member("last_entry", totals.last_entry.value);
    json.key("items").begin_array();
    for (const AccountLedger& of : ledger.accounts) {
        json.begin_object();
        write_identity(json, of.account);
        write_figures(json, of.account, totals.base);
        json.key("lines").begin_array();
        for (const LedgerLine& line : of.lines) {
            write_line(json, line, of.account.commodity, totals.base);
        }
        json.end_array().end_object();
    }
    json.end_array();
    write_totals(json, totals);
    json.member("balanced", ledger.balanced()).end_object();
    return std::move(json).take();
}

std::string to_table(const GeneralLedger& ledger, Shown shown) {
    constexpr std::size_t kTexts = 4;
    TextTable table{
        {"Date", "Number", "Description", "Counter account", "Debit", "Credit", "Balance"}, kTexts
    };
    for (const AccountLedger& of : ledger.accounts) {
        add_account(table, of, ledger.totals.base, shown);
    }
    return fmt::format(
        "{} {}, {}\n\n{}{} As of entry {}.\n",
        ledger.is_of_one_account ? "Account statement" : "General ledger",
        to_string(ledger.totals.range),
        base::printable(to_string(ledger.totals.scope)),
        table.text(),
        assertion_of(ledger),
        ledger.totals.last_entry.value
    );
}

}  // namespace accubooks::reports
