#include "ledger/entry_search.h"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "ledger/entry_store.h"
#include "ledger/tags.h"

namespace accubooks::ledger {
namespace {

constexpr std::int64_t kChunk = 1000;  // entries looked at in one go

constexpr pg::Statement kDayOf{
    .name = "ledger.day_of_entry",
    .text = "select entry_date from books.journal_entry where tenant_id = $1 and number = $2",
};

constexpr pg::Statement kMonthsOf{
    .name = "ledger.months_of_account",
    .text = R"sql(
select distinct month
  from books.account_balance
 where tenant_id = $1
   and account_id = $2
 order by month)sql",
};

constexpr pg::Statement kByNumber{
    .name = "ledger.entries_by_number",
    .text = R"sql(
select number, entry_date
  from books.journal_entry
 where tenant_id = $1
   and number > $2
 order by number
 limit $3)sql",
};

constexpr pg::Statement kByNumberBack{
    .name = "ledger.entries_by_number_back",
    .text = R"sql(
select number, entry_date
  from books.journal_entry
 where tenant_id = $1
   and number < $2
 order by number desc
 limit $3)sql",
};

constexpr pg::Statement kByReference{
    .name = "ledger.entries_by_reference",
    .text = R"sql(
select number, entry_date
  from books.journal_entry
 where tenant_id = $1
   and reference = $2
   and reference <> ''
   and number > $3
 order by number
 limit $4)sql",
};

constexpr pg::Statement kByReferenceBack{
    .name = "ledger.entries_by_reference_back",
    .text = R"sql(
select number, entry_date
  from books.journal_entry
 where tenant_id = $1
   and reference = $2
   and reference <> ''
   and number < $3
 order by number desc
 limit $4)sql",
};

constexpr pg::Statement kByDay{
    .name = "ledger.entries_by_day",
    .text = R"sql(
select number, entry_date
  from books.journal_entry
 where tenant_id = $1
   and (entry_date, number) > ($2, $3)
   and entry_date <= $4
 order by entry_date, number
 limit $5)sql",
};

constexpr pg::Statement kByDayBack{
    .name = "ledger.entries_by_day_back",
    .text = R"sql(
select number, entry_date
  from books.journal_entry
 where tenant_id = $1
   and (entry_date, number) < ($2, $3)
   and entry_date >= $4
 order by entry_date desc, number desc
 limit $5)sql",
};

// Lines are read once for all entries, by their keys; each condition on them only if it is asked
// for.
constexpr pg::Statement kMatching{
    .name = "ledger.matching_entries",
    .text = R"sql(
select e.number
  from books.journal_entry e
 where e.tenant_id = $1
   and e.number = any($2)
   and ($3::date is null or e.entry_date >= $3)
   and ($4::date is null or e.entry_date <= $4)
   and ($5::text is null or e.reference = $5)
   and ($6::jsonb is null or e.tags @> $6)
   and ($7::text is null
        or strpos(lower(e.description), lower($7)) > 0
        or e.number in (
               select l.number
                 from books.journal_line l
                where l.tenant_id = $1
                  and l.number = any($2)
                  and strpos(lower(l.memo), lower($7)) > 0))
   and (($8::bigint is null and $9::text is null)
        or e.number in (
               select l.number
                 from books.journal_line l
                 join books.commodity c on c.tenant_id = $1 and c.code = l.commodity
                where l.tenant_id = $1
                  and l.number = any($2)
                  and ($8::bigint is null or l.account_id = $8)
                  and ($9::text is null or abs(l.amount) = $9::numeric * 10::numeric ^ c.scale))))sql",
};

const base::Date kFirstDay = *base::Date::of(1, 1, 1);
const base::Date kLastDay = *base::Date::of(9999, 12, 31);
constexpr std::int64_t kBeforeAll = 0;
constexpr std::int64_t kBehindAll = std::numeric_limits<std::int64_t>::max();

/// Where a walk through the journal stands: behind the entry `number` of `day`, in its order.
struct Place {
    base::Date day;
    std::int64_t number = kBeforeAll;

    friend auto operator<=>(const Place&, const Place&) = default;
};

struct Days {
    base::Date first;
    base::Date last;
};

base::Date last_of_month(base::Date month) {
    return month.first_of_month() == kLastDay.first_of_month()
               ? kLastDay
               : month.first_of_next_month().plus_days(-1);
}

/// Whether entries have to be looked at one by one, beyond what an index gives.
bool needs_looks(const EntryFilter& filter) {
    return filter.account || filter.amount || filter.text || !filter.tags.empty() ||
           (filter.reference && (filter.from || filter.to));
}

/// One page's way through the journal.
class Walk {
public:
    Walk(pg::TenantTransaction& transaction, const EntryPageQuery& query)
        : transaction_{transaction}, query_{query} {}

    /// Fills `numbers` with up to `wanted` entries that are what is asked for, in order.
    base::Task<void> go(std::int64_t wanted);

    std::vector<std::int64_t> numbers{};
    /// The entry at which the walk was given up, though there may be more behind it.
    std::optional<base::EntryNumber> given_up_at{};

private:
    bool is_by_day() const {
        const EntryFilter& filter = query_.filter;
        return !filter.reference && (filter.from || filter.to || filter.account);
    }
    bool is_forward() const { return query_.order == EntryOrder::oldest_first; }
    Place beginning_of(const Days& days) const {
        return is_forward() ? Place{.day = days.first, .number = kBeforeAll}
                            : Place{.day = days.last, .number = kBehindAll};
    }
    base::Task<std::vector<Days>> ranges() const;
    base::Task<void> walk(std::optional<Days> within, std::int64_t wanted);
    base::Task<pg::Rows> chunk(std::optional<Days> within, std::int64_t size) const;
    base::Task<void> take(const pg::Rows& seen, std::int64_t wanted);

    pg::TenantTransaction& transaction_;
    const EntryPageQuery& query_;
    Place place_ = beginning_of({.first = kFirstDay, .last = kLastDay});
    std::int64_t looks_ = 0;
};

base::Task<void> Walk::go(std::int64_t wanted) {
    if (query_.after) {
        place_.number = query_.after->value;
    }
    if (!is_by_day()) {
        co_await walk(std::nullopt, wanted);
        co_return;
    }
    if (query_.after) {
        const pg::Rows rows = co_await transaction_.execute(
            kDayOf, pg::Params::of(transaction_.tenant(), place_.number)
        );
        if (rows.empty()) {
            co_return;
        }
        place_.day = rows[0].get<base::Date>(0);
    }
    for (const Days& days : co_await ranges()) {
        const Place beginning = beginning_of(days);
        place_ = is_forward() ? std::max(place_, beginning) : std::min(place_, beginning);
        if (days.first <= place_.day && place_.day <= days.last) {
            co_await walk(days, wanted);
        }
    }
}

/// The days that are asked for; of an account, those of the months in which it moved. In the walk's
/// order.
base::Task<std::vector<Days>> Walk::ranges() const {
    const EntryFilter& filter = query_.filter;
    const Days asked{
        .first = filter.from.value_or(kFirstDay), .last = filter.to.value_or(kLastDay)
    };
    std::vector<Days> ranges;
    if (!filter.account) {
        ranges.push_back(asked);
        co_return ranges;
    }
    const pg::Rows months = co_await transaction_.execute(
        kMonthsOf, pg::Params::of(transaction_.tenant(), *filter.account)
    );
    ranges.reserve(static_cast<std::size_t>(months.size()));
    for (int at = 0; at < months.size(); ++at) {
        const auto month = months[at].get<base::Date>(0);
        const Days days{
            .first = std::max(month, asked.first),
            .last = std::min(last_of_month(month), asked.last)
        };
        if (days.first <= days.last) {
            ranges.push_back(days);
        }
    }
    if (!is_forward()) {
        std::ranges::reverse(ranges);
    }
    co_return ranges;
}

base::Task<void> Walk::walk(std::optional<Days> within, std::int64_t wanted) {
    const bool looks = needs_looks(query_.filter);
    const auto found = [this] { return static_cast<std::int64_t>(numbers.size()); };
    while (found() < wanted && !given_up_at) {
        const std::int64_t size = looks ? kChunk : wanted - found();
        const pg::Rows seen = co_await chunk(within, size);
        if (seen.empty()) {
            co_return;
        }
        co_await take(seen, wanted);
        const pg::Row last = seen[seen.size() - 1];
        place_ = {.day = last.get<base::Date>(1), .number = last.get<std::int64_t>(0)};
        if (seen.size() < size) {
            co_return;
        }
        looks_ += looks ? size : 0;
        if (looks_ >= kPageLooksMax) {
            given_up_at = base::EntryNumber{place_.number};
        }
    }
}

/// The next entries of the walk, in order.
base::Task<pg::Rows> Walk::chunk(std::optional<Days> within, std::int64_t size) const {
    const base::TenantId tenant = transaction_.tenant();
    if (within) {
        co_return co_await transaction_.execute(
            is_forward() ? kByDay : kByDayBack,
            pg::Params::of(
                tenant, place_.day, place_.number, is_forward() ? within->last : within->first, size
            )
        );
    }
    if (const auto& reference = query_.filter.reference) {
        co_return co_await transaction_.execute(
            is_forward() ? kByReference : kByReferenceBack,
            pg::Params::of(tenant, *reference, place_.number, size)
        );
    }
    co_return co_await transaction_.execute(
        is_forward() ? kByNumber : kByNumberBack, pg::Params::of(tenant, place_.number, size)
    );
}

/// Keeps those of `seen` that are what is asked for, up to `wanted` in all.
base::Task<void> Walk::take(const pg::Rows& seen, std::int64_t wanted) {
    std::vector<std::int64_t> given =
        seen.map([](const pg::Row& row) { return row.get<std::int64_t>(0); });
    const EntryFilter& filter = query_.filter;
    std::unordered_set<std::int64_t> matching{given.begin(), given.end()};
    if (needs_looks(filter)) {
        pg::Params params =
            pg::Params::of(transaction_.tenant(), given, filter.from, filter.to, filter.reference);
        params.add_json(tags_json(filter.tags)).add(filter.text).add(filter.account);
        params.add(filter.amount.transform([](const base::Decimal& amount) {
            return base::to_string(amount.abs());
        }));
        const pg::Rows rows = co_await transaction_.execute(kMatching, std::move(params));
        matching.clear();
        for (int at = 0; at < rows.size(); ++at) {
            matching.insert(rows[at].get<std::int64_t>(0));
        }
    }
    for (const std::int64_t number : given) {
        if (matching.contains(number) && static_cast<std::int64_t>(numbers.size()) < wanted) {
            numbers.push_back(number);
        }
    }
}

}  // namespace

base::Task<EntryPage> list_entries(pg::TenantTransaction& transaction, EntryPageQuery query) {
    Walk walk{transaction, query};
    co_await walk.go(query.limit + 1);  // one more tells whether there is a next page
    const bool has_more = std::ssize(walk.numbers) > query.limit;
    if (has_more) {
        walk.numbers.pop_back();
    }
    EntryPage page{.entries = co_await entries_of(transaction, walk.numbers, kPageLinesMax)};
    if (has_more || page.entries.size() < walk.numbers.size()) {
        page.next = page.entries.back().number;
    } else {
        page.next = walk.given_up_at;
    }
    co_return page;
}

}  // namespace accubooks::ledger
