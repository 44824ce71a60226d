#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::interchange {

/// What the columns of somebody's CSV are, saved per tenant under a name. A column is told by its
/// title ("Betrag"), by its number ("#3"), or is the same in all rows ("=1200").
///
///     date, description, reference, memo    of the entry; memo of its first line
///     amount                                debit positive: what came in, for a bank's account
///     amount_or                             has the amount of rows that have none there
///     sign                                  of an amount without one: C came in, D went out
///     debit, credit                         instead of an amount; never with a sign
///     commodity                             of the amount; else the base currency
///     base_debit, base_credit               what a foreign amount is worth
///     account, counter                      by code: who gets the amount, and who its opposite
///     entry                                 rows with the same are lines of one entry; no counter
///
/// `account:TEXT` is the code of the account that a file calls TEXT ("account:Groceries" = "6200").
///
/// What is decided for the whole file can be told beforehand: `delimiter` (one character, or tab),
/// `charset` (utf-8, windows-1252), `date_order` (ymd, dmy, mdy), `decimal_mark` ('.' or ','),
/// `header` (how many rows stand before the first entry, blank ones not counted). `footer` rows
/// behind the last entry are left out; there are none unless told.
class CsvMapping {
public:
    using Pairs = std::map<std::string, std::string, std::less<>>;

    /// Errors: `import.bad_mapping`, with the pair as field where one is wrong.
    static base::Result<CsvMapping> of(Pairs pairs);

    /// What a key says; empty where it isn't told.
    std::string_view operator[](std::string_view key) const;
    bool has(std::string_view key) const { return !(*this)[key].empty(); }
    /// The number that `header` or `footer` says.
    std::size_t rows(std::string_view key) const;
    /// The code of the account that a file calls so.
    std::string_view account_code(std::string_view text) const;
    const Pairs& pairs() const { return pairs_; }

private:
    Pairs pairs_;
};

}  // namespace accubooks::interchange
