#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/digest.h"
#include "ledger/draft_attachment_store.h"
#include "ledger/journal_api.h"
#include "net/body_fields.h"
#include "net/etag.h"
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

// As base64 in JSON, with some room for the other members.
constexpr std::size_t kBodyBytesMax = kDocumentBytesMax / 3 * 4 + 8192;

Result<NewAttachment> new_attachment_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    NewAttachment document{
        .name = fields.text("name"),
        .media_type = fields.text("media_type"),
        .content = fields.text("content"),
        .actor = {},
    };
    fields.refuse_unknown();
    if (wrong.empty()) {
        auto content = base::from_base64(document.content);
        if (content) {
            document.content = *std::move(content);
        } else {
            fields.breach("content", "must be base64");
        }
    }
    AB_CHECK(net::refuse_breaches("ledger.bad_attachment", "Nothing was attached", std::move(wrong))
    );
    AB_CHECK(check_document(document));
    return document;
}

void write_attachment(base::JsonWriter& json, const Attachment& attachment) {
    json.begin_object()
        .member("sha256", base::to_hex(attachment.sha256))
        .member("name", attachment.name)
        .member("media_type", attachment.media_type)
        .member("bytes", attachment.bytes)
        .member("attached_by", attachment.attached_by)
        .member("attached_at", base::to_rfc3339(attachment.attached_at))
        .end_object();
}

/// What documents belong to, as a path names it.
template <class Id>
constexpr const char* kPathName = "number";
template <>
constexpr const char* kPathName<DraftId> = "draft_id";

template <class Id>
Task<Result<Response>> post_attachment(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(id, request.path_id(kPathName<Id>));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(document, new_attachment_of(body));
    document.actor = principal.actor;
    document.at = api.clock.now();
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    AB_CO_TRY(attached, co_await attach(transaction, Id{id}, std::move(document)));
    co_await transaction.commit();
    base::JsonWriter json;
    write_attachment(json, attached);
    co_return Response::json(201, std::move(json).take());
}

template <class Id>
Task<Result<Response>> get_attachments(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_TRY(id, request.path_id(kPathName<Id>));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    AB_CO_TRY(attachments, co_await attachments_of(transaction, Id{id}));
    co_await transaction.commit();
    co_return Response::json(
        200, net::page_json(attachments, std::optional<std::string>{}, write_attachment)
    );
}

/// RFC 8187: every byte but letters, digits and a few marks is written as its code.
std::string extended_value(std::string_view text) {
    std::string out = "UTF-8''";
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                              (byte >= 'A' && byte <= 'Z') || byte == '.' || byte == '-' ||
                              byte == '_';
        out += is_plain ? std::string{each} : fmt::format("%{:02X}", byte);
    }
    return out;
}

/// To be saved, never shown: whatever it is, it doesn't run as a page of ours. `nosniff` and a
/// policy without sources are with every answer.
template <class Id>
Task<Result<Response>> get_attachment(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_TRY(id, request.path_id(kPathName<Id>));
    const auto sha256 = base::digest_from_hex(request.parameters.at("sha256"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    std::optional<AttachedContent> found;
    if (sha256) {
        found = co_await find_attachment(transaction, Id{id}, *sha256);
    }
    co_await transaction.commit();
    if (!found) {
        co_return no_such_attachment();
    }
    Response response =
        Response::text(200, std::move(found->content), found->attachment.media_type);
    response.headers.set(
        "Content-Disposition", "attachment; filename*=" + extended_value(found->attachment.name)
    );
    net::set_etag_of_version(response, base::to_hex(found->attachment.sha256));
    co_return response;
}

Task<Result<Response>> delete_attachment(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(draft_id, request.path_id("draft_id"));
    const auto sha256 = base::digest_from_hex(request.parameters.at("sha256"));
    if (!sha256) {
        co_return no_such_attachment();
    }
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    const bool was_there =
        co_await detach(transaction, DraftId{draft_id}, *sha256, principal.actor, api.clock.now());
    co_await transaction.commit();
    if (!was_there) {
        co_return no_such_attachment();
    }
    co_return Response::empty(204);
}

}  // namespace

void mount_attachments(net::Router& router, LedgerApi api) {
    const std::string tenant = "/api/v1/tenants/{tenant_id}";
    const std::string of_entry = tenant + "/journal-entries/{number}/attachments";
    const std::string of_draft = tenant + "/drafts/{draft_id}/attachments";
    using base::EntryNumber;
    using net::Method;
    const net::Routes routes{router, api};
    routes.add(Method::get, of_entry, get_attachments<EntryNumber>);
    routes.add(Method::post, of_entry, post_attachment<EntryNumber>, kBodyBytesMax);
    routes.add(Method::get, of_entry + "/{sha256}", get_attachment<EntryNumber>);
    routes.add(Method::get, of_draft, get_attachments<DraftId>);
    routes.add(Method::post, of_draft, post_attachment<DraftId>, kBodyBytesMax);
    routes.add(Method::get, of_draft + "/{sha256}", get_attachment<DraftId>);
    routes.add(Method::del, of_draft + "/{sha256}", delete_attachment);
}

}  // namespace accubooks::ledger
