#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"

namespace accubooks::app {

/// A line of the demo's year, by account code of the US chart. `base_amount` is empty in the base
/// currency.
struct DemoLine {
    std::string account_code;
    std::int64_t cents = 0;  // debit positive
    std::string currency = "USD";
    std::int64_t base_cents = 0;
};

struct DemoEntry {
    base::Date date;
    std::string description;
    std::string reference;
    std::vector<DemoLine> lines;
};

/// One year of books of a small coffee roaster that begins on `first_day`: opening balances, sales
/// with tax, invoices and their payments, payroll, rent, purchases in two currencies, card,
/// depreciation and the quarter's sales tax. The same seed gives the same year, by date.
std::vector<DemoEntry> demo_year(base::Date first_day, std::uint64_t seed);

}  // namespace accubooks::app
