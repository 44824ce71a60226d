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

constexpr ChartRow kUk[] = {
    {"0030", "Office equipment", asset, "fixed", false},
    {"0031", "Office equipment, accumulated depreciation", asset, "accum_depreciation", false},
    {"1001", "Stock", asset, "inventory", false},
    {"1100", "Debtors control account", asset, "receivable", false},
    {"1103", "Prepayments", asset, "prepaid", false},
    {"1200", "Bank current account", asset, "bank", true},
    {"2100", "Creditors control account", liability, "payable", false},
    {"2109", "Accruals", liability, "accrued", false},
    {"2200", "Output VAT", liability, "output_tax", false},
    {"2201", "Input VAT", asset, "input_tax", false},
    {"2202", "VAT liability", liability, "other", false},
    {"2210", "PAYE and National Insurance", liability, "payroll", false},
    {"3000", "Capital", equity, "capital", false},
    {"3200", "Profit and loss reserve", equity, "retained", false},
    {"4000", "Sales", revenue, "sales", false},
    {"4009", "Discounts allowed", revenue, "discount_given", false},
    {"5000", "Materials purchased", expense, "cogs", false},
    {"7000", "Gross wages", expense, "payroll", false},
    {"7006", "Employer's National Insurance", expense, "payroll", false},
    {"7100", "Rent", expense, "operating", false},
    {"7901", "Bank charges", expense, "operating", false},
    {"7906", "Exchange gains and losses", expense, "fx_loss", false},
    {"8000", "Depreciation", expense, "depreciation", false},
    {"8100", "Bad debts", expense, "bad_debt", false},
    {"9998", "Suspense account", asset, "suspense", false},
};

constexpr ChartRow kDe[] = {
    {"0027", "EDV-Software", asset, "fixed", false},
    {"0410", "Geschäftsausstattung", asset, "fixed", false},
    {"0800", "Gezeichnetes Kapital", equity, "capital", false},
    {"0860", "Gewinnvortrag vor Verwendung", equity, "retained", false},
    {"0980", "Aktive Rechnungsabgrenzung", asset, "prepaid", false},
    {"0990", "Passive Rechnungsabgrenzung", liability, "deferred_income", false},
    {"1000", "Kasse", asset, "cash", true},
    {"1200", "Bank", asset, "bank", true},
    {"1360", "Geldtransit", asset, "clearing", false},
    {"1400", "Forderungen aus Lieferungen und Leistungen", asset, "receivable", false},
    {"1571", "Abziehbare Vorsteuer 7 %", asset, "input_tax", false},
    {"1576", "Abziehbare Vorsteuer 19 %", asset, "input_tax", false},
    {"1577", "Abziehbare Vorsteuer § 13b UStG", asset, "input_tax", false},
    {"1600", "Verbindlichkeiten aus Lieferungen und Leistungen", liability, "payable", false},
    {"1718", "Erhaltene Anzahlungen 19 % USt", liability, "customer_deposits", false},
    {"1740", "Verbindlichkeiten aus Lohn und Gehalt", liability, "payroll", false},
    {"1741", "Verbindlichkeiten aus Lohn- und Kirchensteuer", liability, "payroll", false},
    {"1742", "Verbindlichkeiten aus sozialer Sicherheit", liability, "payroll", false},
    {"1766", "Umsatzsteuer nicht fällig 19 %", liability, "tax_deferred", false},
    {"1771", "Umsatzsteuer 7 %", liability, "output_tax", false},
    {"1776", "Umsatzsteuer 19 %", liability, "output_tax", false},
    {"1780", "Umsatzsteuer-Vorauszahlungen", asset, "other", false},
    {"1787", "Umsatzsteuer nach § 13b UStG", liability, "output_tax", false},
    {"2150", "Aufwendungen aus Kursdifferenzen", expense, "fx_loss", false},
    {"2400", "Forderungsverluste", expense, "bad_debt", false},
    {"2660", "Erträge aus Kursdifferenzen", revenue, "fx_gain", false},
    {"3400", "Wareneingang 19 % Vorsteuer", expense, "cogs", false},
    {"3736", "Erhaltene Skonti 19 % Vorsteuer", expense, "cogs", false},
    {"3980", "Bestand Waren", asset, "inventory", false},
    {"4120", "Gehälter", expense, "payroll", false},
    {"4130", "Gesetzliche soziale Aufwendungen", expense, "payroll", false},
    {"4210", "Miete", expense, "operating", false},
    {"4830", "Abschreibungen auf Sachanlagen", expense, "depreciation", false},
    {"4970", "Nebenkosten des Geldverkehrs", expense, "operating", false},
    {"8125", "Steuerfreie innergemeinschaftliche Lieferungen", revenue, "sales", false},
    {"8300", "Erlöse 7 % USt", revenue, "sales", false},
    {"8400", "Erlöse 19 % USt", revenue, "sales", false},
    {"8736", "Gewährte Skonti 19 % USt", revenue, "discount_given", false},
    {"9000", "Saldenvorträge Sachkonten", equity, "opening_balance", false},
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

/// In the order in which they are offered.
constexpr struct {
    ChartTemplate chart;
    std::span<const ChartRow> rows;
} kCharts[] = {
    {{"us", "United States", std::size(kUs)}, kUs},
    {{"uk", "United Kingdom", std::size(kUk)}, kUk},
    {{"de", "Germany (SKR 03)", std::size(kDe)}, kDe},
    {{"minimal", "A few accounts of each type", std::size(kMinimal)}, kMinimal},
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

std::vector<ChartTemplate> chart_templates() {
    std::vector<ChartTemplate> templates;
    templates.reserve(std::size(kCharts));
    for (const auto& [chart, rows] : kCharts) {
        templates.push_back(chart);
    }
    return templates;
}

std::optional<std::vector<NewAccount>> chart_named(
    std::string_view name, std::string_view base_currency
) {
    for (const auto& [chart, rows] : kCharts) {
        if (chart.name == name) {
            return accounts_of(rows, base_currency);
        }
    }
    return std::nullopt;
}

}  // namespace accubooks::ledger
