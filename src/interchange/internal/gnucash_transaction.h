#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/error.h"
#include "interchange/internal/gnucash_book.h"
#include "interchange/internal/xml_records.h"

namespace accubooks::interchange {

struct GnucashSplit {
    std::uint32_t account = 0;  // of the book
    base::Decimal quantity{};   // in the account's commodity, debit positive
    base::Decimal value{};      // in the transaction's currency
    std::string memo{};         // "Buy: ten shares", its action before it
    SourcePosition at{};
};

struct GnucashTransaction {
    base::Digest identity{};  // of its id in GnuCash
    base::Digest content{};   // of what the books would keep of it
    base::Date date{};
    std::uint32_t currency = 0;
    std::string number{};
    std::string description{};
    std::vector<std::pair<std::string, std::string>> tags{};
    std::vector<GnucashSplit> splits{};  // without those of trading accounts
    SourcePosition at{};
    bool is_void = false;          // nothing of it is posted
    std::uint64_t reconciled = 0;  // splits that GnuCash has as cleared or reconciled
};

/// Reads a `gnc:transaction` and judges it by itself; the book learns which commodities and
/// accounts it uses. `at` becomes the place of what is refused. Errors: `interchange.bad_gnucash`,
/// `interchange.bad_date`, `interchange.unbalanced`, `interchange.not_decimal`,
/// `interchange.too_fine`, `interchange.out_of_range`, `interchange.transaction_too_large`, those
/// of GnucashBook.
base::Result<GnucashTransaction> read_transaction(
    const XmlRecord::Element& element, GnucashBook& book, SourcePosition& at
);

/// Appends the transaction as a spool keeps it.
void encode(const GnucashTransaction& transaction, std::string& out);
/// Reads what `encode` wrote; `transaction` is reused.
void decode(std::string_view bytes, GnucashTransaction& transaction);

}  // namespace accubooks::interchange
