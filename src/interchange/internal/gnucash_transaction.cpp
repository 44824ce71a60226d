#include "interchange/internal/gnucash_transaction.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/binary.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/exact.h"
#include "interchange/internal/gnucash_elements.h"
#include "interchange/internal/refusal.h"
#include "ledger/entry.h"

namespace accubooks::interchange {
namespace {

using Element = XmlRecord::Element;

/// The exact number, which nothing may be lost of.
base::Result<base::Decimal> amount_of(
    const Element& split, std::string_view child, SourcePosition& at
) {
    AB_TRY(fraction, fraction_of(split, child, at));
    return exact_decimal(fraction);
}

base::Result<std::string> memo_of(const Element& split, SourcePosition& at) {
    AB_TRY(memo, line_of_text(split, "split:memo", ledger::kTextLengthMax, at));
    AB_TRY(action, line_of_text(split, "split:action", ledger::kTextLengthMax, at));
    if (memo.empty() || action.empty()) {
        return memo.empty() ? action : memo;
    }
    std::string both = fmt::format("{}: {}", action, memo);
    if (base::characters_in(both) > ledger::kTextLengthMax) {
        return invalid(
            "interchange.bad_gnucash", "split:action and split:memo are together too long"
        );
    }
    return both;
}

/// A split and what it is beside its figures.
struct ReadSplit {
    GnucashSplit split;
    bool is_trading = false;
    bool is_void = false;
    bool is_reconciled = false;
};

base::Result<ReadSplit> read_split(
    const Element& element, const GnucashBook& book, SourcePosition& at
) {
    AB_TRY(value, amount_of(element, "split:value", at));
    AB_TRY(quantity, amount_of(element, "split:quantity", at));
    AB_TRY(memo, memo_of(element, at));
    AB_TRY(account_id, text_of(element, "split:account", at));
    const auto account = book.account(account_id);
    if (!account || book.accounts()[*account].type->role == GnucashType::Role::root) {
        return invalid(
            "interchange.bad_gnucash",
            fmt::format("no account before has the id {}", shown(account_id))
        );
    }
    const auto state = text_in(element, "split:reconciled-state").value_or("n");
    return ReadSplit{
        .split =
            {.account = *account,
             .quantity = quantity,
             .value = value,
             .memo = std::move(memo),
             .at = element.at()},
        .is_trading = book.accounts()[*account].type->role == GnucashType::Role::trading,
        .is_void = state == "v",
        .is_reconciled = state == "c" || state == "y",
    };
}

/// Adds the tag unless there is nothing to say.
base::Result<void> add_tag(
    GnucashTransaction& transaction, std::string name, std::string_view text
) {
    std::string value = on_one_line(stripped(text));
    if (value.empty()) {
        return {};
    }
    if (!base::is_plain_text(value) || base::characters_in(value) > ledger::kTextLengthMax) {
        return invalid(
            "interchange.bad_gnucash",
            fmt::format(
                "{} is longer than {} characters, or has some that can't be seen",
                name,
                ledger::kTextLengthMax
            )
        );
    }
    transaction.tags.emplace_back(std::move(name), std::move(value));
    return {};
}

/// What GnuCash keeps beside a transaction, as tags.
base::Result<void> read_slots(
    GnucashTransaction& transaction, const Element& element, SourcePosition& at
) {
    constexpr std::pair<std::string_view, std::string_view> kKept[] = {
        {"notes", "notes"}, {"trans-txn-type", "txn_type"}, {"online_id", "online_id"}
    };
    for (const auto& [key, tag] : kKept) {
        if (const auto value = slot_in(element, "trn:slots", key)) {
            at = value->at();
            AB_CHECK(add_tag(transaction, std::string{tag}, value->text()));
        }
    }
    if (const auto closing = slot_in(element, "trn:slots", "book_closing");
        closing && stripped(closing->text()) != "0") {
        const auto year = static_cast<int>(transaction.date.calendar().year());
        AB_CHECK(add_tag(transaction, "closing", std::to_string(year)));
    }
    return {};
}

/// The bank's own ids, which GnuCash keeps with the splits that they came for.
base::Result<void> read_bank_ids(
    GnucashTransaction& transaction, const std::vector<Element>& splits, SourcePosition& at
) {
    std::string ids;
    for (const Element& split : splits) {
        if (const auto id = slot_in(split, "split:slots", "online_id")) {
            at = id->at();
            ids += ids.empty() ? "" : ", ";
            ids += stripped(id->text());
        }
    }
    return add_tag(transaction, "online_id", ids);
}

/// The day: the one that GnuCash keeps as such, else that of the time.
base::Result<base::Date> date_of(const Element& element, SourcePosition& at) {
    if (const auto value = slot_in(element, "trn:slots", "date-posted")) {
        if (const auto day = value->child("gdate")) {
            at = day->at();
            const auto date = base::Date::parse(stripped(day->text()));
            if (!date) {
                return invalid(
                    "interchange.bad_date", fmt::format("{} is no day", shown(day->text()))
                );
            }
            return *date;
        }
    }
    return day_of(element, "trn:date-posted", at);
}

base::Result<void> add_checked(base::Decimal& sum, const base::Decimal& value) {
    if (!add_to(sum, value)) {
        return invalid("interchange.out_of_range", "the numbers here have too many digits");
    }
    return {};
}

base::Result<void> add_split(
    GnucashTransaction& transaction, GnucashSplit split, GnucashBook& book
) {
    GnucashAccount& account = book.accounts()[split.account];
    if (account.commodity == transaction.currency && split.quantity != split.value) {
        return invalid(
            "interchange.bad_gnucash",
            fmt::format(
                "the account holds the transaction's currency, and yet the split's value {} isn't "
                "its quantity {}",
                base::to_string(split.value),
                base::to_string(split.quantity)
            )
        );
    }
    AB_CHECK(book.see_amount(account.commodity, split.quantity, split.at));
    AB_CHECK(book.see_amount(transaction.currency, split.value, split.at));
    ++account.lines;
    transaction.splits.push_back(std::move(split));
    return {};
}

/// Sums of a transaction's values: of all, and of those on trading accounts.
struct Sums {
    base::Decimal all{};
    base::Decimal trading{};
};

base::Result<void> check_balance(
    const GnucashTransaction& transaction, const Sums& sums, const GnucashBook& book
) {
    const std::string currency = base::printable(book.code_of(transaction.currency));
    if (!sums.all.is_zero()) {
        return invalid(
            "interchange.unbalanced",
            fmt::format(
                "the splits' values come to {} {} and not to 0",
                base::to_string(normalised(sums.all)),
                currency
            )
        );
    }
    if (!sums.trading.is_zero()) {
        return invalid(
            "interchange.unbalanced",
            fmt::format(
                "the splits on trading accounts, which only mirror the others, come to {} {} and "
                "not to 0",
                base::to_string(normalised(sums.trading)),
                currency
            )
        );
    }
    return {};
}

base::Result<void> read_splits(
    GnucashTransaction& transaction,
    const std::vector<Element>& elements,
    GnucashBook& book,
    SourcePosition& at
) {
    std::vector<ReadSplit> splits;
    splits.reserve(elements.size());
    for (const Element& element : elements) {
        AB_TRY(split, read_split(element, book, at));
        splits.push_back(std::move(split));
    }
    const auto voided = std::ranges::count_if(splits, &ReadSplit::is_void);
    at = transaction.at;
    if (voided != 0 && static_cast<std::size_t>(voided) != splits.size()) {
        return invalid("interchange.bad_gnucash", "some of the splits are void and others aren't");
    }
    transaction.is_void = voided != 0;
    if (transaction.is_void) {
        return {};
    }
    Sums sums;
    for (ReadSplit& read : splits) {
        at = read.split.at;
        AB_CHECK(add_checked(sums.all, read.split.value));
        if (read.is_trading) {
            AB_CHECK(add_checked(sums.trading, read.split.value));
            continue;
        }
        transaction.reconciled += read.is_reconciled ? 1U : 0U;
        AB_CHECK(add_split(transaction, std::move(read.split), book));
    }
    at = transaction.at;
    return check_balance(transaction, sums, book);
}

void put_decimal(std::string& out, const base::Decimal& value) {
    put(out, value.mantissa());
    put(out, value.places());
}

base::Decimal take_decimal(BinaryReader& in) {
    const auto mantissa = in.take<base::Decimal::Mantissa>();
    return base::Decimal{mantissa, in.take<std::uint8_t>()};
}

/// What the books would keep of it, by names that mean the same in the next file.
base::Digest content_of(const GnucashTransaction& transaction, const GnucashBook& book) {
    std::string bytes = "accubooks gnucash transaction 1";
    put(bytes, transaction.date.unix_days());
    put_text(bytes, book.code_of(transaction.currency));
    put_text(bytes, transaction.number);
    put_text(bytes, transaction.description);
    put(bytes, static_cast<std::uint32_t>(transaction.tags.size()));
    for (const auto& [name, value] : transaction.tags) {
        put_text(bytes, name);
        put_text(bytes, value);
    }
    for (const GnucashSplit& split : transaction.splits) {
        const GnucashAccount& account = book.accounts()[split.account];
        put_text(bytes, account.path);
        put_text(bytes, book.code_of(account.commodity));
        put_decimal(bytes, split.quantity);
        put_decimal(bytes, split.value);
        put_text(bytes, split.memo);
    }
    return base::sha256(bytes);
}

}  // namespace

base::Result<GnucashTransaction> read_transaction(
    const Element& element, GnucashBook& book, SourcePosition& at
) {
    GnucashTransaction transaction{.at = element.at()};
    AB_TRY(id, text_of(element, "trn:id", at));
    transaction.identity = base::sha256(fmt::format("accubooks gnucash id {}", id));
    AB_TRY(currency, commodity_of(element, "trn:currency", book, at));
    transaction.currency = currency;
    AB_TRY(date, date_of(element, at));
    transaction.date = date;
    AB_TRY(number, line_of_text(element, "trn:num", ledger::kReferenceLengthMax, at));
    transaction.number = std::move(number);
    AB_TRY(description, line_of_text(element, "trn:description", ledger::kTextLengthMax, at));
    transaction.description = std::move(description);
    AB_CHECK(read_slots(transaction, element, at));
    const auto list = element.child("trn:splits");
    const auto splits = list ? list->children("trn:split") : std::vector<Element>{};
    AB_CHECK(read_bank_ids(transaction, splits, at));
    at = element.at();
    if (splits.size() > ledger::kLinesMax) {
        return invalid(
            "interchange.transaction_too_large",
            fmt::format("the transaction has more than {} splits", ledger::kLinesMax)
        );
    }
    AB_CHECK(read_splits(transaction, splits, book, at));
    transaction.content = content_of(transaction, book);
    return transaction;
}

void encode(const GnucashTransaction& transaction, std::string& out) {
    put(out, transaction.identity);
    put(out, transaction.content);
    put(out, transaction.date.unix_days());
    put(out, transaction.currency);
    put(out, transaction.at);
    put_text(out, transaction.number);
    put_text(out, transaction.description);
    put(out, static_cast<std::uint32_t>(transaction.tags.size()));
    for (const auto& [name, value] : transaction.tags) {
        put_text(out, name);
        put_text(out, value);
    }
    put(out, static_cast<std::uint32_t>(transaction.splits.size()));
    for (const GnucashSplit& split : transaction.splits) {
        put(out, split.account);
        put(out, split.at);
        put_decimal(out, split.quantity);
        put_decimal(out, split.value);
        put_text(out, split.memo);
    }
}

void decode(std::string_view bytes, GnucashTransaction& transaction) {
    BinaryReader in{bytes};
    transaction.identity = in.take<base::Digest>();
    transaction.content = in.take<base::Digest>();
    transaction.date = base::Date::from_unix_days(in.take<std::int32_t>());
    transaction.currency = in.take<std::uint32_t>();
    transaction.at = in.take<SourcePosition>();
    transaction.number = in.take_text();
    transaction.description = in.take_text();
    transaction.tags.resize(in.take<std::uint32_t>());
    for (auto& [name, value] : transaction.tags) {
        name = in.take_text();
        value = in.take_text();
    }
    transaction.splits.resize(in.take<std::uint32_t>());
    for (GnucashSplit& split : transaction.splits) {
        split.account = in.take<std::uint32_t>();
        split.at = in.take<SourcePosition>();
        split.quantity = take_decimal(in);
        split.value = take_decimal(in);
        split.memo = in.take_text();
    }
}

}  // namespace accubooks::interchange
