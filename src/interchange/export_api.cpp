#include "interchange/export_api.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "interchange/books_export.h"
#include "interchange/internal/place.h"
#include "ledger/tenant_audit.h"

namespace accubooks::interchange {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

constexpr int kAtOnce = 2;
constexpr std::chrono::minutes kPatience{10};

Result<std::shared_ptr<Place>> place_for_export(Place::Taken taken) {
    auto place = Place::take(std::move(taken), kAtOnce);
    if (!place) {
        return base::refuse(
            base::ErrorKind::overloaded,
            "export.too_many",
            "Other exports are under way; try again when they have ended."
        );
    }
    return place;
}

Result<ExportFormat> format_of(const Request& request) {
    AB_CHECK(request.allow_query({"format"}));
    AB_TRY(format, request.query_text("format"));
    if (format == "hledger") {
        return ExportFormat::hledger;
    }
    if (format == "jsonl") {
        return ExportFormat::jsonl;
    }
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_parameter",
        "The query parameter \"format\" is hledger or jsonl.",
        {{.pointer = "format", .detail = "hledger or jsonl"}}
    );
}

/// An export and its place, until it has been sent.
struct UnderWay {
    BooksExport books;
    std::shared_ptr<Place> place;
};

/// A server that stops doesn't wait: the export breaks off, and lacks its end.
Task<bool> pass_on(net::BodyWriter& writer, std::string piece) {
    if (!writer.is_wanted()) {
        co_return false;
    }
    co_return co_await writer.write(std::move(piece));
}

Task<void> send(std::shared_ptr<UnderWay> under_way, ExportFormat format, net::BodyWriter& writer) {
    const ExportSink sink = [&writer](std::string piece) {
        return pass_on(writer, std::move(piece));
    };
    co_await under_way->books.write(format, sink);
}

Task<Result<Response>> get_export(
    identity::Authenticator& authenticator,
    pg::Pool& pool,
    const base::Clock& clock,
    Place::Taken taken,
    const Request& request
) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await authenticator.authorise(request, tenant, Permission::books_export)
    );
    AB_CO_TRY(format, format_of(request));
    AB_CO_TRY(place, place_for_export(std::move(taken)));
    AB_CO_TRY(
        books, co_await BooksExport::begin(pool, clock, tenant, base::deadline_in(kPatience))
    );
    const bool is_journal = format == ExportFormat::hledger;
    if (request.method != net::Method::head) {
        co_await ledger::record_export(
            pool, tenant, principal.author(), is_journal ? "hledger" : "jsonl", request.deadline
        );
    }
    Response response =
        Response::text(200, "", is_journal ? "text/plain; charset=utf-8" : "application/jsonl");
    response.headers.set(
        "Content-Disposition",
        fmt::format(
            "attachment; filename=\"books-{}-{}.{}\"",
            tenant.value,
            books.head().last_entry.value,
            is_journal ? "journal" : "jsonl"
        )
    );
    const auto under_way = std::make_shared<UnderWay>(std::move(books), std::move(place));
    response.stream = [under_way, format](net::BodyWriter& writer) {
        return send(under_way, format, writer);
    };
    co_return response;
}

}  // namespace

void mount_export(
    net::Router& router,
    identity::Authenticator& authenticator,
    pg::Pool& pool,
    const base::Clock& clock
) {
    const auto taken = std::make_shared<std::atomic<int>>(0);
    router.add(
        net::Method::get,
        "/api/v1/tenants/{tenant_id}/export",
        [&authenticator, &pool, &clock, taken](const Request& request) {
            return get_export(authenticator, pool, clock, taken, request);
        }
    );
}

}  // namespace accubooks::interchange
