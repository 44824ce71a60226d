#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "interchange/internal/book.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/number.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

/// What `D` and `decimal-mark` have set for the lines that follow; an included file starts with its
/// parent's and doesn't give its own back.
struct AmountDefaults {
    std::optional<char> decimal_mark{};
    struct Commodity {
        std::uint32_t index = 0;
        char decimal_mark = '.';
        std::uint8_t precision = 0;
    };
    std::optional<Commodity> commodity{};
};

/// Reads amounts, costs and lots at a cursor. Which mark of `1,234` is meant: `decimal-mark`, else
/// the latest `commodity` directive, else `D`; else the comma stays open (RawAmount::open_comma) in
/// Like::exact, is decimal in Like::hledger and a group mark in Like::ledger, while a point is
/// decimal in all three.
class AmountReader {
public:
    AmountReader(Book& book, Refusal& refusal, Like like)
        : book_{book}, refusal_{refusal}, like_{like} {}

    AmountDefaults& defaults() { return defaults_; }

    /// Where the cursors' line is, for refusals.
    void at_line(std::uint32_t file, std::uint32_t line) {
        file_ = file;
        line_ = line;
    }

    /// Sign, commodity and number, either side. `number`, where given, is how the number was
    /// written.
    bool read(Cursor& cursor, RawAmount& amount, Number* number = nullptr);

    /// `@ 1.50 USD`, `@@ 15 USD`, `(@) …`. Expects the cursor on `@` or `(@`. The total takes the
    /// sign of `of`.
    bool read_cost(Cursor& cursor, const RawAmount& of, RawCost& cost);

    /// `{…}`, `{{…}}`: checked, and kept as written.
    bool read_lot_price(Cursor& cursor, std::string_view& as_written);

    /// A symbol, quoted or not; the view is without quotes.
    bool read_symbol(Cursor& cursor, std::string_view& symbol);
    bool intern(
        const Cursor& cursor, std::size_t at, std::string_view symbol, std::uint32_t& index
    );

    bool refuse(const Cursor& cursor, std::size_t at, std::string_view code, std::string reason);

private:
    bool settle(const Cursor& cursor, std::size_t at, Number& number, RawAmount& amount);

    Book& book_;
    Refusal& refusal_;
    Like like_;
    AmountDefaults defaults_{};
    std::uint32_t file_ = 0;
    std::uint32_t line_ = 0;
};

}  // namespace accubooks::interchange
