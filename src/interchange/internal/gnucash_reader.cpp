#include "interchange/internal/gnucash_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/gnucash_elements.h"

namespace accubooks::interchange {
namespace {

using Element = XmlRecord::Element;
using Role = GnucashType::Role;

/// What people call the elements that aren't imported. Source: GnuCash, gnucash-v2.rnc.
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kLeft = {{
    {"book:slots", "settings of the book"},
    {"gnc:schedxaction", "scheduled transactions"},
    {"gnc:template-transactions", "templates of scheduled transactions"},
    {"gnc:budget", "budgets"},
    {"gnc:GncInvoice", "invoices, bills and vouchers (their postings are)"},
    {"gnc:GncEntry", "entries of invoices, bills and vouchers"},
    {"gnc:GncCustomer", "customers"},
    {"gnc:GncVendor", "vendors"},
    {"gnc:GncEmployee", "employees"},
    {"gnc:GncJob", "jobs"},
    {"gnc:GncOrder", "orders"},
    {"gnc:GncBillTerm", "terms of payment"},
    {"gnc:GncTaxTable", "tax tables"},
    {"gnc:GncAddress", "addresses"},
    {"gnc:GncOwner", "owners"},
}};

std::string_view called(std::string_view element) {
    const auto* const found =
        std::ranges::find(kLeft, element, &std::pair<std::string_view, std::string_view>::first);
    return found == kLeft.end() ? element : found->second;
}

/// Whether GnuCash made the account for what it couldn't place: a bank account right below the
/// root, whose name, "Imbalance" and "Orphan" in the user's language, ends with its own currency.
bool is_scrub_account(const GnucashAccount& account, const GnucashBook& book) {
    const bool is_top = account.parent && book.accounts()[*account.parent].path.empty();
    return (is_top || !account.parent) && account.type->name == "BANK" &&
           account.name.ends_with(fmt::format("-{}", book.code_of(account.commodity)));
}

/// Errors: `interchange.bad_account` where it isn't fit to be a part of a path.
base::Result<std::string> name_of(const Element& element, SourcePosition& at) {
    AB_TRY(text, text_of(element, "act:name", at));
    std::string name = on_one_line(text);
    if (!base::is_plain_text(name)) {
        return invalid(
            "interchange.bad_account",
            fmt::format("the account's name {} has characters that can't be seen", shown(name))
        );
    }
    return name;
}

base::Result<const GnucashType*> type_of(const Element& element, SourcePosition& at) {
    AB_TRY(text, text_of(element, "act:type", at));
    const GnucashType* const type = gnucash_type(text);
    if (type == nullptr) {
        return invalid(
            "interchange.bad_account", fmt::format("{} is no type of account", shown(text))
        );
    }
    return type;
}

}  // namespace

std::optional<XmlHandler::Way> GnucashReader::begin(
    std::string_view name, std::size_t depth, SourcePosition at
) {
    if (depth == 0) {
        if (name != "gnc-v2") {
            refusal_.refuse(
                at,
                "interchange.not_gnucash",
                fmt::format("the XML is {} and not the gnc-v2 that GnuCash writes", shown(name))
            );
            return std::nullopt;
        }
        return Way::enter;
    }
    prices_depth_ = depth < prices_depth_ ? 0 : prices_depth_;
    if (name == "gnc:book" && depth == 1) {
        if (std::exchange(has_book_, true)) {
            refusal_.refuse(
                at, "interchange.bad_gnucash", "the file has a second book; import them one by one"
            );
            return std::nullopt;
        }
        return Way::enter;
    }
    return way_of(name, depth, at);
}

XmlHandler::Way GnucashReader::way_of(std::string_view name, std::size_t depth, SourcePosition at) {
    if (prices_depth_ != 0) {
        return name == "price" ? Way::record : Way::skip;
    }
    if (name == "gnc:pricedb") {
        prices_depth_ = depth + 1;
        return Way::enter;
    }
    if (name == "gnc:commodity" || name == "gnc:account" || name == "gnc:transaction") {
        return Way::record;
    }
    if (name != "book:id" && name != "gnc:count-data") {
        count(called(name), at);
    }
    return Way::skip;
}

bool GnucashReader::record(const XmlRecord& record) {
    SourcePosition at = record.root().at();
    const auto done = read(record.root(), at);
    if (!done) {
        refusal_.refuse(at, done.error().code, done.error().detail);
    }
    // Transactions have nothing to do with each other; the rest of a file needs its accounts.
    return done || (record.root().name() == "gnc:transaction" && refusal_.go_on());
}

base::Result<void> GnucashReader::read(const Element& element, SourcePosition& at) {
    if (element.name() == "gnc:transaction") {
        return take_transaction(element, at);
    }
    if (element.name() == "gnc:account") {
        return read_account(element, at);
    }
    return element.name() == "price" ? read_price(element, at) : read_commodity(element, at);
}

base::Result<void> GnucashReader::read_commodity(const Element& element, SourcePosition& at) {
    AB_TRY(name, commodity_name(element, at));
    if (name.space == "template") {
        return {};  // of the templates of scheduled transactions
    }
    AB_TRY(commodity, book_.intern_commodity(name, at));
    if (name.is_currency() || !element.child("cmdty:fraction")) {
        return {};
    }
    AB_TRY(fraction, text_of(element, "cmdty:fraction", at));
    AB_TRY(smallest, parse_fraction(fmt::format("1/{}", fraction)));
    if (const auto places = exact_decimal(smallest)) {
        book_.declare_places(commodity, places->places(), at);
    }
    return {};
}

base::Result<void> GnucashReader::read_account(const Element& element, SourcePosition& at) {
    AB_TRY(id, text_of(element, "act:id", at));
    AB_TRY(type, type_of(element, at));
    GnucashAccount account{.type = type, .at = element.at()};
    if (type->role == Role::root) {
        at = element.at();
        return book_.add_account(std::string{id}, std::move(account));
    }
    AB_TRY(name, name_of(element, at));
    AB_TRY(commodity, commodity_of(element, "act:commodity", book_, at));
    if (const auto parent_id = text_in(element, "act:parent")) {
        account.parent = book_.account(*parent_id);
        at = element.at();
        if (!account.parent) {
            return invalid(
                "interchange.bad_account",
                fmt::format("no account before has the id {} of its parent", shown(*parent_id))
            );
        }
    }
    const std::string above = account.parent ? book_.accounts()[*account.parent].path : "";
    account.path = above.empty() ? name : fmt::format("{}:{}", above, name);
    account.name = std::move(name);
    account.commodity = commodity;
    account.is_hidden = is_set(element, "act:slots", "hidden");
    account.is_placeholder = is_set(element, "act:slots", "placeholder");
    if (const auto kind = slot_in(element, "act:slots", "equity-type")) {
        account.is_opening_balance = stripped(kind->text()) == "opening-balance";
    }
    if (const auto lots = element.child("act:lots")) {
        count("lots, which tie payments to invoices", lots->at(), lots->children("gnc:lot").size());
    }
    if (text_in(element, "act:code") || text_in(element, "act:description")) {
        count("codes and descriptions of accounts", account.at);
    }
    at = element.at();
    return book_.add_account(std::string{id}, std::move(account));
}

base::Result<void> GnucashReader::read_price(const Element& element, SourcePosition& at) {
    AB_TRY(commodity, commodity_of(element, "price:commodity", book_, at));
    AB_TRY(currency, commodity_of(element, "price:currency", book_, at));
    AB_TRY(date, day_of(element, "price:time", at));
    AB_TRY(value, fraction_of(element, "price:value", at));
    const auto exact = exact_decimal(value);
    const base::Decimal price = exact ? *exact : rounded_decimal(value);
    if (!exact) {
        add_remark(
            book_.report(),
            RemarkKind::note,
            at,
            fmt::format(
                "the price {}/{} is kept as {}",
                value.numerator,
                value.denominator,
                base::to_string(price)
            )
        );
    }
    sink_.price({
        .date = date,
        .commodity = commodity,
        .price = price,
        .price_commodity = currency,
        .source = element.at(),
    });
    return {};
}

base::Result<void> GnucashReader::take_transaction(const Element& element, SourcePosition& at) {
    ++book_.report().transactions;
    AB_TRY(transaction, read_transaction(element, book_, at));
    if (transaction.is_void) {
        add_remark(
            book_.report(), RemarkKind::note, transaction.at, "a void transaction isn't posted"
        );
        return {};
    }
    count("marks of reconciled or cleared splits", transaction.at, transaction.reconciled);
    sink_.transaction(transaction);
    return {};
}

void GnucashReader::count(std::string_view what, SourcePosition at, std::uint64_t times) {
    if (times == 0) {
        return;
    }
    auto found = left_.find(what);
    if (found == left_.end()) {
        // A file may have as many names of elements as it likes.
        constexpr std::size_t kNamesMax = 1000;
        const std::string_view name = left_.size() < kNamesMax ? what : "other elements";
        found = left_.try_emplace(std::string{name}, Count{.first = at}).first;
    }
    found->second.times += times;
}

void GnucashReader::remark_on_accounts() {
    const auto remark =
        [this](RemarkKind kind, const GnucashAccount& account, std::string_view what) {
            add_remark(
                book_.report(), kind, account.at, fmt::format("{} {}", shown(account.path), what)
            );
        };
    for (const GnucashAccount& account : book_.accounts()) {
        if (account.type->role != Role::books) {
            continue;
        }
        if (account.lines != 0 && is_scrub_account(account, book_)) {
            remark(
                RemarkKind::warning,
                account,
                "is where GnuCash puts what it couldn't place; look at its entries"
            );
        }
        const bool is_closed = account.is_hidden || account.is_placeholder;
        if (is_closed && account.lines != 0) {
            remark(
                RemarkKind::note,
                account,
                "is hidden or a placeholder in GnuCash; it has lines, so it stays open"
            );
        }
    }
}

void GnucashReader::conclude() {
    for (const auto& [what, count] : left_) {
        add_remark(
            book_.report(),
            RemarkKind::note,
            count.first,
            fmt::format("not imported: {} {}", count.times, base::printable(what))
        );
    }
    remark_on_accounts();
}

}  // namespace accubooks::interchange
