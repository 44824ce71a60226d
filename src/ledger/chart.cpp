#include "ledger/chart.h"

namespace accubooks::ledger {
namespace {

struct ChartRow {
    std::string_view code;
    std::string_view name;
    AccountType type;
    std::string_view subtype;
};

using enum AccountType;

constexpr ChartRow kUs[] = {
    {"1000", "Checking", asset, "bank"},
    {"1050", "Payment clearing", asset, "clearing"},
    {"1100", "Accounts receivable", asset, "receivable"},
    {"1200", "Inventory", asset, "inventory"},
    {"1300", "Prepaid expenses", asset, "prepaid"},
    {"1500", "Equipment", asset, "fixed"},
    {"1590", "Accumulated depreciation", asset, "accum_depreciation"},
    {"2000", "Accounts payable", liability, "payable"},
    {"2050", "Customer deposits", liability, "customer_deposits"},
    {"2100", "Credit card", liability, "card"},
    {"2200", "Sales tax payable", liability, "output_tax"},
    {"2300", "Payroll liabilities", liability, "payroll"},
    {"2400", "Deferred income", liability, "deferred_income"},
    {"3000", "Common stock", equity, "capital"},
    {"3200", "Retained earnings", equity, "retained"},
    {"3900", "Opening balances", equity, "opening_balance"},
    {"4000", "Sales", revenue, "sales"},
    {"4900", "Discounts given", revenue, "discount_given"},
    {"5000", "Cost of goods sold", expense, "cogs"},
    {"6000", "Wages", expense, "payroll"},
    {"6100", "Payroll taxes", expense, "payroll"},
    {"6200", "Rent", expense, "operating"},
    {"6300", "Depreciation", expense, "depreciation"},
    {"6400", "Bank fees", expense, "operating"},
    {"6500", "Bad debt", expense, "bad_debt"},
    {"7000", "Foreign exchange gains and losses", expense, "fx_loss"},
};

constexpr ChartRow kUk[] = {
    {"0030", "Office equipment", asset, "fixed"},
    {"0031", "Office equipment, accumulated depreciation", asset, "accum_depreciation"},
    {"1001", "Stock", asset, "inventory"},
    {"1100", "Debtors control account", asset, "receivable"},
    {"1103", "Prepayments", asset, "prepaid"},
    {"1200", "Bank current account", asset, "bank"},
    {"2100", "Creditors control account", liability, "payable"},
    {"2109", "Accruals", liability, "accrued"},
    {"2200", "Output VAT", liability, "output_tax"},
    {"2201", "Input VAT", asset, "input_tax"},
    {"2202", "VAT liability", liability, "other"},
    {"2210", "PAYE and National Insurance", liability, "payroll"},
    {"3000", "Capital", equity, "capital"},
    {"3200", "Profit and loss reserve", equity, "retained"},
    {"4000", "Sales", revenue, "sales"},
    {"4009", "Discounts allowed", revenue, "discount_given"},
    {"5000", "Materials purchased", expense, "cogs"},
    {"7000", "Gross wages", expense, "payroll"},
    {"7006", "Employer's National Insurance", expense, "payroll"},
    {"7100", "Rent", expense, "operating"},
    {"7901", "Bank charges", expense, "operating"},
    {"7906", "Exchange gains and losses", expense, "fx_loss"},
    {"8000", "Depreciation", expense, "depreciation"},
    {"8100", "Bad debts", expense, "bad_debt"},
    {"9998", "Suspense account", asset, "suspense"},
};

constexpr ChartRow kDe[] = {
    {"0027", "EDV-Software", asset, "fixed"},
    {"0410", "Geschäftsausstattung", asset, "fixed"},
    {"0800", "Gezeichnetes Kapital", equity, "capital"},
    {"0860", "Gewinnvortrag vor Verwendung", equity, "retained"},
    {"0980", "Aktive Rechnungsabgrenzung", asset, "prepaid"},
    {"0990", "Passive Rechnungsabgrenzung", liability, "deferred_income"},
    {"1000", "Kasse", asset, "cash"},
    {"1200", "Bank", asset, "bank"},
    {"1360", "Geldtransit", asset, "clearing"},
    {"1400", "Forderungen aus Lieferungen und Leistungen", asset, "receivable"},
    {"1571", "Abziehbare Vorsteuer 7 %", asset, "input_tax"},
    {"1576", "Abziehbare Vorsteuer 19 %", asset, "input_tax"},
    {"1577", "Abziehbare Vorsteuer § 13b UStG", asset, "input_tax"},
    {"1600", "Verbindlichkeiten aus Lieferungen und Leistungen", liability, "payable"},
    {"1718", "Erhaltene Anzahlungen 19 % USt", liability, "customer_deposits"},
    {"1740", "Verbindlichkeiten aus Lohn und Gehalt", liability, "payroll"},
    {"1741", "Verbindlichkeiten aus Lohn- und Kirchensteuer", liability, "payroll"},
    {"1742", "Verbindlichkeiten aus sozialer Sicherheit", liability, "payroll"},
    {"1766", "Umsatzsteuer nicht fällig 19 %", liability, "tax_deferred"},
    {"1771", "Umsatzsteuer 7 %", liability, "output_tax"},
    {"1776", "Umsatzsteuer 19 %", liability, "output_tax"},
    {"1780", "Umsatzsteuer-Vorauszahlungen", asset, "other"},
    {"1787", "Umsatzsteuer nach § 13b UStG", liability, "output_tax"},
    {"2150", "Aufwendungen aus Kursdifferenzen", expense, "fx_loss"},
    {"2400", "Forderungsverluste", expense, "bad_debt"},
    {"2660", "Erträge aus Kursdifferenzen", revenue, "fx_gain"},
    {"3400", "Wareneingang 19 % Vorsteuer", expense, "cogs"},
    {"3736", "Erhaltene Skonti 19 % Vorsteuer", expense, "cogs"},
    {"3980", "Bestand Waren", asset, "inventory"},
    {"4120", "Gehälter", expense, "payroll"},
    {"4130", "Gesetzliche soziale Aufwendungen", expense, "payroll"},
    {"4210", "Miete", expense, "operating"},
    {"4830", "Abschreibungen auf Sachanlagen", expense, "depreciation"},
    {"4970", "Nebenkosten des Geldverkehrs", expense, "operating"},
    {"8125", "Steuerfreie innergemeinschaftliche Lieferungen", revenue, "sales"},
    {"8300", "Erlöse 7 % USt", revenue, "sales"},
    {"8400", "Erlöse 19 % USt", revenue, "sales"},
    {"8736", "Gewährte Skonti 19 % USt", revenue, "discount_given"},
    {"9000", "Saldenvorträge Sachkonten", equity, "opening_balance"},
};

constexpr ChartRow kMinimal[] = {
    {"1000", "Bank", asset, "bank"},
    {"1100", "Accounts receivable", asset, "receivable"},
    {"2000", "Accounts payable", liability, "payable"},
    {"3000", "Equity", equity, "capital"},
    {"3900", "Opening balances", equity, "opening_balance"},
    {"4000", "Income", revenue, "sales"},
    {"6000", "Expenses", expense, "operating"},
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
            .commodity = holds_one_commodity(row.subtype)
                             ? std::optional{std::string{base_currency}}
                             : std::nullopt,
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
