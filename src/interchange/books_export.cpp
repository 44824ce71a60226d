#include "interchange/books_export.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "interchange/archive_writer.h"
#include "interchange/hledger_writer.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "ledger/entry_search.h"
#include "ledger/epoch_store.h"
#include "ledger/period_store.h"
#include "ledger/tenant_audit.h"

namespace accubooks::interchange {
namespace {

constexpr pg::Statement kHead{
    .name = "interchange.export_head",
    .text = R"sql(
select base_commodity, epoch, last_number, head_hash, closed_through, locked_through,
       year_starts_month, year_starts_day, time_zone
  from books.ledger
 where tenant_id = $1)sql",
};

constexpr pg::Statement kPrices{
    .name = "interchange.export_prices",
    .text = R"sql(
select commodity, quote_commodity, on_date, price::text
  from books.price
 where tenant_id = $1
   and ($2::text is null or (commodity, quote_commodity, on_date) > ($2, $3, $4))
 order by commodity, quote_commodity, on_date
 limit $5)sql",
};

constexpr pg::Statement kBalances{
    .name = "interchange.export_balances",
    .text = R"sql(
select account_id, commodity, month, debit, credit, base_debit, base_credit
  from books.account_balance
 where tenant_id = $1
   and ($2::bigint is null or (account_id, commodity, month) > ($2, $3, $4))
 order by account_id, commodity, month
 limit $5)sql",
};

constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::int64_t kEntriesAtOnce = 500;

ArchivedPrice price_of(const pg::Row& row) {
    auto price = base::Decimal::parse(row.get<std::string>(3));
    base::ensure(price.has_value(), "an import keeps prices that it could read");
    return {
        .commodity = row.get<std::string>(0),
        .quote_commodity = row.get<std::string>(1),
        .date = row.get<base::Date>(2),
        .price = *price,
    };
}

ArchivedBalance balance_of(const pg::Row& row) {
    return {
        .account = base::AccountId{row.get<std::int64_t>(0)},
        .commodity = row.get<std::string>(1),
        .month = row.get<base::Date>(2),
        .debit = row.get<std::int64_t>(3),
        .credit = row.get<std::int64_t>(4),
        .base_debit = row.get<std::int64_t>(5),
        .base_credit = row.get<std::int64_t>(6),
    };
}

}  // namespace

base::Task<base::Result<BooksExport>> BooksExport::begin(
    pg::Pool& pool, const base::Clock& clock, base::TenantId tenant, base::Deadline deadline
) {
    BooksExport books{
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline)
    };
    const pg::Rows head = co_await books.transaction_.execute(kHead, pg::Params::of(tenant));
    if (head.empty()) {
        co_return std::unexpected(ledger::no_books());
    }
    books.head_ = {
        .tenant = tenant,
        .base_currency = head[0].get<std::string>(0),
        .epoch = head[0].get<std::int32_t>(1),
        .last_entry = base::EntryNumber{head[0].get<std::int64_t>(2)},
        .head_hash = head[0].get<base::Digest>(3),
        .closure =
            {.closed_through = head[0].get<std::optional<base::Date>>(4),
             .locked_through = head[0].get<std::optional<base::Date>>(5)},
        .calendar =
            {.year_starts_month = static_cast<unsigned>(head[0].get<std::int16_t>(6)),
             .year_starts_day = static_cast<unsigned>(head[0].get<std::int16_t>(7)),
             .time_zone = head[0].get<std::string>(8)},
        .exported_at = clock.now(),
    };
    books.commodities_ = co_await ledger::all_commodities(books.transaction_);
    books.accounts_ = co_await ledger::all_accounts(books.transaction_);
    // Ids are given in order, and no account is made before its parent.
    std::ranges::sort(books.accounts_, {}, &ledger::Account::id);
    co_return books;
}

template <class Writer>
base::Task<bool> BooksExport::write_prices(Writer& writer, const ExportSink& sink) {
    std::optional<ArchivedPrice> last;
    while (true) {
        const pg::Rows rows = co_await transaction_.execute(
            kPrices,
            pg::Params::of(
                head_.tenant,
                last.transform([](const auto& price) { return price.commodity; }),
                last.transform([](const auto& price) { return price.quote_commodity; }),
                last.transform([](const auto& price) { return price.date; }),
                kRowsAtOnce
            )
        );
        std::string piece;
        for (int at = 0; at < rows.size(); ++at) {
            last = price_of(rows[at]);
            piece += writer.price(*last);
        }
        if (!piece.empty() && !co_await sink(std::move(piece))) {
            co_return false;
        }
        if (rows.size() < kRowsAtOnce) {
            co_return true;
        }
    }
}

template <class Writer>
base::Task<bool> BooksExport::write_entries(Writer& writer, const ExportSink& sink) {
    ledger::EntryPageQuery query{.limit = kEntriesAtOnce};
    while (true) {
        const ledger::EntryPage page = co_await ledger::list_entries(transaction_, query);
        std::string piece;
        for (const ledger::PostedEntry& posted : page.entries) {
            piece += writer.entry(posted);
        }
        if (!piece.empty() && !co_await sink(std::move(piece))) {
            co_return false;
        }
        if (!page.next) {
            co_return true;
        }
        query.after = page.next;
    }
}

template <class Writer>
base::Task<bool> BooksExport::write_balances(Writer& writer, const ExportSink& sink) {
    std::optional<ArchivedBalance> last;
    while (true) {
        const pg::Rows rows = co_await transaction_.execute(
            kBalances,
            pg::Params::of(
                head_.tenant,
                last.transform([](const auto& balance) { return balance.account; }),
                last.transform([](const auto& balance) { return balance.commodity; }),
                last.transform([](const auto& balance) { return balance.month; }),
                kRowsAtOnce
            )
        );
        std::string piece;
        for (int at = 0; at < rows.size(); ++at) {
            last = balance_of(rows[at]);
            piece += writer.balance(*last);
        }
        if (!piece.empty() && !co_await sink(std::move(piece))) {
            co_return false;
        }
        if (rows.size() < kRowsAtOnce) {
            co_return true;
        }
    }
}

template <class Writer>
base::Task<bool> BooksExport::write_audit(Writer& writer, const ExportSink& sink) {
    std::int64_t last = 0;
    while (true) {
        const auto events = co_await ledger::list_audit(transaction_, {}, last, kRowsAtOnce);
        std::string piece;
        for (const ledger::AuditEvent& event : events) {
            piece += writer.audit_event(event);
            last = event.number;
        }
        if (!piece.empty() && !co_await sink(std::move(piece))) {
            co_return false;
        }
        if (events.size() < static_cast<std::size_t>(kRowsAtOnce)) {
            co_return true;
        }
    }
}

template <class Writer>
base::Task<bool> BooksExport::write_records(Writer writer, const ExportSink& sink) {
    std::string piece = writer.head(head_);
    for (const base::Commodity& commodity : commodities_) {
        piece += writer.commodity(commodity);
    }
    for (const ledger::Account& account : accounts_) {
        piece += writer.account(account);
    }
    if (!co_await sink(std::move(piece)) || !co_await write_prices(writer, sink)) {
        co_return false;
    }
    std::string links;
    for (const ledger::Epoch& epoch : co_await ledger::epochs_of(transaction_)) {
        links += writer.epoch(epoch);
    }
    for (const ledger::PeriodAct& act : co_await ledger::period_acts(transaction_)) {
        links += writer.period_act(act);
    }
    if (!links.empty() && !co_await sink(std::move(links))) {
        co_return false;
    }
    if (!co_await write_entries(writer, sink) || !co_await write_balances(writer, sink) ||
        !co_await write_audit(writer, sink)) {
        co_return false;
    }
    co_await transaction_.commit();
    co_return co_await sink(writer.end());
}

base::Task<bool> BooksExport::write(ExportFormat format, const ExportSink& sink) {
    if (format == ExportFormat::hledger) {
        co_return co_await write_records(HledgerWriter{}, sink);
    }
    co_return co_await write_records(ArchiveWriter{}, sink);
}

}  // namespace accubooks::interchange
