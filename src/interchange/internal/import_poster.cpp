#include "interchange/internal/import_poster.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/book_import_store.h"

namespace accubooks::interchange {
namespace {

constexpr pg::Statement kEntriesOfKeys{
    .name = "interchange.entries_of_keys",
    .text = R"sql(
select k.position, e.number
  from unnest($2::text[]) with ordinality k(key, position)
  join books.journal_entry e on e.tenant_id = $1 and e.idempotency_key = k.key)sql",
};

constexpr pg::Statement kReversedBatches{
    .name = "interchange.reversed_batches",
    .text = R"sql(
select n.position, b.first_number
  from unnest($2::bigint[]) with ordinality n(number, position)
 cross join lateral (
       select i.first_number, i.last_number, i.reversed_at
         from books.import_batch i
        where i.tenant_id = $1
          and i.first_number <= n.number
        order by i.first_number desc
        limit 1) b
 where b.last_number >= n.number
   and b.reversed_at is not null)sql",
};

constexpr pg::Statement kInsertBatch{
    .name = "interchange.insert_batch",
    .text = R"sql(
insert into books.import_batch (tenant_id, first_number, last_number, format, file_name, imported_by, imported_at)
values ($1, $2, $3, $4, $5, $6, $7))sql",
};

/// The entries from a number on are those of this transaction, which holds the ledger.
constexpr pg::Statement kEffects{
    .name = "interchange.effects",
    .text = R"sql(
select a.code, a.name, e.commodity, c.scale, e.change::text,
       (select sum(b.debit::numeric - b.credit)
          from books.account_balance b
         where b.tenant_id = $1
           and b.account_id = e.account_id
           and b.commodity = e.commodity)::text
  from (select l.account_id, l.commodity, sum(l.amount::numeric) as change
          from books.journal_line l
         where l.tenant_id = $1
           and l.number >= $2
         group by l.account_id, l.commodity) e
  join books.account a on a.tenant_id = $1 and a.account_id = e.account_id
  join books.commodity c on c.tenant_id = $1 and c.code = e.commodity
 order by a.code, e.commodity
 limit $3)sql",
};

/// The verdict on an entry whose key is another content's.
constexpr std::string_view kConflict = "conflict";

/// What a person reads of a refusal: the fields' own words where there are some. Their pointers are
/// of an entry that isn't in the file.
std::string reason_of(const base::Error& why) {
    if (why.fields.empty()) {
        return why.detail;
    }
    std::string reason;
    for (const base::FieldError& field : why.fields) {
        const std::string_view pointer = field.pointer;
        reason += fmt::format(
            "{}{}: {}",
            reason.empty() ? "" : "; ",
            pointer.substr(pointer.rfind('/') + 1),
            field.detail
        );
    }
    return reason;
}

base::Error changed_since(base::EntryNumber number) {
    return {
        .kind = base::ErrorKind::conflict,
        .code = "interchange.changed_since",
        .detail = fmt::format(
            "an earlier import posted this as entry {}, and it says something else now; reverse "
            "that import and import again, or undo the change",
            number.value
        ),
    };
}

base::Decimal amount_of(std::string_view units, std::int16_t scale) {
    const auto whole = base::Decimal::parse(units);
    base::ensure(whole.has_value(), "a sum of whole numbers is one");
    return {whole->mantissa(), static_cast<std::uint8_t>(scale)};
}

}  // namespace

void ImportPoster::refuse(SourcePosition at, const base::Error& why) {
    ++result_.problem_count;
    if (result_.problems.size() < kNamedMax) {
        result_.problems.push_back({
            .file = files_.at(at.file),
            .line = std::max(at.line, 1U),
            .column = std::max(at.column, 1U),
            .code = why.code,
            .reason = reason_of(why),
        });
    }
}

void ImportPoster::refuse_unknown_account(SourcePosition at, std::string_view account) {
    const std::size_t named = result_.problems.size();
    refuse(
        at,
        {.kind = base::ErrorKind::invalid,
         .code = "interchange.unknown_account",
         .detail = fmt::format("these books have no account \"{}\"", base::printable(account))}
    );
    if (result_.problems.size() > named) {
        result_.problems.back().account = account;
    }
}

base::Task<std::vector<std::int64_t>> ImportPoster::reversed_batches(
    std::vector<std::int64_t> numbers
) {
    std::vector<std::int64_t> batches(numbers.size());
    if (numbers.empty()) {
        co_return batches;
    }
    const pg::Rows rows = co_await transaction_.execute(
        kReversedBatches, pg::Params::of(transaction_.tenant(), numbers)
    );
    for (int at = 0; at < rows.size(); ++at) {
        const auto position = static_cast<std::size_t>(rows[at].get<std::int64_t>(0));
        batches.at(position - 1) = rows[at].get<std::int64_t>(1);
    }
    co_return batches;
}

base::Task<void> ImportPoster::find_conflicting(
    std::vector<ledger::PostingVerdict>& verdicts, const std::vector<ledger::Posting>& postings
) {
    std::vector<std::string> keys;
    std::vector<std::size_t> which;
    for (std::size_t at = 0; at < verdicts.size(); ++at) {
        if (verdicts[at].outcome == kConflict) {
            keys.push_back(postings[at].idempotency_key);
            which.push_back(at);
        }
    }
    if (keys.empty()) {
        co_return;
    }
    const pg::Rows rows =
        co_await transaction_.execute(kEntriesOfKeys, pg::Params::of(transaction_.tenant(), keys));
    for (int at = 0; at < rows.size(); ++at) {
        const auto position = static_cast<std::size_t>(rows[at].get<std::int64_t>(0));
        verdicts.at(which.at(position - 1)).number = rows[at].get<base::EntryNumber>(1);
    }
}

base::Task<void> ImportPoster::post(
    std::vector<ledger::Posting> postings, std::vector<SourcePosition> places
) {
    while (!postings.empty()) {
        auto verdicts = co_await post_all(transaction_, postings, posted_at_);
        co_await find_conflicting(verdicts, postings);
        std::vector<std::size_t> known;  // by their keys
        std::vector<std::int64_t> numbers;
        for (std::size_t at = 0; at < verdicts.size(); ++at) {
            const base::EntryNumber number = verdicts[at].number;
            if (verdicts[at].outcome == "posted") {
                ++result_.posted;
                result_.batch = result_.batch.value_or(number);
                last_ = number;
            } else if (verdicts[at].outcome == "replayed" || verdicts[at].outcome == kConflict) {
                known.push_back(at);
                numbers.push_back(number.value);
            } else {
                refuse(places[at], ledger::refusal_of(verdicts[at].outcome));
            }
        }
        const std::vector<std::int64_t> batches = co_await reversed_batches(std::move(numbers));
        std::vector<ledger::Posting> again;
        std::vector<SourcePosition> places_again;
        for (std::size_t at = 0; at < known.size(); ++at) {
            const std::size_t which = known[at];
            if (batches[at] != 0) {
                postings[which].idempotency_key += fmt::format("~{}", batches[at]);
                again.push_back(std::move(postings[which]));
                places_again.push_back(places[which]);
                continue;
            }
            if (verdicts[which].outcome == kConflict) {
                refuse(places[which], changed_since(verdicts[which].number));
                continue;
            }
            ++result_.repeated;
            if (result_.repeats.size() < kNamedMax) {
                result_.repeats.push_back(
                    {.line = places[which].line, .number = verdicts[which].number}
                );
            }
        }
        postings = std::move(again);
        places = std::move(places_again);
    }
}

base::Task<void> ImportPoster::look_at_effects() {
    const pg::Rows rows = co_await transaction_.execute(
        kEffects,
        pg::Params::of(transaction_.tenant(), *result_.batch, static_cast<std::int64_t>(kNamedMax))
    );
    result_.effects.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        const auto scale = row.get<std::int16_t>(3);
        result_.effects.push_back({
            .account_code = row.get<std::string>(0),
            .account = row.get<std::string>(1),
            .commodity = row.get<std::string>(2),
            .change = amount_of(row.get<std::string_view>(4), scale),
            .after = amount_of(row.get<std::string_view>(5), scale),
        });
    }
}

base::Task<void> ImportPoster::conclude(std::string_view format) {
    const bool is_kept = options_.rehearsal == Rehearsal::no && !result_.has_problems();
    if (result_.batch) {
        co_await transaction_.execute(
            kInsertBatch,
            pg::Params::of(
                transaction_.tenant(),
                *result_.batch,
                last_,
                format,
                base::printable(std::filesystem::path{files_.front()}.filename().string()),
                options_.actor,
                posted_at_
            )
        );
        if (options_.rehearsal == Rehearsal::yes) {
            co_await look_at_effects();
        }
    }
    if (is_kept) {
        co_await transaction_.commit();
    } else {
        result_.batch.reset();
    }
}

}  // namespace accubooks::interchange
