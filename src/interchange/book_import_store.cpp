#include "interchange/book_import_store.h"

#include "interchange/book_import.h"

namespace accubooks::interchange {
namespace {

constexpr pg::Statement kInsertPrices{
    .name = "interchange.insert_prices",
    .text = R"sql(
insert into books.price (tenant_id, commodity, quote_commodity, on_date, price, source)
select distinct on (commodity, quote, day) $1, commodity, quote, day, price::numeric, 'import'
  from unnest($2::text[], $3::text[], $4::date[], $5::text[]) with ordinality
    as new (commodity, quote, day, price, position)
 order by commodity, quote, day, position desc
on conflict (tenant_id, commodity, quote_commodity, on_date)
   do update set price = excluded.price, source = excluded.source)sql",
};

constexpr pg::Statement kWidenCommodity{
    .name = "interchange.widen_commodity",
    .text = "select books.widen_commodity($1, $2, $3)",
};

constexpr pg::Statement kSettledCommodities{
    .name = "interchange.settled_commodities",
    .text = R"sql(
select c.code, c.scale
  from books.ledger b
  join books.commodity c on c.tenant_id = $1
 where b.tenant_id = $1
   and b.last_number > 0
   and (c.code = b.base_commodity
        or exists (select from books.account_balance a where a.tenant_id = $1 and a.commodity = c.code)
        or exists (select from books.journal_line l where l.tenant_id = $1 and l.cost_commodity = c.code)))sql",
};

}  // namespace

base::Task<std::vector<ledger::PostingVerdict>> post_all(
    pg::TenantTransaction& transaction,
    const std::vector<ledger::Posting>& postings,
    base::Instant posted_at
) {
    std::vector<const ledger::Posting*> batch;
    batch.reserve(postings.size());
    for (const ledger::Posting& posting : postings) {
        batch.push_back(&posting);
    }
    pg::Query query = ledger::post_entries_query(transaction.tenant(), batch, posted_at);
    co_return ledger::verdicts_of(
        co_await transaction.execute(*query.statement, std::move(query.params))
    );
}

base::Task<void> insert_prices(
    pg::TenantTransaction& transaction, std::vector<PriceToKeep> prices
) {
    std::vector<std::string> commodities;
    std::vector<std::string> quotes;
    std::vector<base::Date> days;
    std::vector<std::string> values;
    for (PriceToKeep& price : prices) {
        commodities.push_back(std::move(price.commodity));
        quotes.push_back(std::move(price.quote_commodity));
        days.push_back(price.date);
        values.push_back(std::move(price.price));
    }
    co_await transaction.execute(
        kInsertPrices, pg::Params::of(transaction.tenant(), commodities, quotes, days, values)
    );
}

base::Task<bool> widen_commodity(
    pg::TenantTransaction& transaction, const base::Commodity& commodity
) {
    const pg::Rows rows = co_await transaction.execute(
        kWidenCommodity,
        pg::Params::of(
            transaction.tenant(), commodity.code, static_cast<std::int16_t>(commodity.scale)
        )
    );
    co_return rows[0].get<bool>(0);
}

base::Task<std::vector<base::Commodity>> settled_commodities(
    pg::Pool& pool, base::TenantId tenant, base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    const pg::Rows rows = co_await transaction.execute(kSettledCommodities, pg::Params::of(tenant));
    std::vector<base::Commodity> settled;
    settled.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        settled.push_back({
            .code = rows[at].get<std::string>(0),
            .scale = static_cast<std::uint8_t>(rows[at].get<std::int16_t>(1)),
        });
    }
    co_await transaction.commit();
    co_return settled;
}

}  // namespace accubooks::interchange
