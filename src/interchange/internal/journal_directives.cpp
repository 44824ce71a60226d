#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "interchange/internal/comment_tags.h"
#include "interchange/internal/journal_date.h"
#include "interchange/internal/journal_parser.h"
#include "interchange/internal/marks.h"

namespace accubooks::interchange {

namespace {

struct TypeName {
    std::string_view name;
    AccountType type;
    bool cash = false;
};

// Source: hledger 1.25 manual, "Account types".
constexpr std::array<TypeName, 14> kTypeNames{{
    {"asset", AccountType::asset},
    {"a", AccountType::asset},
    {"liability", AccountType::liability},
    {"l", AccountType::liability},
    {"equity", AccountType::equity},
    {"e", AccountType::equity},
    {"revenue", AccountType::revenue},
    {"r", AccountType::revenue},
    {"expense", AccountType::expense},
    {"x", AccountType::expense},
    {"cash", AccountType::asset, true},
    {"c", AccountType::asset, true},
    {"conversion", AccountType::equity},
    {"v", AccountType::equity},
}};

const TypeName* find_type(std::string_view text) {
    std::string name{text};
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto* found =
        std::find_if(kTypeNames.begin(), kTypeNames.end(), [&](const TypeName& type) {
            return type.name == name;
        });
    return found == kTypeNames.end() ? nullptr : found;
}

/// Takes words that may have any white space between them: "end  comment".
bool take_words(Cursor& cursor, std::initializer_list<std::string_view> words) {
    Cursor ahead = cursor;
    bool first = true;
    for (const auto word : words) {
        if ((!first && !ahead.skip_spaces()) || !ahead.take(word)) {
            return false;
        }
        first = false;
    }
    cursor = ahead;
    return true;
}

/// A time of day behind a price's date: hledger reads and ignores it.
void skip_time(Cursor& cursor) {
    Cursor ahead = cursor;
    const auto two_digits = [&ahead] {
        const bool both = is_digit(ahead.peek()) && is_digit(ahead.peek(1));
        ahead.move_to(ahead.at() + (both ? 2 : 0));
        return both;
    };
    if (!ahead.skip_spaces() || !two_digits() || !ahead.take(':') || !two_digits()) {
        return;
    }
    if (ahead.take(':') && !two_digits()) {
        return;
    }
    if (ahead.peek() == '+' || ahead.peek() == '-') {
        ahead.move_to(ahead.at() + 1);
        if (!two_digits() || !two_digits()) {
            return;
        }
    }
    cursor = ahead;
}

}  // namespace

bool JournalParser::expect_space(Cursor& cursor) {
    return cursor.skip_spaces() || refuse(
                                       cursor,
                                       cursor.at(),
                                       "interchange.bad_directive",
                                       "white space is expected behind the directive's name"
                                   );
}

bool JournalParser::read_date_here(Cursor& cursor, int year, std::int32_t& days) {
    DateFault fault;
    if (!read_date(cursor, year, days, fault)) {
        return refuse(cursor, fault.at, "interchange.bad_date", std::move(fault.reason));
    }
    return true;
}

bool JournalParser::read_directive(Cursor& cursor) {
    const std::size_t start = cursor.at();
    cursor.take('!');
    amounts_.at_line(sources_.back().index, sources_.back().lines.number());
    if (cursor.take("include")) {
        return include(cursor);
    }
    if (cursor.take("account")) {
        return read_account(cursor);
    }
    if (cursor.take("commodity")) {
        return read_commodity(cursor);
    }
    if (cursor.take("comment") && stripped(cursor.rest()).empty()) {
        context_ = Context::comment;
        context_line_ = sources_.back().lines.number();
        return true;
    }
    if (cursor.take("alias")) {
        return read_alias(cursor);
    }
    if (take_words(cursor, {"apply", "account"})) {
        return read_apply_account(cursor);
    }
    if (cursor.take("decimal-mark")) {
        return read_decimal_mark(cursor);
    }
    if (cursor.rest().starts_with("end")) {
        return read_end_directive(cursor);
    }
    const bool payee = cursor.take("payee");
    if (payee || cursor.take("tag") || cursor.take("pop")) {
        context_ = Context::skipped;
        return cursor.ended() || expect_space(cursor);
    }
    switch (cursor.peek()) {
        case 'D':
            return read_default_commodity(cursor);
        case 'P':
            return read_price(cursor);
        case 'Y':
            return read_year(cursor);
        case 'C':
        case 'N':
            // Conversions and price-less commodities change reports alone.
            if (space_length(cursor.line(), cursor.at() + 1) > 0) {
                return true;
            }
            break;
        default:
            break;
    }
    return refuse(
        cursor,
        start,
        "interchange.unknown_directive",
        fmt::format("{} is neither a transaction nor a directive known here", shown(cursor.line()))
    );
}

bool JournalParser::read_end_directive(Cursor& cursor) {
    if (take_words(cursor, {"end", "apply", "account"})) {
        auto& parents = names_.state().parents;
        if (parents.empty()) {
            return refuse(
                cursor, 0, "interchange.bad_directive", "there is no `apply account` to end"
            );
        }
        parents.pop_back();
        names_.changed();
        return true;
    }
    if (take_words(cursor, {"end", "aliases"})) {
        names_.state().aliases.clear();
        names_.changed();
        return true;
    }
    if (take_words(cursor, {"end", "tag"})) {
        return true;
    }
    return refuse(
        cursor,
        0,
        "interchange.unknown_directive",
        fmt::format("{} ends nothing known here", shown(cursor.line()))
    );
}

bool JournalParser::read_account(Cursor& cursor) {
    if (!expect_space(cursor)) {
        return false;
    }
    SourcePosition at = position();
    at.column = column_of(cursor.line(), cursor.at());
    NamedAccount account;
    if (!names_.resolve(names_.read(cursor), at, account)) {
        return false;
    }
    context_ = Context::account;
    context_account_ = account.index;
    cursor.skip_spaces();
    if (cursor.ended()) {
        return true;
    }
    if (!cursor.take(';')) {
        return refuse(
            cursor,
            cursor.at(),
            "interchange.unexpected_text",
            fmt::format("{} is not expected behind the account's name", shown(cursor.rest()))
        );
    }
    return read_account_tags(cursor);
}

bool JournalParser::read_account_tags(const Cursor& comment) {
    std::vector<ImportedTag> tags;
    collect_tags(comment.rest(), tags);
    for (const auto& tag : tags) {
        if (tag.name == kMarksTag) {
            book_.accounts()[context_account_].marks = tag.value;
        }
        if (tag.name != "type") {
            continue;
        }
        const TypeName* type = find_type(tag.value);
        if (type == nullptr) {
            return refuse(
                comment,
                static_cast<std::size_t>(tag.value.data() - comment.line().data()),
                "interchange.bad_account_type",
                fmt::format(
                    "{} is no account type; A, L, E, R, X, C and V are, or their names",
                    shown(tag.value)
                )
            );
        }
        Account& account = book_.accounts()[context_account_];
        account.declared = type->type;
        account.declared_cash = type->cash;
    }
    return true;
}

bool JournalParser::has_decimal_mark(const Cursor& cursor, std::size_t at, const Number& number) {
    // Ledger's habit is to leave the mark out; without one there is nothing to learn, and hledger
    // refuses it.
    return number.decimal_mark != '\0' || number.ambiguous || options_.like == Like::ledger ||
           refuse(
               cursor,
               at,
               "interchange.bad_directive",
               "the amount needs a decimal mark, as in 1000.00 or 1.000,00, to show how numbers "
               "are written"
           );
}

bool JournalParser::declare_format(
    Cursor& cursor, std::size_t at, const RawAmount& amount, const Number& number
) {
    if (!has_decimal_mark(cursor, at, number)) {
        return false;
    }
    auto& facts = book_.commodities()[amount.commodity];
    if (number.decimal_mark != '\0') {
        facts.decimal_mark = number.decimal_mark;
    } else if (number.ambiguous) {
        return refuse(
            cursor,
            at,
            "interchange.ambiguous_number",
            fmt::format(
                "{} doesn't show whether its mark is for decimals or thousands; write 1.000,00 or "
                "1,000.00",
                shown(number.text)
            )
        );
    }
    facts.declared_precision = amount.precision;
    return true;
}

bool JournalParser::read_commodity(Cursor& cursor) {
    if (!expect_space(cursor)) {
        return false;
    }
    const std::size_t start = cursor.at();
    // `commodity $1,000.00` shows a format; `commodity $` may have one on the lines below.
    Cursor symbol_end = cursor;
    std::string_view symbol;
    if (cursor.peek() != '-' && cursor.peek() != '+' && cursor.peek() != '.' &&
        !is_digit(cursor.peek())) {
        if (!amounts_.read_symbol(symbol_end, symbol)) {
            return false;
        }
        symbol_end.skip_spaces();
        if (symbol_end.ended() || symbol_end.peek() == ';') {
            context_ = Context::commodity;
            return amounts_.intern(symbol_end, start, symbol, context_commodity_);
        }
    }
    RawAmount amount;
    Number number;
    if (!amounts_.read(cursor, amount, &number)) {
        return false;
    }
    cursor.skip_spaces();
    if (!cursor.ended() && cursor.peek() != ';') {
        return refuse(
            cursor,
            cursor.at(),
            "interchange.unexpected_text",
            fmt::format("{} is not expected behind the commodity's format", shown(cursor.rest()))
        );
    }
    context_ = Context::skipped;
    return declare_format(cursor, start, amount, number);
}

bool JournalParser::read_format(Cursor& cursor) {
    amounts_.at_line(sources_.back().index, sources_.back().lines.number());
    if (!cursor.take("format")) {
        return refuse(
            cursor,
            cursor.at(),
            "interchange.unknown_directive",
            fmt::format("{} is not known below a commodity; only `format` is", shown(cursor.rest()))
        );
    }
    if (!expect_space(cursor)) {
        return false;
    }
    const std::size_t start = cursor.at();
    RawAmount amount;
    Number number;
    if (!amounts_.read(cursor, amount, &number)) {
        return false;
    }
    if (amount.commodity != context_commodity_) {
        return refuse(
            cursor,
            start,
            "interchange.bad_directive",
            "the format shows another commodity than the directive names"
        );
    }
    return declare_format(cursor, start, amount, number);
}

bool JournalParser::read_default_commodity(Cursor& cursor) {
    cursor.take('D');
    if (!expect_space(cursor)) {
        return false;
    }
    const std::size_t start = cursor.at();
    RawAmount amount;
    Number number;
    if (!amounts_.read(cursor, amount, &number) || !has_decimal_mark(cursor, start, number)) {
        return false;
    }
    if (number.ambiguous) {
        return declare_format(cursor, start, amount, number);
    }
    amounts_.defaults().commodity = AmountDefaults::Commodity{
        .index = amount.commodity,
        .decimal_mark = number.decimal_mark == '\0' ? '.' : number.decimal_mark,
        .precision = amount.precision
    };
    return true;
}

bool JournalParser::read_price(Cursor& cursor) {
    cursor.take('P');
    cursor.skip_spaces();
    ImportedPrice price;
    price.source = position();
    std::int32_t days = 0;
    if (!read_date_here(cursor, year_, days)) {
        return false;
    }
    price.date = base::Date::from_unix_days(days);
    skip_time(cursor);
    if (!expect_space(cursor)) {
        return false;
    }
    const std::size_t symbol_at = cursor.at();
    std::string_view symbol;
    if (!amounts_.read_symbol(cursor, symbol) ||
        !amounts_.intern(cursor, symbol_at, symbol, price.commodity)) {
        return false;
    }
    cursor.skip_spaces();
    RawAmount amount;
    if (!amounts_.read(cursor, amount)) {
        return false;
    }
    auto& facts = book_.commodities()[amount.commodity];
    facts.inferred_precision = std::max(facts.inferred_precision.value_or(0), amount.precision);
    price.price_commodity = amount.commodity;
    price.price = amount.value;
    sink_.price(price, amount.open_comma);
    return true;
}

bool JournalParser::read_year(Cursor& cursor) {
    constexpr std::size_t kYearDigits = 4;
    cursor.take('Y');
    cursor.skip_spaces();
    const std::size_t start = cursor.at();
    int year = 0;
    while (is_digit(cursor.peek()) && cursor.at() - start < kYearDigits) {
        year = year * 10 + (cursor.peek() - '0');
        cursor.move_to(cursor.at() + 1);
    }
    const bool four = cursor.at() - start == kYearDigits && !is_digit(cursor.peek());
    cursor.skip_spaces();
    if (!four || year == 0 || (!cursor.ended() && cursor.peek() != ';')) {
        return refuse(
            cursor, start, "interchange.bad_directive", "a year of four digits is expected behind Y"
        );
    }
    year_ = year;
    return true;
}

bool JournalParser::read_decimal_mark(Cursor& cursor) {
    if (!expect_space(cursor)) {
        return false;
    }
    const char mark = cursor.peek();
    if (mark != '.' && mark != ',') {
        return refuse(
            cursor,
            cursor.at(),
            "interchange.bad_directive",
            "the decimal mark is a point or a comma"
        );
    }
    if (options_.like == Like::ledger) {
        book_.remark(
            RemarkKind::note,
            position(),
            "`decimal-mark` is not known to Ledger and has no effect here"
        );
        return true;
    }
    amounts_.defaults().decimal_mark = mark;
    return true;
}

bool JournalParser::read_alias(Cursor& cursor) {
    if (!expect_space(cursor)) {
        return false;
    }
    std::string why;
    if (!names_.state().aliases.add(stripped(cursor.rest()), why)) {
        return refuse(cursor, cursor.at(), "interchange.bad_alias", std::move(why));
    }
    names_.changed();
    return true;
}

bool JournalParser::read_apply_account(Cursor& cursor) {
    if (!expect_space(cursor)) {
        return false;
    }
    const auto name = names_.read(cursor);
    cursor.skip_spaces();
    if (name.empty() || !cursor.ended()) {
        return refuse(
            cursor,
            cursor.at(),
            "interchange.bad_directive",
            "an account name is expected behind `apply account`"
        );
    }
    auto& parents = names_.state().parents;
    if (parents.size() >= JournalLimits::kAccountDepth) {
        return refuse(cursor, 0, "interchange.bad_directive", "`apply account` is nested too deep");
    }
    parents.emplace_back(name.substr(0, JournalLimits::kAccountBytes));
    names_.changed();
    return true;
}

}  // namespace accubooks::interchange
