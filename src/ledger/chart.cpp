#include "ledger/chart.h"

namespace accubooks::ledger {
namespace {

struct ChartRow {
    std::string_view code;
    std::string_view name;
    AccountType type;
    std::string_view subtype;
    bool base_currency_only;  // bank, cash and card accounts hold one currency
};

using enum AccountType;

constexpr ChartRow kUs[] = {
    {"1000", "Checking", asset, "bank", true},
    {"1050", "Payment clearing", asset, "clearing", false},
    {"1100", "Accounts receivable", asset, "receivable", false},
    {"1200", "Inventory", asset, "inventory", false},
    {"1300", "Prepaid expenses", asset, "prepaid", false},
    {"1500", "Equipment", asset, "fixed", false},
    {"1590", "Accumulated depreciation", asset, "accum_depreciation", false},
    {"2000", "Accounts payable", liability, "payable", false},
    {"2050", "Customer deposits", liability, "customer_deposits", false},
    {"2100", "Credit card", liability, "card", true},
    {"2200", "Sales tax payable", liability, "output_tax", false},
    {"2300", "Payroll liabilities", liability, "payroll", false},
    {"2400", "Deferred income", liability, "deferred_income", false},
    {"3000", "Common stock", equity, "capital", false},
    {"3200", "Retained earnings", equity, "retained", false},
    {"3900", "Opening balances", equity, "opening_balance", false},
    {"4000", "Sales", revenue, "sales", false},
    {"4900", "Discounts given", revenue, "discount_given", false},
    {"5000", "Cost of goods sold", expense, "cogs", false},
    {"6000", "Wages", expense, "payroll", false},
    {"6100", "Payroll taxes", expense, "payroll", false},
    {"6200", "Rent", expense, "operating", false},
    {"6300", "Depreciation", expense, "depreciation", false},
    {"6400", "Bank fees", expense, "operating", false},
    {"6500", "Bad debt", expense, "bad_debt", false},
    {"7000", "Foreign exchange gains and losses", expense, "fx_loss", false},
};

constexpr ChartRow kMinimal[] = {
    {"1000", "Bank", asset, "bank", true},
    {"1100", "Accounts receivable", asset, "receivable", false},
    {"2000", "Accounts payable", liability, "payable", false},
    {"3000", "Equity", equity, "capital", false},
    {"3900", "Opening balances", equity, "opening_balance", false},
    {"4000", "Income", revenue, "sales", false},
    {"6000", "Expenses", expense, "operating", false},
};

std::vector<NewAccount> accounts_of(
    std::span<const ChartRow> rows, std::string_view base_currency
) {
    std::vector<NewAccount> accounts;
    accounts.reserve(rows.size());
    for (const ChartRow& row : rows) {
        accounts.push_back({
            .code = std::string{row.code},
            .name = std::string{row.name},
            .type = row.type,
            .subtype = std::string{row.subtype},
            .parent_code = std::nullopt,
            .commodity =
                row.base_currency_only ? std::optional{std::string{base_currency}} : std::nullopt,
        });
    }
    return accounts;
}

}  // namespace

std::optional<std::vector<NewAccount>> chart_named(
    std::string_view name, std::string_view base_currency
) {
    if (name == "us") {
        return accounts_of(kUs, base_currency);
    }
    if (name == "minimal") {
        return accounts_of(kMinimal, base_currency);
    }
    return std::nullopt;
}

}  // namespace accubooks::ledger
