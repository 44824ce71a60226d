#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "interchange/gnucash_import.h"
#include "interchange/internal/journal_fixture.h"

/// For tests alone: GnuCash files, written tag by tag.
namespace accubooks::interchange {

struct SplitText {
    std::string account;     // its id
    std::string value;       // "1000/100"
    std::string quantity{};  // empty: as the value
    std::string more{};      // other elements of the split
};

struct TransactionText {
    std::string id = "t1";
    std::string day = "2024-05-17";
    std::string currency = "EUR";
    std::string more{};  // other elements of the transaction
};

inline std::string commodity_text(
    std::string_view tag, std::string_view id, std::string_view space = "CURRENCY"
) {
    return fmt::format(
        "<{0}><cmdty:space>{1}</cmdty:space><cmdty:id>{2}</cmdty:id></{0}>\n", tag, space, id
    );
}

/// An account below the root, unless `parent` says otherwise.
inline std::string account_text(
    std::string_view id,
    std::string_view name,
    std::string_view type,
    std::string_view more = "",
    std::string_view commodity = commodity_text("act:commodity", "EUR"),
    std::string_view parent = "root"
) {
    return fmt::format(
        "<gnc:account version=\"2.0.0\">\n<act:name>{}</act:name>\n<act:id "
        "type=\"guid\">{}</act:id>\n"
        "<act:type>{}</act:type>\n{}{}<act:parent type=\"guid\">{}</act:parent>\n</gnc:account>\n",
        name,
        id,
        type,
        commodity,
        more,
        parent
    );
}

inline std::string slot_text(std::string_view key, std::string_view value) {
    return fmt::format(
        "<slot><slot:key>{}</slot:key><slot:value type=\"string\">{}</slot:value></slot>\n",
        key,
        value
    );
}

inline std::string transaction_text(
    const TransactionText& transaction, const std::vector<SplitText>& splits
) {
    std::string text = fmt::format(
        "<gnc:transaction version=\"2.0.0\">\n<trn:id type=\"guid\">{}</trn:id>\n{}"
        "<trn:date-posted>\n<ts:date>{} 10:59:00 "
        "+0000</ts:date>\n</trn:date-posted>\n{}<trn:splits>\n",
        transaction.id,
        commodity_text("trn:currency", transaction.currency),
        transaction.day,
        transaction.more
    );
    for (const SplitText& split : splits) {
        text += fmt::format(
            "<trn:split>\n<split:value>{}</split:value>\n<split:quantity>{}</split:quantity>\n"
            "<split:account type=\"guid\">{}</split:account>\n{}</trn:split>\n",
            split.value,
            split.quantity.empty() ? split.value : split.quantity,
            split.account,
            split.more
        );
    }
    return text + "</trn:splits>\n</gnc:transaction>\n";
}

/// A file of one book with this in it.
inline std::string file_text(std::string_view inside) {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<gnc-v2 "
        "xmlns:gnc=\"http://www.gnucash.org/XML/gnc\">\n"
        "<gnc:book version=\"2.0.0\">\n{}</gnc:book>\n</gnc-v2>\n",
        inside
    );
}

/// The root, "bank" and "food", which are in euros.
inline std::string accounts_text() {
    return "<gnc:account><act:name>Root</act:name><act:id>root</act:id><act:type>ROOT</act:type></"
           "gnc:account>\n" +
           account_text("bank", "Bank", "BANK") + account_text("food", "Food", "EXPENSE");
}

inline ReadJournal read_gnucash(std::string_view content, const GnucashOptions& options = {}) {
    const JournalFolder folder;
    return read_source(GnucashImport::open(folder.write("books.gnucash", content), options));
}

/// The import of a book that has `accounts_text` and this.
inline ReadJournal read_book(std::string_view inside, const GnucashOptions& options = {}) {
    return read_gnucash(file_text(accounts_text() + std::string{inside}), options);
}

}  // namespace accubooks::interchange
