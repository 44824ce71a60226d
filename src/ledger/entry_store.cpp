#include "ledger/entry_store.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <boost/json.hpp>

#include "ledger/account_store.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kEntriesOf{
    .name = "ledger.entries_of",
    .text = R"sql(
select e.number, e.entry_date, e.document_date, e.description, e.reference, e.tags::text, e.source, e.posted_by, e.posted_at,
       e.reverses, e.reason, e.idempotency_key, e.request_hash, e.entry_hash, e.chain_hash, e.line_count, e.late_reason,
       (select r.number from books.journal_entry r where r.tenant_id = e.tenant_id and r.reverses = e.number)
  from books.journal_entry e
 where e.tenant_id = $1
   and e.number = any($2)
 order by e.number)sql",
};

constexpr pg::Statement kEntriesBetween{
    .name = "ledger.entries_between",
    .text = R"sql(
select number, entry_date, document_date, description, reference, tags::text, source, posted_by, posted_at,
       reverses, reason, idempotency_key, request_hash, entry_hash, chain_hash, line_count, late_reason, null::bigint
  from books.journal_entry
 where tenant_id = $1
   and number between $2 and $3
 order by number)sql",
};

constexpr pg::Statement kLinesBetween{
    .name = "ledger.lines_between",
    .text = R"sql(
select number, account_id, commodity, amount, base_amount, cost_commodity, cost_amount, memo, line
  from books.journal_line
 where tenant_id = $1
   and number between $2 and $3
 order by number, line)sql",
};

constexpr pg::Statement kLinesOf{
    .name = "ledger.lines_of",
    .text = R"sql(
select number, account_id, commodity, amount, base_amount, cost_commodity, cost_amount, memo, line
  from books.journal_line
 where tenant_id = $1
   and number = any($2)
 order by number, line)sql",
};

/// Values are strings. Another one was put there by someone else; it reads as its JSON behind a
/// null character, which no stored string contains, so that it shows and gives another hash.
Tags tags_of(std::optional<std::string_view> json) {
    Tags tags;
    if (!json) {
        return tags;
    }
    const boost::json::value object = boost::json::parse(*json);
    for (const auto& [key, value] : object.as_object()) {
        const auto* text = value.if_string();
        tags.emplace(
            std::string{key},
            text == nullptr ? '\0' + boost::json::serialize(value) : std::string{*text}
        );
    }
    return tags;
}

std::optional<base::EntryNumber> number_at(const pg::Row& row, int column) {
    const auto number = row.get<std::optional<std::int64_t>>(column);
    return number ? std::optional{base::EntryNumber{*number}} : std::nullopt;
}

PostedEntry entry_of(const pg::Row& row) {
    PostedEntry posted;
    posted.number = base::EntryNumber{row.get<std::int64_t>(0)};
    posted.entry.date = row.get<base::Date>(1);
    posted.entry.document_date = row.get<std::optional<base::Date>>(2);
    posted.entry.description = row.get<std::string>(3);
    posted.entry.reference = row.get<std::string>(4);
    posted.entry.tags = tags_of(row.get<std::optional<std::string_view>>(5));
    posted.entry.source = row.get<std::string>(6);
    posted.posted_by = row.get<std::string>(7);
    posted.posted_at = row.get<base::Instant>(8);
    posted.entry.reverses = number_at(row, 9);
    posted.entry.reason = row.get<std::optional<std::string>>(10).value_or("");
    posted.idempotency_key = row.get<std::string>(11);
    posted.request_hash = row.get<base::Digest>(12);
    posted.entry_hash = row.get<base::Digest>(13);
    posted.chain_hash = row.get<base::Digest>(14);
    posted.line_count = row.get<std::int16_t>(15);
    posted.entry.late_reason = row.get<std::optional<std::string>>(16).value_or("");
    posted.reversed_by = number_at(row, 17);
    return posted;
}

Line line_of(const pg::Row& row) {
    Line line{
        .account = base::AccountId{row.get<std::int64_t>(1)},
        .commodity = row.get<std::string>(2),
        .amount = row.get<std::int64_t>(3),
        .base_amount = row.get<std::int64_t>(4),
        .memo = row.get<std::string>(7),
    };
    if (!row.is_null(5)) {
        line.cost = Cost{.commodity = row.get<std::string>(5), .units = row.get<std::int64_t>(6)};
    }
    return line;
}

std::vector<PostedEntry> entries_of(const pg::Rows& rows) {
    return rows.map(entry_of);
}

/// Both sorted by number; a line without an entry is left out here and found by verify's count.
void give_lines(std::vector<PostedEntry>& entries, const pg::Rows& rows) {
    std::size_t at = 0;
    for (int row = 0; row < rows.size(); ++row) {
        const auto number = rows[row].get<std::int64_t>(0);
        while (at < entries.size() && entries[at].number.value < number) {
            ++at;
        }
        if (at < entries.size() && entries[at].number.value == number) {
            PostedEntry& posted = entries[at];
            posted.entry.lines.push_back(line_of(rows[row]));
            posted.lines_are_numbered = posted.lines_are_numbered &&
                                        static_cast<std::size_t>(rows[row].get<std::int16_t>(8)) ==
                                            posted.entry.lines.size();
        }
    }
}

}  // namespace

base::Task<std::vector<PostedEntry>> entries_of(
    pg::TenantTransaction& transaction, std::vector<std::int64_t> numbers, std::int64_t lines_max
) {
    std::vector<PostedEntry> entries = entries_of(
        co_await transaction.execute(kEntriesOf, pg::Params::of(transaction.tenant(), numbers))
    );
    std::unordered_map<std::int64_t, std::size_t> places;
    for (std::size_t at = 0; at < numbers.size(); ++at) {
        places.emplace(numbers[at], at);
    }
    std::ranges::sort(entries, {}, [&places](const PostedEntry& posted) {
        return places.at(posted.number.value);
    });
    std::int64_t lines = 0;
    std::size_t fit = 0;
    while (fit < entries.size() && (fit == 0 || lines + entries[fit].line_count <= lines_max)) {
        lines += entries[fit].line_count;
        ++fit;
    }
    entries.resize(fit);
    numbers.resize(std::min(fit, numbers.size()));
    std::ranges::sort(entries, {}, &PostedEntry::number);
    give_lines(
        entries,
        co_await transaction.execute(kLinesOf, pg::Params::of(transaction.tenant(), numbers))
    );
    std::ranges::sort(entries, {}, [&places](const PostedEntry& posted) {
        return places.at(posted.number.value);
    });
    co_return entries;
}

base::Task<std::optional<PostedEntry>> find_entry(
    pg::TenantTransaction& transaction, base::EntryNumber number
) {
    const std::vector<std::int64_t> one{number.value};
    std::vector<pg::Query> queries;
    queries.push_back({&kEntriesOf, pg::Params::of(transaction.tenant(), one)});
    queries.push_back({&kLinesOf, pg::Params::of(transaction.tenant(), one)});
    const std::vector<pg::Rows> answers = co_await transaction.execute_all(std::move(queries));
    std::vector<PostedEntry> entries = entries_of(answers[0]);
    if (entries.empty()) {
        co_return std::nullopt;
    }
    give_lines(entries, answers[1]);
    co_return std::move(entries.front());
}

base::Error no_such_entry() {
    return {
        .kind = base::ErrorKind::not_found,
        .code = "ledger.entry_not_found",
        .detail = "There is no such entry in these books.",
    };
}

base::Task<EntryNames> names_for(
    pg::TenantTransaction& transaction, const std::vector<PostedEntry>& entries
) {
    std::set<std::int64_t> accounts;
    for (const PostedEntry& posted : entries) {
        for (const Line& line : posted.entry.lines) {
            accounts.insert(line.account.value);
        }
    }
    EntryNames names;
    names.account_codes = co_await account_codes(
        transaction, std::vector<std::int64_t>(accounts.begin(), accounts.end())
    );
    for (base::Commodity& commodity : co_await all_commodities(transaction)) {
        names.scales.emplace(std::move(commodity.code), commodity.scale);
    }
    const auto base_code = co_await base_commodity(transaction);
    base::ensure(base_code && names.scales.contains(*base_code), "books have their base commodity");
    names.base_scale = names.scales.at(*base_code);
    co_return names;
}

base::Task<std::vector<PostedEntry>> entries_between(
    pg::TenantTransaction& transaction, base::EntryNumber first, base::EntryNumber last
) {
    std::vector<pg::Query> queries;
    queries.push_back({&kEntriesBetween, pg::Params::of(transaction.tenant(), first, last)});
    queries.push_back({&kLinesBetween, pg::Params::of(transaction.tenant(), first, last)});
    const std::vector<pg::Rows> answers = co_await transaction.execute_all(std::move(queries));
    std::vector<PostedEntry> entries = entries_of(answers[0]);
    give_lines(entries, answers[1]);
    co_return entries;
}

}  // namespace accubooks::ledger
