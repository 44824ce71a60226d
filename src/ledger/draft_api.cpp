#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "ledger/draft_json.h"
#include "ledger/draft_store.h"
#include "ledger/internal/keyed_write.h"
#include "ledger/internal/posted_answer.h"
#include "ledger/journal_api.h"
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

constexpr std::int64_t kPageDefault = 100;

/// What a draft's ETag is made of.
std::string version_of(DraftId id, std::int64_t version) {
    return fmt::format("draft {} {}", id.value, version);
}

Response tagged(int status, std::string json, const KeptDraft& draft) {
    Response response = Response::json(status, std::move(json));
    net::set_etag_of_version(response, version_of(draft.id, draft.version));
    return response;
}

/// What saving answers: the content is what was sent.
std::string saved_json(const KeptDraft& draft) {
    base::JsonWriter json;
    json.begin_object().member("id", draft.id.value).member("version", draft.version).end_object();
    return std::move(json).take();
}

/// The first answer's JSON is all that is remembered of a draft made with a key.
Response saved_first(std::string json, base::TenantId tenant) {
    const auto saved = base::parse_json(json);
    base::ensure(saved.has_value(), "a kept answer is JSON that this program wrote");
    const KeptDraft draft{
        .id = DraftId{saved->at("id").as_int64()},
        .version = saved->at("version").as_int64(),
        .content = {},
    };
    Response response = tagged(201, std::move(json), draft);
    response.headers.set(
        "Location", fmt::format("/api/v1/tenants/{}/drafts/{}", tenant.value, draft.id.value)
    );
    return response;
}

void write_draft(base::JsonWriter& json, const KeptDraft& draft) {
    json.begin_object();
    json.member("id", draft.id.value);
    json.member("version", draft.version);
    json.member("created_by", draft.created_by);
    json.member("created_at", base::to_rfc3339(draft.created_at));
    json.member("changed_by", draft.changed_by);
    json.member("changed_at", base::to_rfc3339(draft.changed_at));
    if (draft.content.empty()) {
        json.key("date");
        if (draft.date) {
            json.value(base::to_string(*draft.date));
        } else {
            json.value(nullptr);
        }
        json.member("description", draft.description);
        json.member("line_count", draft.line_count);
    } else {
        json.key("entry").raw(draft.content);
    }
    json.end_object();
}

Task<Result<Response>> post_draft(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(content, draft_content_of(body, principal.actor, api.clock.now()));
    AB_CO_TRY(write, KeyedWrite::of(request, "draft", body));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    AB_CO_TRY(answered, co_await write.first_answer(transaction));
    if (answered) {
        co_return net::replayed(saved_first(*std::move(answered), principal.tenant));
    }
    AB_CO_TRY(draft, co_await insert_draft(transaction, std::move(content)));
    std::string json = saved_json(draft);
    co_await write.conclude(transaction, 201, json);
    co_return saved_first(std::move(json), principal.tenant);
}

Task<Result<Response>> get_drafts(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_CHECK(request.allow_query({"cursor", "limit"}));
    AB_CO_TRY(page, net::number_page_of(request, kPageDefault));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    auto drafts = co_await list_drafts(transaction, DraftId{page.after}, page.limit + 1);
    co_await transaction.commit();
    const auto cursor_of = [](const KeptDraft& draft) { return fmt::to_string(draft.id.value); };
    co_return Response::json(
        200, net::cut_page_json(std::move(drafts), page.limit, cursor_of, write_draft)
    );
}

Task<Result<Response>> get_draft(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_TRY(draft_id, request.path_id("draft_id"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    const auto draft = co_await find_draft(transaction, DraftId{draft_id});
    co_await transaction.commit();
    if (!draft) {
        co_return std::unexpected(no_such_draft());
    }
    base::JsonWriter json;
    write_draft(json, *draft);
    co_return tagged(200, std::move(json).take(), *draft);
}

Task<Result<Response>> put_draft(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(draft_id, request.path_id("draft_id"));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(content, draft_content_of(body, principal.actor, api.clock.now()));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    const auto draft = co_await lock_draft(transaction, DraftId{draft_id});
    if (!draft) {
        co_return std::unexpected(no_such_draft());
    }
    AB_CO_CHECK(net::demand_match(request, version_of(draft->id, draft->version)));
    const KeptDraft changed = co_await change_draft(transaction, draft->id, std::move(content));
    co_await transaction.commit();
    co_return tagged(200, saved_json(changed), changed);
}

Task<Result<Response>> delete_draft(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(draft_id, request.path_id("draft_id"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    const auto draft = co_await lock_draft(transaction, DraftId{draft_id});
    if (!draft) {
        co_return std::unexpected(no_such_draft());
    }
    AB_CO_CHECK(net::require_match(request, version_of(draft->id, draft->version)));
    co_await remove_draft(transaction, draft->id);
    co_await transaction.commit();
    co_return Response::empty(204);
}

Task<Result<Response>> post_posting(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(draft_id, request.path_id("draft_id"));
    const DraftId id{draft_id};
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    const auto draft = co_await find_draft(transaction, id);
    const auto earlier = draft ? std::nullopt : co_await posted_draft(transaction, id);
    co_await transaction.commit();
    if (earlier) {
        co_return created(principal.tenant, *earlier);
    }
    if (!draft) {
        co_return std::unexpected(no_such_draft());
    }
    AB_CO_CHECK(net::require_match(request, version_of(id, draft->version)));
    AB_CO_TRY(entry, draft_of(*draft));
    if (!entry.late_reason.empty()) {
        AB_CO_TRY(
            permitted,
            co_await api.authenticator.authorise(request, Permission::period_post_soft_closed)
        );
    }
    Journal::Request by{
        .tenant = principal.tenant,
        .idempotency_key = {},
        .actor = principal.actor,
        .deadline = request.deadline,
    };
    AB_CO_TRY(
        posted, co_await api.journal.post_draft(std::move(by), id, draft->version, std::move(entry))
    );
    co_return created(principal.tenant, posted);
}

}  // namespace

void mount_drafts(net::Router& router, LedgerApi api) {
    const std::string drafts = "/api/v1/tenants/{tenant_id}/drafts";
    const std::string draft = drafts + "/{draft_id}";
    using net::Method;
    const net::Routes routes{router, api};
    routes.add(Method::get, drafts, get_drafts);
    routes.add(Method::post, drafts, post_draft, kDraftBytesMax);
    routes.add(Method::get, draft, get_draft);
    routes.add(Method::put, draft, put_draft, kDraftBytesMax);
    routes.add(Method::del, draft, delete_draft);
    routes.add(Method::post, draft + "/posting", post_posting);
}

}  // namespace accubooks::ledger
