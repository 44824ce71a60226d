#include "ledger/alike.h"

#include <algorithm>

namespace accubooks::ledger {
namespace {

// Lines are compared as one text, sorted, so that their order doesn't matter. What a commodity that
// the books don't have is counted in is in no entry.
constexpr pg::Statement kAlike{
    .name = "ledger.entries_alike",
    .text = R"sql(
with given as (
    select string_agg(format('%s %s %s', g.account, trim_scale(g.amount::numeric * 10::numeric ^ c.scale), g.commodity), E'\n'
                      order by g.account, g.amount::numeric * 10::numeric ^ c.scale, g.commodity collate "C") as lines
      from unnest($4::bigint[], $5::text[], $6::text[]) g(account, amount, commodity)
      join books.commodity c on c.tenant_id = $1 and c.code = g.commodity
), of_day as materialized (
    select e.number
      from (select d.number, d.line_count
              from books.journal_entry d
             where d.tenant_id = $1
               and d.entry_date = $3
             order by d.number desc
             limit $8) e
     where e.line_count = cardinality($4::bigint[])
       and (select string_agg(format('%s %s %s', l.account_id, l.amount, l.commodity), E'\n'
                              order by l.account_id, l.amount, l.commodity)
              from books.journal_line l
             where l.tenant_id = $1
               and l.number = e.number) = (select lines from given)
     limit $7
), of_reference as materialized (
    select r.number
      from books.journal_entry r
     where r.tenant_id = $1
       and r.reference = $2
       and r.reference <> ''
     order by r.number desc
     limit $7
)
select e.number, e.entry_date, e.description, e.reference,
       e.number in (select number from of_day), e.number in (select number from of_reference)
  from books.journal_entry e
 where e.tenant_id = $1
   and e.number in (select number from of_day union select number from of_reference)
 order by e.number desc
 limit $7)sql",
};

}  // namespace

base::Task<std::vector<Alike>> entries_alike(pg::TenantTransaction& transaction, Unfinished entry) {
    std::vector<std::int64_t> accounts;
    std::vector<std::string> amounts;
    std::vector<std::string> commodities;
    for (const UnfinishedLine& line : entry.lines) {
        // A line that isn't whole makes the entry like no other: there are fewer lines than it has.
        if (line.account && line.amount) {
            accounts.push_back(line.account->value);
            amounts.push_back(base::to_string(*line.amount));
            commodities.push_back(line.commodity);
        }
    }
    const bool is_whole = accounts.size() == entry.lines.size();
    const pg::Rows rows = co_await transaction.execute(
        kAlike,
        pg::Params::of(
            transaction.tenant(),
            entry.reference,
            is_whole ? entry.date : std::nullopt,
            accounts,
            amounts,
            commodities,
            kAlikeMax,
            kAlikeLooksMax
        )
    );
    std::vector<Alike> alike;
    alike.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        alike.push_back({
            .number = rows[at].get<base::EntryNumber>(0),
            .date = rows[at].get<base::Date>(1),
            .description = rows[at].get<std::string>(2),
            .reference = rows[at].get<std::string>(3),
            .same_lines = rows[at].get<bool>(4),
            .same_reference = rows[at].get<bool>(5),
        });
    }
    co_return alike;
}

void write_alike(base::JsonWriter& json, const std::vector<Alike>& alike) {
    json.key("items").begin_array();
    for (const Alike& entry : alike) {
        json.begin_object()
            .member("number", entry.number.value)
            .member("date", base::to_string(entry.date))
            .member("description", entry.description)
            .member("reference", entry.reference)
            .member("same_lines", entry.same_lines)
            .member("same_reference", entry.same_reference)
            .end_object();
    }
    json.end_array();
}

}  // namespace accubooks::ledger
