#include "app/remote.h"

#include <csignal>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "app/options.h"
#include "app/run.h"
#include "app/secret_input.h"
#include "app/workbench.h"
#include "base/json.h"
#include "identity/secret.h"

namespace accubooks::app {
namespace {

// Longer than any single answer takes: what lasts (an execution, a load) answers at once.
constexpr std::chrono::minutes kPatience{2};
constexpr std::size_t kAnswerBytesMax = 256UL << 20U;

std::string text_of(const boost::json::object& problem, std::string_view name) {
    const auto* value = problem.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

/// A field that says what the problem says as a whole isn't said twice.
std::vector<base::FieldError> fields_of(const boost::json::object& problem) {
    const std::string whole = text_of(problem, "detail");
    std::vector<base::FieldError> fields;
    const auto* errors = problem.if_contains("errors");
    if (errors == nullptr || !errors->is_array()) {
        return fields;
    }
    for (const auto& each : errors->get_array()) {
        const auto* field = each.if_object();
        if (field != nullptr && text_of(*field, "detail") != whole) {
            fields.push_back(
                {.pointer = text_of(*field, "pointer"), .detail = text_of(*field, "detail")}
            );
        }
    }
    return fields;
}

base::ErrorKind kind_of(int status) {
    switch (status) {
        case 401:
            return base::ErrorKind::unauthenticated;
        case 403:
            return base::ErrorKind::forbidden;
        case 404:
            return base::ErrorKind::not_found;
        case 409:
            return base::ErrorKind::conflict;
        case 429:
            return base::ErrorKind::throttled;
        case 503:
            return base::ErrorKind::overloaded;
        default:
            return status < 500 ? base::ErrorKind::invalid : base::ErrorKind::unknown_outcome;
    }
}

/// The server's problem (RFC 9457) as our own refusal.
base::Error refusal_of(const net::ClientAnswer& answer) {
    const auto body = base::parse_json(answer.body);
    const auto* problem = body ? body->if_object() : nullptr;
    const std::string detail = problem != nullptr ? text_of(*problem, "detail") : std::string{};
    if (detail.empty()) {
        return {
            .kind = base::ErrorKind::unknown_outcome,
            .code = "app.bad_answer",
            .detail = fmt::format(
                "The server answered {} without saying why; is --url that of AccuBooks?",
                answer.status
            ),
        };
    }
    return {
        .kind = kind_of(answer.status),
        .code = "app.server_refused",
        .detail = fmt::format("{} ({})", detail, text_of(*problem, "code")),
        .fields = fields_of(*problem),
    };
}

base::Result<boost::json::value> json_of(const net::ClientAnswer& answer) {
    if (answer.body.empty()) {
        return boost::json::value{};
    }
    auto json = base::parse_json(answer.body);
    if (!json) {
        return base::refuse(
            base::ErrorKind::unknown_outcome,
            "app.bad_answer",
            "The server's answer isn't JSON; is --url that of AccuBooks?"
        );
    }
    return json;
}

}  // namespace

void add_remote(CLI::App& command, RemoteOptions& options) {
    command.add_option("--url", options.url, "the running server (default: http://127.0.0.1:8080)");
    command.add_option(
        "--token-file",
        options.token_file,
        "file with your personal token, - for standard input (default: ACCUBOOKS_TOKEN_FILE)"
    );
}

base::Result<std::unique_ptr<Remote>> Remote::open(const RemoteOptions& options) {
    AB_TRY(origin, net::Origin::parse(options.url));
    auto file = options.token_file;
    if (const char* named = std::getenv("ACCUBOOKS_TOKEN_FILE");
        !file && named != nullptr && *named != '\0') {
        file = named;
    }
    if (!file) {
        return base::refuse(
            base::ErrorKind::invalid,
            "app.no_token",
            "Name the file of your personal token by --token-file or ACCUBOOKS_TOKEN_FILE; "
            "accubooks user token create makes one."
        );
    }
    AB_TRY(token, read_secret("Token", file));
    // Never says what the file holds: it may be anything, another secret first of all.
    if (!identity::personal_token_digest(token)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "app.no_token",
            fmt::format(
                "{} has no personal token; accubooks user token create makes one.",
                *file == "-" ? "Standard input" : *file
            )
        );
    }
    std::signal(SIGPIPE, SIG_IGN);  // a server that goes away is an error to tell, not an end
    return std::unique_ptr<Remote>{new Remote{std::move(origin), options.url, std::move(token)}};
}

Remote::Remote(net::Origin origin, std::string url, std::string token)
    : url_{std::move(url)},
      token_{std::move(token)},
      client_{io_.get_executor(), std::move(origin), {.body_bytes_max = kAnswerBytesMax}} {}

base::Result<net::ClientAnswer> Remote::send(net::ClientRequest request) {
    request.headers.set("Authorization", "Bearer " + token_);
    net::ClientAnswer answer;
    try {
        answer = run(io_, client_.send(std::move(request), base::deadline_in(kPatience)));
    } catch (const net::ClientFailure& failure) {
        return base::refuse(
            base::ErrorKind::unknown_outcome,
            "app.no_server",
            fmt::format("{} gives no answer: {}", url_, failure.what())
        );
    }
    if (answer.status < 200 || answer.status >= 300) {
        return std::unexpected(refusal_of(answer));
    }
    return answer;
}

base::Result<boost::json::value> Remote::get(std::string target) {
    AB_TRY(answer, send({.target = std::move(target), .repeatable = true}));
    return json_of(answer);
}

base::Result<boost::json::value> Remote::post(std::string target, std::string json) {
    net::ClientRequest request{
        .method = net::Method::post, .target = std::move(target), .body = std::move(json)
    };
    request.headers.set("Content-Type", "application/json");
    AB_TRY(answer, send(std::move(request)));
    return json_of(answer);
}

int fail_command(const base::Error& error) {
    complain(error);
    return error.code == "app.no_server" ? kExitCantStart : kExitRefused;
}

int run_remote(const std::function<base::Result<int>()>& work) {
    try {
        const auto done = work();
        if (!done && done.error().code == "app.other_bytes") {
            complain(done.error());
            return kExitNotVerified;
        }
        return done ? *done : fail_command(done.error());
    } catch (const std::exception&) {  // a member that isn't there, or of another kind
        return fail_command({
            .kind = base::ErrorKind::unknown_outcome,
            .code = "app.bad_answer",
            .detail = "The server's answer isn't of this program's form; is it of another version?",
        });
    }
}

}  // namespace accubooks::app
