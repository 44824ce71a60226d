#include <fmt/format.h>

#include "audit/bundle_reader.h"
#include "audit/manifest.h"
#include "base/json_writer.h"
#include "launch/change_api.h"
#include "launch/evidence.h"
#include "launch/internal/requests.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

/// More bytes aren't sent as one file: whoever needs them has the folder.
constexpr std::size_t kFileMebibytesMax = 64;
constexpr std::size_t kFileBytesMax = kFileMebibytesMax * 1024 * 1024;

/// Where the evidence of the execution lies that the route names.
Task<Result<std::filesystem::path>> folder_of(LaunchApi api, const Request& request) {
    AB_CO_TRY(actor, co_await actor_of(api, request));
    AB_CO_TRY(number, request.path_id("execution"));
    AB_CO_TRY(attempt, co_await api.executions.find(number, request.deadline));
    const Payload& payload = attempt.payload;
    co_return api.evidence.folder /
        evidence_folder(payload.plan, payload.phase, attempt.execution.terms);
}

Task<Result<Response>> get_evidence(LaunchApi api, const Request& request) {
    AB_CO_CHECK(request.allow_query({}));
    AB_CO_TRY(folder, co_await folder_of(api, request));
    const auto files =
        co_await api.evidence.disk.run([folder] { return audit::files_of_bundle(folder); });
    base::JsonWriter json;
    json.begin_object()
        .member("folder", folder.lexically_relative(api.evidence.folder).generic_string())
        .key("files")
        .begin_array();
    for (const audit::BundleFile& file : files) {
        json.begin_object().member("path", file.path).member("size", file.size).end_object();
    }
    json.end_array().end_object();
    co_return Response::json(200, std::move(json).take());
}

Result<std::string> path_of(const Request& request) {
    AB_CHECK(request.allow_query({"path"}));
    AB_TRY(path, request.query_text("path"));
    if (!path || !audit::is_bundle_path(*path)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.bad_parameter",
            "The query parameter \"path\" is that of a file below the evidence's folder.",
            {{.pointer = "path", .detail = "a path below the folder"}}
        );
    }
    return *std::move(path);
}

/// Exactly as the file lies there: its bytes are what was digested.
Task<Result<Response>> get_file(LaunchApi api, const Request& request) {
    AB_CO_TRY(folder, co_await folder_of(api, request));
    AB_CO_TRY(path, path_of(request));
    auto bytes = co_await api.evidence.disk.run([folder, path] {
        return audit::read_bundle_file(folder, path, kFileBytesMax);
    });
    if (!bytes) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "launch.evidence_not_found",
            fmt::format(
                "There is no such file of this evidence on this instance, or it has more than {} "
                "MiB; look into the folder itself.",
                kFileMebibytesMax
            )
        );
    }
    co_return Response::text(200, *std::move(bytes), "application/octet-stream");
}

}  // namespace

void mount_evidence(net::Router& router, LaunchApi api) {
    using net::Method;
    const std::string evidence = "/api/v1/launch/executions/{execution}/evidence";
    const Routes routes{router, api};
    routes.add(Method::get, evidence, get_evidence);
    routes.add(Method::get, evidence + "/file", get_file);
}

}  // namespace accubooks::launch
