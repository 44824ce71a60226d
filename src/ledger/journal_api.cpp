#include "ledger/journal_api.h"

#include <limits>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/canonical_json.h"
#include "ledger/alike.h"
#include "ledger/draft_json.h"
#include "ledger/entry_json.h"
#include "ledger/entry_search.h"
#include "ledger/entry_store.h"
#include "ledger/internal/posted_answer.h"
#include "ledger/internal/query_words.h"
#include "ledger/proof.h"
#include "ledger/tags.h"
#include "net/body_fields.h"
#include "net/etag.h"
#include "net/idempotency.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

constexpr std::size_t kBatchMax = 1000;
// As JSON: an entry of 10 000 lines without memos is about 1 MB.
constexpr std::size_t kEntryBytesMax = 4UL * 1024 * 1024;
constexpr std::size_t kBatchBytesMax = 8UL * 1024 * 1024;
constexpr std::int64_t kPageDefault = 50;
constexpr std::string_view kTenant = "tenant_id";

/// Who asks, for which books, with which key: what every write begins with.
Task<Result<Journal::Request>> begin_write(
    const LedgerApi& api, const Request& request, Permission permission
) {
    AB_CO_TRY(tenant_id, request.path_id(kTenant));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, tenant, permission));
    AB_CO_TRY(key, parse_idempotency_key(net::idempotency_key_of(request)));
    co_return Journal::Request{
        .tenant = tenant,
        .idempotency_key = std::move(key),
        .actor = principal.actor,
        .deadline = request.deadline,
    };
}

/// Late entries take a right of their own.
Task<Result<void>> permit_late(const LedgerApi& api, const Request& request, bool is_late) {
    if (is_late) {
        AB_CO_TRY(
            principal,
            co_await api.authenticator.authorise(request, Permission::period_post_soft_closed)
        );
    }
    co_return Result<void>{};
}

Task<Result<Response>> post_entry(LedgerApi api, const Request& request) {
    AB_CO_TRY(write, co_await begin_write(api, request, Permission::journal_post));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(draft, draft_of(body, ""));
    AB_CO_CHECK(co_await permit_late(api, request, !draft.late_reason.empty()));
    const base::TenantId tenant = write.tenant;
    AB_CO_TRY(posted, co_await api.journal.post(std::move(write), std::move(draft)));
    co_return created(tenant, posted);
}

Result<std::vector<Result<Draft>>> drafts_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const auto* entries = fields.array("entries");
    fields.refuse_unknown();
    if (entries != nullptr && (entries->empty() || entries->size() > kBatchMax)) {
        fields.breach("entries", "1 to 1000 entries");
    }
    AB_CHECK(net::refuse_breaches("ledger.bad_batch", "Nothing was posted", std::move(wrong)));
    std::vector<Result<Draft>> drafts;
    drafts.reserve(entries->size());
    for (std::size_t at = 0; at < entries->size(); ++at) {
        drafts.push_back(draft_of((*entries)[at], fmt::format("/entries/{}", at)));
    }
    return drafts;
}

/// As which answer the items are told: a later request's are all of an earlier one.
enum class Telling : std::uint8_t { first, later };

std::string batch_json(
    const std::vector<Result<Posted>>& results, std::string_view request_id, Telling telling
) {
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (std::size_t at = 0; at < results.size(); ++at) {
        json.begin_object().member("index", at);
        if (results[at]) {
            json.member("status", 201);
            write_posted(json, *results[at]);
            json.member("replayed", telling == Telling::later || results[at]->replayed);
        } else {
            const Response refused = net::problem(results[at].error(), request_id);
            json.member("status", refused.status).key("problem").raw(refused.body);
        }
        json.end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

/// Whether asking again may post what wasn't posted this time: a full queue, a lost answer.
bool may_be_tried_again(const Result<Posted>& result) {
    return !result && net::status_of(result.error()) >= 500;
}

/// Why nothing of the batch is known to be posted, where that is so and all may be tried again.
std::optional<base::Error> trouble_of_all(const std::vector<Result<Posted>>& results) {
    if (!std::ranges::all_of(results, may_be_tried_again)) {
        return std::nullopt;
    }
    const auto unknown = std::ranges::find_if(results, [](const Result<Posted>& result) {
        return result.error().kind == base::ErrorKind::unknown_outcome;
    });
    return (unknown == results.end() ? results.front() : *unknown).error();
}

Task<Result<Response>> post_batch(LedgerApi api, const Request& request) {
    AB_CO_TRY(write, co_await begin_write(api, request, Permission::journal_post));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(drafts, drafts_of(body));
    const bool any_late = std::ranges::any_of(drafts, [](const Result<Draft>& draft) {
        return draft && !draft->late_reason.empty();
    });
    AB_CO_CHECK(co_await permit_late(api, request, any_late));
    AB_CO_TRY(canonical, base::canonical_json(body));
    const base::Digest content = base::sha256(canonical);
    AB_CO_TRY(answered, co_await api.journal.claim_batch(write, content));
    if (answered) {
        co_return net::replayed(Response::json(200, *std::move(answered)));
    }
    const auto results = co_await api.journal.post_batch(write, std::move(drafts), content);
    if (auto trouble = trouble_of_all(results)) {
        co_return std::unexpected(*std::move(trouble));
    }
    const auto refused = [](const Result<Posted>& result) { return !result; };
    if (std::ranges::any_of(results, refused) &&
        std::ranges::none_of(results, may_be_tried_again)) {
        std::string later = batch_json(results, request.request_id, Telling::later);
        std::string kept = co_await api.journal.keep_batch_answer(write, later);
        if (kept != later) {  // another request with this key was answered meanwhile
            co_return net::replayed(Response::json(200, std::move(kept)));
        }
    }
    const bool all_replayed = std::ranges::all_of(results, [](const Result<Posted>& result) {
        return result && result->replayed;
    });
    Response response =
        Response::json(200, batch_json(results, request.request_id, Telling::first));
    co_return all_replayed ? net::replayed(std::move(response)) : response;
}

Task<Result<Response>> post_reversal(LedgerApi api, const Request& request) {
    AB_CO_TRY(write, co_await begin_write(api, request, Permission::journal_reverse));
    AB_CO_TRY(number, request.path_id("number"));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Journal::Reversal asked{
        .number = base::EntryNumber{number},
        .date = fields.optional_date("date"),
        .reason = fields.text("reason"),
        .late_reason = fields.optional_text("late_reason").value_or(""),
    };
    fields.refuse_unknown();
    AB_CO_CHECK(net::refuse_breaches("ledger.bad_reversal", "Nothing was posted", std::move(wrong))
    );
    AB_CO_CHECK(co_await permit_late(api, request, !asked.late_reason.empty()));
    const base::TenantId tenant = write.tenant;
    AB_CO_TRY(posted, co_await api.journal.reverse(std::move(write), std::move(asked)));
    co_return created(tenant, posted);
}

Result<std::optional<base::Decimal>> query_amount(const Request& request) {
    AB_TRY(text, request.query_text("amount"));
    if (!text) {
        return std::optional<base::Decimal>{};
    }
    const auto amount = base::Decimal::parse(std::string_view{*text});
    if (!amount || amount->is_negative()) {
        return bad_parameter("amount", "a decimal number such as 12.50, whether debit or credit");
    }
    return std::optional{*amount};
}

Result<EntryOrder> query_order(const Request& request) {
    AB_TRY(text, request.query_text("order"));
    if (text && *text != "oldest" && *text != "newest") {
        return bad_parameter("order", "oldest or newest");
    }
    return text == "newest" ? EntryOrder::newest_first : EntryOrder::oldest_first;
}

Result<EntryPageQuery> page_query_of(const Request& request) {
    AB_CHECK(request.allow_query(
        {"cursor",
         "limit",
         "order",
         "from",
         "to",
         "account_id",
         "amount",
         "text",
         "reference",
         "tag"}
    ));
    AB_TRY(page, net::number_page_of(request, kPageDefault));
    AB_TRY(from, request.query_date("from"));
    AB_TRY(to, request.query_date("to"));
    AB_TRY(account, request.query_int("account_id", 1, std::numeric_limits<std::int64_t>::max()));
    AB_TRY(amount, query_amount(request));
    AB_TRY(text, query_words(request, "text"));
    AB_TRY(reference, query_words(request, "reference"));
    AB_TRY(tags, tags_of(request));
    AB_TRY(order, query_order(request));
    EntryPageQuery query{
        .filter =
            {.from = from,
             .to = to,
             .account = account.transform([](std::int64_t id) { return base::AccountId{id}; }),
             .amount = amount,
             .text = std::move(text),
             .reference = std::move(reference),
             .tags = std::move(tags)},
        .order = order,
        .limit = page.limit,
    };
    if (page.after > 0) {
        query.after = base::EntryNumber{page.after};
    }
    return query;
}

Task<Result<Response>> get_entries(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id(kTenant));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::journal_read)
    );
    AB_CO_TRY(query, page_query_of(request));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    const EntryPage page = co_await list_entries(transaction, std::move(query));
    const EntryNames names = co_await names_for(transaction, page.entries);
    co_await transaction.commit();
    const auto next =
        page.next.transform([](base::EntryNumber number) { return fmt::to_string(number.value); });
    const auto write = [&](base::JsonWriter& json, const PostedEntry& posted) {
        write_entry(json, posted, names);
    };
    co_return Response::json(200, net::page_json(page.entries, next, write));
}

Task<Result<Response>> get_entry(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id(kTenant));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::journal_read)
    );
    AB_CO_TRY(number, request.path_id("number"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    std::vector<PostedEntry> entries;
    if (auto found = co_await find_entry(transaction, base::EntryNumber{number})) {
        entries.push_back(std::move(*found));
    } else {
        co_return std::unexpected(no_such_entry());
    }
    const EntryNames names = co_await names_for(transaction, entries);
    co_await transaction.commit();
    base::JsonWriter json;
    write_entry(json, entries.front(), names);
    Response response = Response::json(200, std::move(json).take());
    net::set_etag_of_body(response);
    co_return response;
}

Task<Result<Response>> get_proof(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id(kTenant));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::journal_read)
    );
    AB_CO_TRY(number, request.path_id("number"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    const auto proof = co_await prove_entry(transaction, base::EntryNumber{number});
    if (!proof) {
        co_return std::unexpected(no_such_entry());
    }
    co_await transaction.commit();
    base::JsonWriter json;
    json.begin_object();
    json.member("number", proof->number.value);
    json.member("previous", base::to_hex(proof->previous));
    json.key("links").begin_array();
    for (const std::string& link : proof->links) {
        json.value(base::to_base64(link));
    }
    json.end_array();
    json.member("canonical", base::to_base64(proof->canonical));
    json.member("hash", base::to_hex(proof->hash));
    json.member("next", proof->next.transform([](base::EntryNumber next) { return next.value; }));
    json.end_object();
    co_return Response::json(200, std::move(json).take());
}

/// A warning and never a refusal: whoever posts decides.
Task<Result<Response>> post_alike(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(entry, unfinished_of(body));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    const auto alike = co_await entries_alike(transaction, std::move(entry));
    co_await transaction.commit();
    base::JsonWriter json;
    json.begin_object();
    write_alike(json, alike);
    json.end_object();
    co_return Response::json(200, std::move(json).take());
}

}  // namespace

void mount_journal(net::Router& router, LedgerApi api) {
    const std::string entries = "/api/v1/tenants/{tenant_id}/journal-entries";
    using net::Method;
    const net::Routes routes{router, api};
    routes.add(Method::get, entries, get_entries);
    routes.add(Method::post, entries, post_entry, kEntryBytesMax);
    routes.add(Method::post, entries + ":batch", post_batch, kBatchBytesMax);
    routes.add(Method::post, entries + ":alike", post_alike, kEntryBytesMax);
    routes.add(Method::get, entries + "/{number}", get_entry);
    routes.add(Method::get, entries + "/{number}/proof", get_proof);
    routes.add(Method::post, entries + "/{number}/reversal", post_reversal);
}

}  // namespace accubooks::ledger
