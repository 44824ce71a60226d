#include "ledger/journal.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "ledger/account_faults.h"
#include "ledger/account_store.h"
#include "ledger/chain.h"
#include "ledger/draft_attachment_store.h"
#include "ledger/entry_store.h"
#include "ledger/idempotency_store.h"
#include "ledger/period_store.h"
#include "ledger/posting_store.h"
#include "net/idempotency.h"

namespace accubooks::ledger {
namespace {

/// The hash of what a request asks for, whoever sends it and whenever.
base::Digest content_of(base::TenantId tenant, const Entry& entry) {
    return entry_hash({
        .tenant = tenant,
        .entry = &entry,
        .posted_by = {},
        .posted_at = {},
        .idempotency_key = {},
        .request_hash = {},
    });
}

Terms terms_for(const Books& books, const Draft& draft) {
    Terms terms{.base = books.base, .commodities = books.commodities, .accounts = {}};
    for (const DraftLine& line : draft.lines) {
        if (const auto account = books.accounts.find(line.account);
            account != books.accounts.end()) {
            terms.accounts.emplace(line.account, account->second.imported);
        }
    }
    return terms;
}

std::string part_key(std::string_view key, std::size_t part) {
    return fmt::format("{}\x1f{}", key, part);
}

base::Digest part_content(const base::Digest& whole, std::size_t part) {
    return base::sha256(fmt::format("{}/{}", base::to_hex(whole), part));
}

/// What is wrong with an entry is told by pointers into the entry; a batch's caller sent an array
/// of them.
void point_into_batch(base::Error& error, std::size_t at) {
    for (base::FieldError& field : error.fields) {
        field.pointer = fmt::format("/entries/{}{}", at, field.pointer);
    }
}

}  // namespace

base::Result<std::string> parse_idempotency_key(std::optional<std::string_view> header) {
    if (!header) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.idempotency_key_required",
            "Send an Idempotency-Key header, a new one for each new thing, so that a repeated "
            "request can't book twice."
        );
    }
    if (!net::is_idempotency_key(*header)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.bad_idempotency_key",
            "An Idempotency-Key has 1 to 200 visible ASCII characters."
        );
    }
    return std::string{*header};
}

base::Task<std::vector<base::Result<Posting>>> Journal::measure(
    const Request& request, const std::vector<base::Result<Draft>>& drafts
) {
    std::vector<base::AccountId> accounts;
    std::vector<std::string> commodities;
    for (const auto& draft : drafts) {
        if (draft) {
            for (const DraftLine& line : draft->lines) {
                accounts.push_back(line.account);
                commodities.push_back(line.commodity);
            }
        }
    }
    std::vector<base::Result<Posting>> postings;
    postings.reserve(drafts.size());
    const auto books = co_await books_.books_with(
        request.tenant, std::move(accounts), std::move(commodities), request.deadline
    );
    for (const auto& draft : drafts) {
        if (!books || !draft) {
            postings.emplace_back(std::unexpected(books ? draft.error() : books.error()));
            continue;
        }
        auto entry = prepare(*draft, terms_for(**books, *draft));
        if (!entry) {
            postings.emplace_back(std::unexpected(std::move(entry).error()));
            continue;
        }
        const base::Digest content = content_of(request.tenant, *entry);
        postings.emplace_back(Posting{
            .entry = std::move(*entry),
            .commodities = (*books)->scales,
            .idempotency_key = request.idempotency_key,
            .request_hash = content,
            .posted_by = request.actor,
        });
    }
    co_return postings;
}

base::Task<std::vector<base::Result<Posted>>> Journal::post_measured(
    const Request& request, std::vector<base::Result<Posting>> postings
) {
    std::vector<Posting> good;
    for (auto& posting : postings) {
        if (posting) {
            good.push_back(std::move(*posting));
        }
    }
    auto posted = co_await poster_.post(request.tenant, std::move(good), request.deadline);
    std::vector<base::Result<Posted>> results;
    results.reserve(postings.size());
    std::size_t next = 0;
    for (const auto& posting : postings) {
        if (posting) {
            results.push_back(std::move(posted[next++]));
        } else {
            results.emplace_back(std::unexpected(posting.error()));
        }
    }
    co_return results;
}

base::Task<std::vector<base::Result<Posted>>> Journal::post_each(
    const Request& request, const std::vector<base::Result<Draft>>& drafts, const Keyed& keyed
) {
    auto postings = co_await measure(request, drafts);
    for (std::size_t at = 0; at < postings.size(); ++at) {
        keyed(postings[at], at);
    }
    auto results = co_await post_measured(request, std::move(postings));
    if (!co_await were_rescaled(request, results)) {
        co_await name_lines(request, drafts, results);
        co_return results;
    }
    // Measured with scales that an import has widened since. Whatever was posted keeps its answer;
    // the rest is measured and posted once more.
    auto again = co_await measure(request, drafts);
    for (std::size_t at = 0; at < again.size(); ++at) {
        keyed(again[at], at);
        if (results[at]) {
            again[at] = std::unexpected(base::Error{});
        }
    }
    auto second = co_await post_measured(request, std::move(again));
    for (std::size_t at = 0; at < results.size(); ++at) {
        if (!results[at]) {
            results[at] = std::move(second[at]);
        }
    }
    co_await name_lines(request, drafts, results);
    co_return results;
}

base::Task<void> Journal::name_lines(
    const Request& request,
    const std::vector<base::Result<Draft>>& drafts,
    std::vector<base::Result<Posted>>& results
) {
    const auto is_for_account = [](const base::Result<Posted>& result) {
        return !result && is_for_an_account(result.error().code);
    };
    std::vector<base::AccountId> ids;
    for (std::size_t at = 0; at < results.size(); ++at) {
        if (is_for_account(results[at])) {
            std::ranges::transform(drafts[at]->lines, std::back_inserter(ids), &DraftLine::account);
        }
    }
    if (ids.empty()) {
        co_return;
    }
    AccountStandings accounts;
    try {
        auto transaction = co_await pg::TenantTransaction::begin(
            pool_, request.tenant, pg::Access::read_only, request.deadline
        );
        accounts = co_await account_standings(transaction, std::move(ids));
        co_await transaction.commit();
    } catch (const pg::Failure& failure) {
        if (failure.kind() == pg::Failure::Kind::cancelled) {
            throw;
        }
        co_return;  // what was refused stays so, with one sentence
    }
    for (std::size_t at = 0; at < results.size(); ++at) {
        if (is_for_account(results[at])) {
            base::Error& error = results[at].error();
            error.fields = lines_at_fault(error.code, *drafts[at], accounts);
        }
    }
}

base::Task<bool> Journal::were_rescaled(
    const Request& request, const std::vector<base::Result<Posted>>& results
) {
    const auto has_code = [&results](std::string_view code) {
        return std::ranges::any_of(results, [code](const auto& result) {
            return !result && result.error().code == code;
        });
    };
    if (has_code(kStaleScaleCode)) {
        books_.forget(request.tenant);
        co_return true;
    }
    // An amount that is too fine for the books in memory may be right for the books as they are.
    co_return has_code("ledger.bad_entry") &&
        co_await books_.forget_if_rescaled(request.tenant, request.deadline);
}

base::Task<base::Result<Posted>> Journal::post(Request request, Draft draft) {
    std::vector<base::Result<Draft>> drafts;
    drafts.emplace_back(std::move(draft));
    auto results = co_await post_each(request, drafts, [](base::Result<Posting>&, std::size_t) {});
    co_return std::move(results.front());
}

base::Task<base::Result<std::optional<std::string>>> Journal::claim_batch(
    const Request& request, base::Digest content
) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_write, request.deadline
    );
    AB_CO_TRY(claim, co_await claim_key(transaction, request.idempotency_key, content));
    co_await transaction.commit();
    co_return std::move(claim.response);
}

base::Task<std::string> Journal::keep_batch_answer(const Request& request, std::string answer) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_write, request.deadline
    );
    std::string kept =
        co_await keep_first_response(transaction, request.idempotency_key, 200, std::move(answer));
    co_await transaction.commit();
    co_return kept;
}

base::Task<std::vector<base::Result<Posted>>> Journal::post_batch(
    Request request, std::vector<base::Result<Draft>> drafts, base::Digest content
) {
    const auto keyed = [&](base::Result<Posting>& posting, std::size_t at) {
        if (posting) {
            posting->idempotency_key = part_key(request.idempotency_key, at);
            posting->request_hash = part_content(content, at);
        }
    };
    auto results = co_await post_each(request, drafts, keyed);
    for (std::size_t at = 0; at < results.size(); ++at) {
        if (!results[at] && drafts[at]) {
            point_into_batch(results[at].error(), at);
        }
    }
    co_return results;
}

base::Task<base::Result<Posted>> Journal::post_draft(
    Request request, DraftId id, std::int64_t version, Draft draft
) {
    request.idempotency_key = key_of_draft(id);
    std::vector<base::Result<Draft>> drafts;
    drafts.emplace_back(std::move(draft));
    std::vector<base::Result<Posted>> results;
    results.push_back(co_await try_to_post_draft(request, id, version, drafts));
    if (co_await were_rescaled(request, results)) {
        results.front() = co_await try_to_post_draft(request, id, version, drafts);
    }
    co_await name_lines(request, drafts, results);
    co_return std::move(results.front());
}

base::Task<base::Result<Posted>> Journal::try_to_post_draft(
    const Request& request,
    DraftId id,
    std::int64_t version,
    const std::vector<base::Result<Draft>>& drafts
) {
    auto postings = co_await measure(request, drafts);
    AB_CO_TRY(posting, std::move(postings.front()));
    // First the draft, then the ledger, and nobody takes them the other way round.
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_write, request.deadline
    );
    const auto locked = co_await lock_draft(transaction, id);
    if (!locked) {
        const auto posted = co_await posted_draft(transaction, id);
        co_return posted ? base::Result<Posted>{*posted} : std::unexpected(no_such_draft());
    }
    if (locked->version != version) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.draft_changed",
            "The draft was changed while it was to be posted: nothing was done. Read it again."
        );
    }
    AB_CO_TRY(posted, co_await post_in(transaction, std::move(posting)));
    co_await carry_attachments(transaction, id, posted.number);
    co_await remove_draft(transaction, id);
    co_await transaction.commit();
    co_return posted;
}

base::Task<base::Result<Posted>> Journal::post_in(
    pg::TenantTransaction& transaction, Posting posting
) {
    const Posting* const one = &posting;
    pg::Query query = post_entries_query(transaction.tenant(), {&one, 1}, clock_.now());
    pg::Rows rows;
    try {
        rows = co_await transaction.execute(*query.statement, std::move(query.params));
    } catch (const pg::Failure& failure) {
        if (is_stale_scale(failure)) {
            co_return std::unexpected(stale_scale());
        }
        throw;
    }
    co_return result_of(verdicts_of(rows).front());
}

base::Task<base::Result<Posted>> Journal::reverse(Request request, Reversal asked) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_only, request.deadline
    );
    const auto original = co_await find_entry(transaction, asked.number);
    if (!original) {
        co_return std::unexpected(no_such_entry());
    }
    const base::Date own = original->entry.date;
    const base::Date open = asked.date || !asked.late_reason.empty()
                                ? own
                                : co_await first_open_day(transaction, own, clock_.now());
    co_await transaction.commit();
    AB_CO_TRY(
        reversal,
        reversal_of(
            *original,
            asked.date.value_or(own),
            std::move(asked.reason),
            std::move(asked.late_reason)
        )
    );
    // The same request is known again whatever has been closed since.
    const base::Digest content = content_of(request.tenant, reversal);
    reversal.date = asked.date.value_or(open);
    co_return co_await post_entry(request, std::move(reversal), content);
}

base::Task<base::Result<Posted>> Journal::post_entry(
    pg::TenantTransaction& transaction, std::string idempotency_key, std::string actor, Entry entry
) {
    const base::Digest content = content_of(transaction.tenant(), entry);
    co_return co_await post_in(
        transaction,
        {
            .entry = std::move(entry),
            .commodities = std::make_shared<const std::vector<base::Commodity>>(
                co_await all_commodities(transaction)
            ),
            .idempotency_key = std::move(idempotency_key),
            .request_hash = content,
            .posted_by = std::move(actor),
        }
    );
}

base::Task<base::Result<Posted>> Journal::post_entry(
    const Request& request, Entry entry, base::Digest content
) {
    for (bool is_last = false;; is_last = true) {
        AB_CO_TRY(books, co_await books_.books_with(request.tenant, {}, {}, request.deadline));
        std::vector<Posting> postings;
        postings.push_back({
            .entry = entry,
            .commodities = books->scales,
            .idempotency_key = request.idempotency_key,
            .request_hash = content,
            .posted_by = request.actor,
        });
        auto results = co_await poster_.post(request.tenant, std::move(postings), request.deadline);
        base::Result<Posted>& posted = results.front();
        if (posted || is_last || posted.error().code != kStaleScaleCode) {
            co_return std::move(posted);
        }
        books_.forget(request.tenant);
    }
}

}  // namespace accubooks::ledger
