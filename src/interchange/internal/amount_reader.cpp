#include "interchange/internal/amount_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace accubooks::interchange {

namespace {

constexpr std::string_view kNotInSymbols = "-+.@*;\t\n \"{}=0123456789";

bool in_symbol(char c) {
    return c != '\0' && kNotInSymbols.find(c) == std::string_view::npos;
}

/// What a number tells about the comma in its commodity.
void gather_evidence(CommaEvidence& evidence, const Number& number) {
    evidence.groups = evidence.groups || number.group_mark == ',';
    evidence.decimals = evidence.decimals || number.decimal_mark == ',' || number.group_mark == '.';
}

/// Whether the digits around a comma allow both readings: "1,234" does; "0,123", "1234,567" and
/// "1,5" don't.
bool reads_both_ways(const Number& number) {
    return number.after == 3 && number.before <= 3 && !number.leading_zero && !number.has_exponent;
}

}  // namespace

bool AmountReader::refuse(
    const Cursor& cursor, std::size_t at, std::string_view code, std::string reason
) {
    return refusal_.refuse(
        {.file = file_, .line = line_, .column = column_of(cursor.line(), at)},
        code,
        std::move(reason)
    );
}

bool AmountReader::read_symbol(Cursor& cursor, std::string_view& symbol) {
    const std::size_t start = cursor.at();
    if (cursor.take('"')) {
        const std::size_t end = cursor.line().find_first_of("\";", cursor.at());
        if (end == std::string_view::npos || cursor.line()[end] != '"' || end == cursor.at()) {
            return refuse(
                cursor,
                start,
                "interchange.bad_commodity",
                "the quoted commodity symbol is empty or has no closing quote on this line"
            );
        }
        symbol = cursor.line().substr(cursor.at(), end - cursor.at());
        cursor.move_to(end + 1);
        return true;
    }
    std::size_t end = start;
    while (end < cursor.line().size() && in_symbol(cursor.line()[end])) {
        ++end;
    }
    if (end == start) {
        return refuse(
            cursor,
            start,
            "interchange.bad_amount",
            fmt::format("an amount or a commodity is expected, not {}", shown(cursor.rest()))
        );
    }
    symbol = cursor.line().substr(start, end - start);
    cursor.move_to(end);
    return true;
}

bool AmountReader::intern(
    const Cursor& cursor, std::size_t at, std::string_view symbol, std::uint32_t& index
) {
    if (symbol.size() > JournalLimits::kCommodityBytes) {
        return refuse(
            cursor,
            at,
            "interchange.bad_commodity",
            fmt::format(
                "the commodity symbol is longer than {} bytes", JournalLimits::kCommodityBytes
            )
        );
    }
    const auto found = book_.intern_commodity(symbol);
    if (!found) {
        return refuse(
            cursor,
            at,
            "interchange.too_many_commodities",
            fmt::format("there are more than {} commodities", JournalLimits::kCommodities)
        );
    }
    index = *found;
    return true;
}

bool AmountReader::settle(const Cursor& cursor, std::size_t at, Number& number, RawAmount& amount) {
    CommodityFacts& facts = book_.commodities()[amount.commodity];
    if (!number.ambiguous) {
        gather_evidence(facts.comma, number);
        return true;
    }
    std::optional<char> mark = defaults_.decimal_mark;
    if (!mark) {
        mark = facts.decimal_mark;
    }
    if (!mark && defaults_.commodity) {
        mark = defaults_.commodity->decimal_mark;
    }
    if (mark) {
        if (*mark == number.separator) {
            number.decimal_mark = number.separator;
            number.ambiguous = false;
            return true;
        }
        if (number.has_exponent) {
            return refuse(
                cursor,
                at,
                "interchange.bad_number",
                "a number has either group marks or an exponent, not both"
            );
        }
        if (like_ == Like::exact && number.after != 3) {
            return refuse(
                cursor,
                at,
                "interchange.ambiguous_number",
                fmt::format(
                    "{} has one mark, which isn't the declared decimal mark {} and doesn't part "
                    "thousands either",
                    shown(number.text),
                    *mark
                )
            );
        }
        read_as_groups(number);
        return true;
    }
    const bool open = number.separator == ',' && reads_both_ways(number);
    if (!open || like_ == Like::hledger) {
        if (number.separator == ',' && !open) {
            facts.comma.decimals = true;
        }
        number.decimal_mark = number.separator;
        number.ambiguous = false;
        return true;
    }
    if (like_ == Like::ledger) {
        read_as_groups(number);
        return true;
    }
    amount.open_comma = true;
    ++facts.comma.open_count;
    if (!facts.comma.first_open) {
        facts.comma.first_open =
            SourcePosition{.file = file_, .line = line_, .column = column_of(cursor.line(), at)};
        facts.comma.first_open_text = std::string{number.text};
    }
    return true;
}

bool AmountReader::read(Cursor& cursor, RawAmount& amount, Number* as_written) {
    const std::size_t start = cursor.at();
    amount = RawAmount{};
    bool negative = false;
    const auto read_sign = [&] {
        const char sign = cursor.peek();
        if (sign == '-' || sign == '+') {
            cursor.move_to(cursor.at() + 1);
            cursor.skip_spaces();
            negative = negative != (sign == '-');
        }
    };
    read_sign();
    std::string_view symbol;
    bool has_symbol = false;
    std::size_t symbol_at = cursor.at();
    if (!is_digit(cursor.peek()) && cursor.peek() != '.') {
        if (!read_symbol(cursor, symbol)) {
            return false;
        }
        if (symbol == "," && like_ != Like::hledger) {
            return refuse(
                cursor,
                symbol_at,
                "interchange.bad_amount",
                "a digit is expected before the decimal comma"
            );
        }
        has_symbol = true;
        cursor.skip_spaces();
        read_sign();
    }
    const std::size_t number_at = cursor.at();
    if (!is_digit(cursor.peek()) && cursor.peek() != '.' && cursor.peek() != ',') {
        return refuse(
            cursor,
            number_at,
            "interchange.bad_amount",
            cursor.ended() ? "a number is expected here, but the line ends"
                           : fmt::format("a number is expected here, not {}", shown(cursor.rest()))
        );
    }
    Number number;
    NumberFault fault;
    if (!read_number(cursor, number, fault)) {
        return refuse(
            cursor,
            fault.at,
            fault.too_long ? "interchange.number_too_long" : "interchange.bad_number",
            std::string{fault.reason}
        );
    }
    if (!has_symbol) {
        Cursor ahead = cursor;
        ahead.skip_spaces();
        symbol_at = ahead.at();
        if (ahead.peek() == '"' || in_symbol(ahead.peek())) {
            if (!read_symbol(ahead, symbol)) {
                return false;
            }
            has_symbol = true;
            cursor = ahead;
        }
    }
    if (!has_symbol && defaults_.commodity) {
        amount.commodity = defaults_.commodity->index;
    } else if (!intern(cursor, symbol_at, symbol, amount.commodity)) {
        return false;
    }
    if (!settle(cursor, number_at, number, amount)) {
        return false;
    }
    amount.value =
        negative ? base::Decimal{-number.value.mantissa(), number.value.places()} : number.value;
    amount.precision = number.value.places();
    if (!has_symbol && defaults_.commodity) {
        amount.precision = std::max(amount.precision, defaults_.commodity->precision);
    }
    amount.column = column_of(cursor.line(), start);
    if (as_written != nullptr) {
        *as_written = number;
    }
    return true;
}

bool AmountReader::read_cost(Cursor& cursor, const RawAmount& of, RawCost& cost) {
    const bool parenthesised = cursor.take('(');
    cursor.take('@');
    cost.kind = cursor.take('@') ? CostKind::total : CostKind::unit;
    if (parenthesised && !cursor.take(')')) {
        return refuse(
            cursor, cursor.at(), "interchange.bad_cost", "the cost's mark has no closing bracket"
        );
    }
    cursor.skip_spaces();
    const std::size_t amount_at = cursor.at();
    if (!read(cursor, cost.amount)) {
        return false;
    }
    // A cost below zero is an error for Ledger and a figure for hledger.
    if (cost.amount.value.is_negative() && like_ != Like::hledger) {
        return refuse(
            cursor,
            amount_at,
            "interchange.bad_cost",
            "a cost has no sign: it takes the amount's (--like hledger reads it as hledger does)"
        );
    }
    if (cost.kind == CostKind::total && of.value.is_negative()) {
        cost.amount.value = cost.amount.value.negated();
    }
    return true;
}

bool AmountReader::read_lot_price(Cursor& cursor, std::string_view& as_written) {
    const std::size_t start = cursor.at();
    cursor.take('{');
    const bool total = cursor.take('{');
    cursor.skip_spaces();
    if (cursor.take('=')) {
        cursor.skip_spaces();
    }
    RawAmount ignored;
    if (!read(cursor, ignored)) {
        return false;
    }
    cursor.skip_spaces();
    if (!cursor.take('}') || (total && !cursor.take('}'))) {
        return refuse(cursor, start, "interchange.bad_lot", "the lot price has no closing brace");
    }
    as_written = cursor.line().substr(start, cursor.at() - start);
    return true;
}

}  // namespace accubooks::interchange
