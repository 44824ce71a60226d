#include "ledger/posting_store.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "ledger/chain.h"
#include "ledger/internal/refusals.h"
#include "ledger/tags.h"
#include "pg/value.h"

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kPostEntries{
    .name = "ledger.post_entries",
    .text = R"sql(
select outcome, number, chain_hash
  from books.post_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                          $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
 order by ord)sql",
};

constexpr pg::Statement kPostCombined{
    .name = "ledger.post_combined",
    .text = R"sql(
select number, chain_hash
  from books.post_combined($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                           $16, $17, $18, $19, $20, $21, $22, $23))sql",
};

constexpr pg::Statement kLockPatience{
    .name = "ledger.lock_patience",
    .text = "select set_config('lock_timeout', $1, true)",
};

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

/// The call's arrays, one element per entry.
struct EntryColumns {
    std::vector<std::string> keys;
    std::vector<base::Digest> request_hashes;
    std::vector<base::Digest> entry_hashes;
    std::vector<std::string> posted_by;
    std::vector<base::Date> dates;
    std::vector<std::optional<base::Date>> document_dates;
    std::vector<std::string> descriptions;
    std::vector<std::string> references;
    std::vector<std::optional<std::string>> tags;
    std::vector<std::string> sources;
    std::vector<std::optional<std::int64_t>> reverses;
    std::vector<std::optional<std::string>> reasons;
    std::vector<std::optional<std::string>> late_reasons;
    std::vector<std::int16_t> line_counts;

    void add(const Posting& posting, const base::Digest& hash) {
        const Entry& entry = posting.entry;
        keys.push_back(posting.idempotency_key);
        request_hashes.push_back(posting.request_hash);
        entry_hashes.push_back(hash);
        posted_by.push_back(posting.posted_by);
        dates.push_back(entry.date);
        document_dates.push_back(entry.document_date);
        descriptions.push_back(entry.description);
        references.push_back(entry.reference);
        tags.push_back(tags_json(entry.tags));
        sources.push_back(entry.source);
        reverses.push_back(entry.reverses ? std::optional{entry.reverses->value} : std::nullopt);
        reasons.push_back(unless_empty(entry.reason));
        late_reasons.push_back(unless_empty(entry.late_reason));
        line_counts.push_back(static_cast<std::int16_t>(entry.lines.size()));
    }
};

/// The call's arrays, one element per line of all entries.
struct LineColumns {
    std::vector<std::int32_t> entries;  // from 1
    std::vector<std::int16_t> lines;    // from 1
    std::vector<std::int64_t> accounts;
    std::vector<std::string> commodities;
    std::vector<std::int64_t> amounts;
    std::vector<std::int64_t> base_amounts;
    std::vector<std::optional<std::string>> cost_commodities;
    std::vector<std::optional<std::int64_t>> cost_amounts;
    std::vector<std::string> memos;

    void add(std::int32_t entry, std::int16_t number, const Line& line) {
        entries.push_back(entry);
        lines.push_back(number);
        accounts.push_back(line.account.value);
        commodities.push_back(line.commodity);
        amounts.push_back(line.amount);
        base_amounts.push_back(line.base_amount);
        cost_commodities.push_back(line.cost ? std::optional{line.cost->commodity} : std::nullopt);
        cost_amounts.push_back(line.cost ? std::optional{line.cost->units} : std::nullopt);
        memos.push_back(line.memo);
    }
};

/// Both, of entries added one after another.
struct Columns {
    EntryColumns entry;
    LineColumns line;

    void add(base::TenantId tenant, const Posting& posting, base::Instant posted_at) {
        entry.add(
            posting,
            entry_hash({
                .tenant = tenant,
                .entry = &posting.entry,
                .posted_by = posting.posted_by,
                .posted_at = posted_at,
                .idempotency_key = posting.idempotency_key,
                .request_hash = posting.request_hash,
            })
        );
        const auto place = static_cast<std::int32_t>(entry.keys.size());
        for (std::size_t number = 0; number < posting.entry.lines.size(); ++number) {
            line.add(place, static_cast<std::int16_t>(number + 1), posting.entry.lines[number]);
        }
    }
};

/// Every commodity and scale that the postings were measured with, once. Two postings of one batch
/// may know one commodity by two scales; both are sent, so that the older one is found out.
std::pair<std::vector<std::string>, std::vector<std::int16_t>> columns_of(
    std::span<const Posting* const> postings
) {
    std::set<std::pair<std::string_view, std::int16_t>> scales;
    const std::vector<base::Commodity>* last = nullptr;
    for (const Posting* posting : postings) {
        if (posting->commodities.get() == last) {
            continue;  // most of a batch share one picture of the books
        }
        last = posting->commodities.get();
        for (const base::Commodity& commodity : *posting->commodities) {
            scales.emplace(commodity.code, commodity.scale);
        }
    }
    std::pair<std::vector<std::string>, std::vector<std::int16_t>> columns;
    for (const auto& [code, scale] : scales) {
        columns.first.emplace_back(code);
        columns.second.push_back(scale);
    }
    return columns;
}

/// What all lines of the batch are in, base amounts included, as they were measured; none when
/// there is no such commodity, or a line has something about it that books.post_combined doesn't
/// do.
std::optional<base::Commodity> own_commodity(const TenantBatch& batch) {
    const Posting& first = *batch.postings.front();
    const std::string& code = first.entry.lines.front().commodity;
    for (const Posting* posting : batch.postings) {
        std::int64_t sum = 0;
        for (const Line& line : posting->entry.lines) {
            if (line.commodity != code || line.base_amount != line.amount || line.cost ||
                line.amount == 0 || __builtin_add_overflow(sum, line.amount, &sum)) {
                return std::nullopt;
            }
        }
        if (sum != 0 || posting->entry.reverses || !posting->entry.late_reason.empty() ||
            posting->commodities != first.commodities) {
            return std::nullopt;
        }
    }
    const auto found = std::ranges::find(*first.commodities, code, &base::Commodity::code);
    return found == first.commodities->end() ? std::nullopt : std::optional{*found};
}

/// The call for the batches that have a commodity of their own in `own`.
pg::Query post_combined_query(
    const std::vector<TenantBatch>& batches,
    const std::vector<std::optional<base::Commodity>>& own,
    Scrutiny scrutiny,
    base::Instant posted_at
) {
    std::vector<base::TenantId> tenants;
    std::vector<std::string> commodities;
    std::vector<std::int16_t> scales;
    std::vector<base::TenantId> entry_tenants;
    Columns columns;
    for (std::size_t at = 0; at < batches.size(); ++at) {
        if (!own[at]) {
            continue;
        }
        const TenantBatch& batch = batches[at];
        tenants.push_back(batch.tenant);
        commodities.push_back(own[at]->code);
        scales.push_back(own[at]->scale);
        entry_tenants.insert(entry_tenants.end(), batch.postings.size(), batch.tenant);
        for (const Posting* posting : batch.postings) {
            columns.add(batch.tenant, *posting, posted_at);
        }
    }
    const EntryColumns& entry = columns.entry;
    const LineColumns& line = columns.line;
    pg::Params params;
    params.reserve(23);
    params.add(tenants).add(commodities).add(scales).add(posted_at);
    params.add(entry_tenants).add(entry.keys).add(entry.request_hashes).add(entry.entry_hashes);
    params.add(entry.posted_by).add(entry.dates).add(entry.document_dates);
    params.add(entry.descriptions).add(entry.references).add_json_array(entry.tags);
    params.add(entry.sources).add(entry.line_counts);
    params.add(line.entries).add(line.lines).add(line.accounts).add(line.commodities);
    params.add(line.amounts).add(line.memos).add(scrutiny == Scrutiny::close);
    return {.statement = &kPostCombined, .params = std::move(params)};
}

std::vector<PostingVerdict> combined_verdicts(const pg::Rows& rows, int first, int count) {
    std::vector<PostingVerdict> verdicts;
    verdicts.reserve(static_cast<std::size_t>(count));
    for (int at = first; at < first + count; ++at) {
        verdicts.push_back({
            .outcome = "posted",
            .number = base::EntryNumber{rows[at].get<std::int64_t>(0)},
            .chain_hash = rows[at].get<base::Digest>(1),
        });
    }
    return verdicts;
}

class DatabaseStore final : public PostingStore {
public:
    DatabaseStore(pg::Pool& pool, const base::Clock& clock, std::chrono::milliseconds lock_patience)
        : pool_{pool}, clock_{clock}, lock_patience_{lock_patience} {}

    base::Task<std::vector<PostingVerdict>> post(
        TenantBatch batch, std::chrono::milliseconds lock_patience, base::Deadline deadline
    ) override {
        auto query = post_entries_query(batch.tenant, batch.postings, clock_.now());
        co_return verdicts_of(
            co_await transact(batch.tenant, std::move(query), lock_patience, deadline)
        );
    }

    base::Task<std::vector<std::vector<PostingVerdict>>> post_combined(
        std::vector<TenantBatch> batches, Scrutiny scrutiny, base::Deadline deadline
    ) override {
        std::vector<std::optional<base::Commodity>> own(batches.size());
        std::ranges::transform(batches, own.begin(), own_commodity);
        std::vector<std::vector<PostingVerdict>> verdicts(batches.size());
        if (std::ranges::none_of(own, [](const auto& commodity) {
                return commodity.has_value();
            })) {
            co_return verdicts;
        }
        auto query = post_combined_query(batches, own, scrutiny, clock_.now());
        const pg::Rows rows = co_await transact({}, std::move(query), lock_patience_, deadline);
        int row = 0;
        for (std::size_t at = 0; at < batches.size(); ++at) {
            if (own[at]) {
                const int count = static_cast<int>(batches[at].postings.size());
                if (!rows[row].is_null(0)) {
                    verdicts[at] = combined_verdicts(rows, row, count);
                }
                row += count;
            }
        }
        base::ensure(row == rows.size(), "post_combined gives one row per entry");
        co_return verdicts;
    }

private:
    /// One round trip and one transaction.
    base::Task<pg::Rows> transact(
        std::optional<base::TenantId> tenant,
        pg::Query query,
        std::chrono::milliseconds lock_patience,
        base::Deadline deadline
    ) {
        std::vector<pg::Query> queries;
        queries.push_back(
            {.statement = &kLockPatience,
             .params = pg::Params::of(std::to_string(lock_patience.count()))}
        );
        queries.push_back(std::move(query));
        pg::Lease lease = co_await pool_.acquire(deadline, tenant);
        try {
            auto results = co_await lease->execute_all(std::move(queries), deadline);
            co_return std::move(results.back());
        } catch (const pg::Failure& failure) {
            // A statement that was stopped took no effect if the server said so, and only then is
            // its connection good for another.
            if (failure.kind() == pg::Failure::Kind::lost || lease->is_usable()) {
                throw;
            }
            throw pg::Failure{
                failure.what(),
                {.kind = pg::Failure::Kind::unknown_outcome,
                 .statement = std::string{failure.statement()}}
            };
        }
    }

    pg::Pool& pool_;
    const base::Clock& clock_;
    const std::chrono::milliseconds lock_patience_;
};

}  // namespace

std::unique_ptr<PostingStore> posting_store(
    pg::Pool& pool, const base::Clock& clock, std::chrono::milliseconds lock_patience
) {
    return std::make_unique<DatabaseStore>(pool, clock, lock_patience);
}

pg::Query post_entries_query(
    base::TenantId tenant, std::span<const Posting* const> postings, base::Instant posted_at
) {
    Columns columns;
    for (const Posting* posting : postings) {
        columns.add(tenant, *posting, posted_at);
    }
    const EntryColumns& entry = columns.entry;
    const LineColumns& line = columns.line;
    pg::Params params;
    params.reserve(27);
    params.add(tenant).add(posted_at);
    params.add(entry.keys).add(entry.request_hashes).add(entry.entry_hashes).add(entry.posted_by);
    params.add(entry.dates).add(entry.document_dates).add(entry.descriptions).add(entry.references);
    params.add_json_array(entry.tags);
    params.add(entry.sources).add(entry.reverses).add(entry.reasons).add(entry.line_counts);
    params.add(line.entries).add(line.lines).add(line.accounts).add(line.commodities);
    params.add(line.amounts).add(line.base_amounts).add(line.cost_commodities);
    params.add(line.cost_amounts).add(line.memos);
    const auto [codes, scales] = columns_of(postings);
    params.add(codes).add(scales);
    const bool any_late =
        std::ranges::any_of(entry.late_reasons, &std::optional<std::string>::has_value);
    params.add(any_late ? entry.late_reasons : std::vector<std::optional<std::string>>{});
    return {.statement = &kPostEntries, .params = std::move(params)};
}

std::vector<PostingVerdict> verdicts_of(const pg::Rows& rows) {
    std::vector<PostingVerdict> verdicts;
    verdicts.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        PostingVerdict verdict{.outcome = rows[at].get<std::string>(0), .number = {}};
        if (!rows[at].is_null(1)) {
            verdict.number = base::EntryNumber{rows[at].get<std::int64_t>(1)};
        }
        if (!rows[at].is_null(2)) {
            verdict.chain_hash = rows[at].get<base::Digest>(2);
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

base::Result<Posted> result_of(const PostingVerdict& verdict) {
    if (verdict.outcome == "posted" || verdict.outcome == "replayed") {
        return Posted{
            .number = verdict.number,
            .chain_hash = verdict.chain_hash,
            .replayed = verdict.outcome == "replayed",
        };
    }
    return std::unexpected(refusal_of(verdict.outcome));
}

bool is_stale_scale(const pg::Failure& failure) {
    return failure.sqlstate() == "AB409";
}

base::Error stale_scale() {
    return {
        .kind = base::ErrorKind::conflict,
        .code = kStaleScaleCode,
        .detail = "A commodity's scale has just changed; ask again.",
    };
}

base::Error refusal_of(std::string_view outcome) {
    using enum base::ErrorKind;
    static constexpr Refusal kRefusals[] = {
        {"conflict",
         conflict,
         "ledger.idempotency_conflict",
         "This idempotency key was used for another content; use a new key for a new entry."},
        {"malformed",
         invalid,
         "ledger.malformed",
         "The entry's lines don't fit its header; this is a bug of the caller."},
        {"unbalanced", invalid, "ledger.unbalanced", "The entry doesn't balance."},
        {"exchanged_for_nothing",
         invalid,
         "ledger.exchanged_for_nothing",
         "What a currency was exchanged for can't all be zero, nor have the other sign than the "
         "amount, on an account that wasn't imported."},
        {"unknown_account",
         invalid,
         "ledger.unknown_account",
         "A line names an account that these books don't have."},
        {"inactive_account",
         invalid,
         "ledger.account_inactive",
         "A line names an account that isn't active any more."},
        {"parent_account",
         invalid,
         "ledger.parent_account",
         "Post to an account without sub-accounts."},
        {"wrong_commodity",
         invalid,
         "ledger.wrong_commodity",
         "A line's currency isn't the one its account holds."},
        {"unknown_commodity",
         invalid,
         "ledger.unknown_commodity",
         "A line names a commodity that these books don't have."},
        {"zero_line", invalid, "ledger.zero_line", "A line must move something."},
        {"already_reversed",
         conflict,
         "ledger.already_reversed",
         "The entry has been reversed before."},
        {"closes_year",
         conflict,
         "ledger.closes_year",
         "The entry closed a fiscal year, or opened it again; reopen or close the year instead."},
        {"unknown_reversed",
         not_found,
         "ledger.entry_not_found",
         "There is no such entry in these books."},
        {"period_locked",
         conflict,
         "ledger.period_locked",
         "The entry's day is in a period that is locked for good; date it after."},
        {"period_closed",
         conflict,
         "ledger.period_closed",
         "The entry's day is in a period that is closed; date it after, or give a late_reason."},
        {"not_late",
         conflict,
         "ledger.period_not_closed",
         "The entry's day is in a period that is open; leave the late_reason out."},
        {"overflow", invalid, "ledger.out_of_range", "A balance would no longer fit 64 bits."},
    };
    return refusal_among(kRefusals, outcome, "books.post_entries");
}

}  // namespace accubooks::ledger
