#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "ledger/attachment_store.h"
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
constexpr std::size_t kNameMax = 200;

/// A name that is safe in a header and on any file system it is saved to.
bool is_file_name(std::string_view name) {
    return !name.empty() && base::is_plain_text(name) && base::characters_in(name) <= kNameMax &&
           name.find_first_of("/\\") == std::string_view::npos && name != "." && name != "..";
}

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
    if (wrong.empty() && !is_file_name(document.name)) {
        fields.breach("name", "1 to 200 characters of plain text, no slashes");
    }
    if (wrong.empty() &&
        std::ranges::find(document_types(), document.media_type) == document_types().end()) {
        fields.breach("media_type", fmt::format("one of {}", fmt::join(document_types(), ", ")));
    }
    if (wrong.empty()) {
        auto content = base::from_base64(document.content);
        if (!content) {
            fields.breach("content", "must be base64");
        } else if (content->empty() || content->size() > kDocumentBytesMax) {
            fields.breach("content", "1 byte to 4 MiB");
        } else {
            document.content = *std::move(content);
        }
    }
    AB_CHECK(net::refuse_breaches("ledger.bad_attachment", "Nothing was attached", std::move(wrong))
    );
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

Task<Result<Response>> post_attachment(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(number, request.path_id("number"));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(document, new_attachment_of(body));
    document.actor = principal.actor;
    document.at = api.clock.now();
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    AB_CO_TRY(
        attached, co_await attach(transaction, base::EntryNumber{number}, std::move(document))
    );
    co_await transaction.commit();
    base::JsonWriter json;
    write_attachment(json, attached);
    co_return Response::json(201, std::move(json).take());
}

Task<Result<Response>> get_attachments(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_TRY(number, request.path_id("number"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    AB_CO_TRY(attachments, co_await attachments_of(transaction, base::EntryNumber{number}));
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
Task<Result<Response>> get_attachment(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_read));
    AB_CO_TRY(number, request.path_id("number"));
    const auto sha256 = base::digest_from_hex(request.parameters.at("sha256"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    std::optional<AttachedContent> found;
    if (sha256) {
        found = co_await find_attachment(transaction, base::EntryNumber{number}, *sha256);
    }
    co_await transaction.commit();
    if (!found) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "ledger.attachment_not_found",
            "The entry has no such attachment."
        );
    }
    Response response =
        Response::text(200, std::move(found->content), found->attachment.media_type);
    response.headers.set(
        "Content-Disposition", "attachment; filename*=" + extended_value(found->attachment.name)
    );
    net::set_etag_of_version(response, base::to_hex(found->attachment.sha256));
    co_return response;
}

}  // namespace

void mount_attachments(net::Router& router, LedgerApi api) {
    const std::string attachments =
        "/api/v1/tenants/{tenant_id}/journal-entries/{number}/attachments";
    using net::Method;
    const net::Routes routes{router, api};
    routes.add(Method::get, attachments, get_attachments);
    routes.add(Method::post, attachments, post_attachment, kBodyBytesMax);
    routes.add(Method::get, attachments + "/{sha256}", get_attachment);
}

}  // namespace accubooks::ledger
