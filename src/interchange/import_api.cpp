#include "interchange/import_api.h"

#include <atomic>
#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include "interchange/import_json.h"
#include "interchange/internal/place.h"
#include "net/body_fields.h"
#include "net/body_member.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"

namespace accubooks::interchange {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

constexpr int kAtOnce = 2;
constexpr std::int64_t kPageDefault = 100;
constexpr std::size_t kFileBodyBytesMax = 7UL << 20U;

/// What the handlers work with: the parts, and who imports at the moment.
struct Parts {
    ImportApi api;
    Place::Taken taken;
};

Task<Result<SavedMapping>> saved_mapping(
    pg::Pool& pool, base::TenantId tenant, std::string name, base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    auto mapping = co_await load_mapping(transaction, std::move(name));
    co_await transaction.commit();
    co_return mapping;
}

/// An import under way, and its place among the few.
struct Work {
    ImportApi api;
    base::TenantId tenant;
    SentFile file;
    BookImportOptions options;
    base::Deadline deadline;
    std::shared_ptr<Place> place;
};

Task<std::optional<Result<FileReport>>> import_on(Work work) {
    co_return co_await import_file(
        work.api.pool,
        work.api.clock,
        work.tenant,
        std::move(work.file),
        std::move(work.options),
        work.deadline
    );
}

Task<Result<FileReport>> run_import(Parts parts, const Request& request, Rehearsal rehearsal) {
    const ImportApi& api = parts.api;
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::journal_post));
    AB_CO_TRY(body, net::json_body(request));
    std::string mapping_name;
    AB_CO_TRY(file, sent_file_of(body, mapping_name));
    if (file.format != FileFormat::csv) {
        // It brings its accounts along.
        AB_CO_TRY(
            permitted, co_await api.authenticator.authorise(request, Permission::account_write)
        );
    }
    if (file.format == FileFormat::csv && !file.mapping) {
        auto found = co_await saved_mapping(
            api.pool, principal.tenant, std::move(mapping_name), request.deadline
        );
        AB_CO_TRY(saved, net::at_member(std::move(found), "/mapping"));
        file.mapping = std::move(saved.mapping);
    }
    auto place = Place::take(std::move(parts.taken), kAtOnce);
    if (!place) {
        co_return base::refuse(
            base::ErrorKind::overloaded,
            "import.too_many",
            "Other imports are under way; try again when they have ended."
        );
    }
    Work work{
        .api = api,
        .tenant = principal.tenant,
        .file = std::move(file),
        .options = {.actor = principal.actor, .peer = principal.peer, .rehearsal = rehearsal},
        .deadline = request.deadline,
        .place = std::move(place),
    };
    auto done = co_await boost::asio::co_spawn(
        api.on, import_on(std::move(work)), boost::asio::use_awaitable
    );
    co_return *std::move(done);
}

Response answer(int status, const FileReport& report) {
    base::JsonWriter json;
    write_report(json, report);
    return Response::json(status, std::move(json).take());
}

Task<Result<Response>> post_preview(Parts parts, const Request& request) {
    AB_CO_TRY(report, co_await run_import(std::move(parts), request, Rehearsal::yes));
    co_return answer(200, report);
}

/// A file with problems, as every refusal is told.
base::Error refused(const FileReport& report) {
    base::Error error{
        .kind = base::ErrorKind::invalid,
        .code = "import.refused",
        .detail = "Nothing was imported; correct what is named, or how the file is read.",
    };
    error.fields.reserve(report.result.problems.size());
    for (const ImportProblem& problem : report.result.problems) {
        error.fields.push_back({.pointer = "/content", .detail = to_string(problem)});
    }
    return error;
}

/// The same file again adds nothing, so that no key is needed.
Task<Result<Response>> post_import(Parts parts, const Request& request) {
    AB_CO_TRY(report, co_await run_import(std::move(parts), request, Rehearsal::no));
    if (report.result.has_problems()) {
        co_return std::unexpected(refused(report));
    }
    co_return answer(200, report);
}

Task<Result<Response>> get_imports(Parts parts, const Request& request) {
    AB_CO_TRY(
        principal, co_await parts.api.authenticator.authorise(request, Permission::journal_read)
    );
    AB_CO_CHECK(request.allow_query({"cursor", "limit"}));
    AB_CO_TRY(page, net::number_page_of(request, kPageDefault));
    auto batches = co_await list_batches(
        parts.api.pool,
        principal.tenant,
        base::EntryNumber{page.after},
        page.limit + 1,
        request.deadline
    );
    const auto cursor_of = [](const ImportBatch& batch) {
        return std::to_string(batch.first.value);
    };
    co_return Response::json(
        200, net::cut_page_json(std::move(batches), page.limit, cursor_of, write_batch)
    );
}

Task<Result<Response>> post_reversal(Parts parts, const Request& request) {
    const ImportApi& api = parts.api;
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, Permission::journal_reverse)
    );
    AB_CO_TRY(batch, request.path_id("batch"));
    AB_CO_TRY(body, net::json_body(request));
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    BatchReversal asked{
        .batch = base::EntryNumber{batch},
        .date = fields.optional_date("date"),
        .reason = fields.text("reason"),
        .late_reason = fields.optional_text("late_reason").value_or(""),
        .actor = principal.actor,
        .peer = principal.peer,
    };
    fields.refuse_unknown();
    AB_CO_CHECK(
        net::refuse_breaches("ledger.bad_reversal", "Nothing was reversed", std::move(wrong))
    );
    if (!asked.late_reason.empty()) {
        AB_CO_TRY(
            permitted,
            co_await api.authenticator.authorise(request, Permission::period_post_soft_closed)
        );
    }
    AB_CO_TRY(
        done,
        co_await reverse_batch(
            api.pool, api.clock, principal.tenant, std::move(asked), request.deadline
        )
    );
    base::JsonWriter json;
    json.begin_object().member("reversed", done.reversed);
    json.member("reversed_before", done.reversed_before).end_object();
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> get_mappings(Parts parts, const Request& request) {
    AB_CO_TRY(
        principal, co_await parts.api.authenticator.authorise(request, Permission::journal_read)
    );
    AB_CO_TRY(page, net::text_page_of(request));
    auto transaction = co_await pg::TenantTransaction::begin(
        parts.api.pool, principal.tenant, pg::Access::read_only, request.deadline
    );
    auto mappings = co_await list_mappings(transaction, page.after, page.limit + 1);
    co_await transaction.commit();
    const auto name_of = [](const SavedMapping& saved) { return saved.name; };
    co_return Response::json(
        200, net::text_page_json(std::move(mappings), page.limit, name_of, write_mapping)
    );
}

/// Under its name, over what was there: the same again changes nothing, so that no key is needed.
Task<Result<Response>> post_mapping(Parts parts, const Request& request) {
    AB_CO_TRY(
        principal, co_await parts.api.authenticator.authorise(request, Permission::journal_post)
    );
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(saved, mapping_of(body));
    saved.saved_by = principal.actor;
    saved.saved_at = parts.api.clock.now();
    auto transaction = co_await pg::TenantTransaction::begin(
        parts.api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, principal.author());
    AB_CO_CHECK(co_await save_mapping(transaction, saved));
    co_await transaction.commit();
    base::JsonWriter json;
    write_mapping(json, saved);
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> delete_mapping(Parts parts, const Request& request) {
    AB_CO_TRY(
        principal, co_await parts.api.authenticator.authorise(request, Permission::journal_post)
    );
    auto transaction = co_await pg::TenantTransaction::begin(
        parts.api.pool, principal.tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, principal.author());
    AB_CO_CHECK(co_await remove_mapping(transaction, request.parameters.at("name")));
    co_await transaction.commit();
    co_return Response::empty(204);
}

}  // namespace

void mount_imports(net::Router& router, ImportApi api) {
    const std::string imports = "/api/v1/tenants/{tenant_id}/imports";
    const std::string mappings = "/api/v1/tenants/{tenant_id}/import-mappings";
    using net::Method;
    const net::Routes routes{
        router, Parts{.api = std::move(api), .taken = std::make_shared<std::atomic<int>>(0)}
    };
    routes.add(Method::get, imports, get_imports);
    routes.add(Method::post, imports, post_import, kFileBodyBytesMax);
    routes.add(Method::post, imports + ":preview", post_preview, kFileBodyBytesMax);
    routes.add(Method::post, imports + "/{batch}/reversal", post_reversal);
    routes.add(Method::get, mappings, get_mappings);
    routes.add(Method::post, mappings, post_mapping);
    routes.add(Method::del, mappings + "/{name}", delete_mapping);
}

}  // namespace accubooks::interchange
