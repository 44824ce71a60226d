#include "app/launch_report_command.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "app/launch_command.h"
#include "app/remote.h"
#include "app/signing_key.h"
#include "app/workbench.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "launch/report_statement.h"
#include "launch/signed_statement.h"

namespace accubooks::app {
namespace {

namespace json = boost::json;
using base::Result;

std::string path_of(const LaunchReportOptions& options, std::string_view below) {
    return fmt::format("/api/v1/launch/changes/{}/report{}", options.change, below);
}

Result<void> print(Remote& remote, const LaunchReportOptions& options) {
    AB_TRY(
        answer,
        remote.send(
            {.target = path_of(options, options.json ? "/content" : "/page"), .repeatable = true}
        )
    );
    fmt::print("{}", answer.body);  // nothing behind it: these are the bytes
    return {};
}

/// The report's exact bytes, which are what the server says they are. Errors: `app.other_bytes`.
Result<std::string> bytes_of(Remote& remote, const LaunchReportOptions& options) {
    AB_TRY(about, remote.get(path_of(options, "")));
    AB_TRY(answer, remote.send({.target = path_of(options, "/content"), .repeatable = true}));
    if (base::to_hex(base::sha256(answer.body)) != about.at("sha256").as_string()) {
        return base::refuse(
            base::ErrorKind::conflict,
            "app.other_bytes",
            "The server shows another report than its digest says; nothing was signed."
        );
    }
    return std::move(answer.body);
}

Result<launch::ReportStatement> statement_about(
    Remote& remote, const LaunchReportOptions& options, std::string_view bytes
) {
    AB_TRY(change, remote.get(fmt::format("/api/v1/launch/changes/{}", options.change)));
    AB_TRY(now, base::parse_rfc3339(change.at("now").as_string()));
    const json::value& you = change.at("you");
    AB_TRY(signer, base::Uuid::parse(you.at("user_id").as_string()));
    AB_TRY(report, base::parse_json(bytes));
    return launch::ReportStatement{
        .change = std::string{report.at("change").as_string()},
        .revision = report.at("revision").to_number<std::int64_t>(),
        .attempt = report.at("attempt").to_number<std::int64_t>(),
        .report = base::sha256(bytes),
        .outcome = std::string{report.at("outcome").as_string()},
        .signer = signer,
        .signer_name = std::string{you.at("name").as_string()},
        .signed_at = now,
    };
}

Result<void> sign(Remote& remote, const LaunchReportOptions& options) {
    AB_TRY(bytes, bytes_of(remote, options));
    AB_TRY(statement, statement_about(remote, options, bytes));
    say(fmt::format(
        "You sign the report of {} revision {}, attempt {}, which {}: SHA-256 {}",
        base::printable(statement.change),
        statement.revision,
        statement.attempt,
        base::printable(statement.outcome),
        base::to_hex(statement.report)
    ));
    AB_TRY(key, open_signing_key(options.signing));
    base::JsonWriter body;
    body.begin_object()
        .key("envelope")
        .raw(launch::sign_statement(launch::statement_of(statement), key))
        .end_object();
    AB_TRY(answer, remote.post(path_of(options, "/signature"), std::move(body).take()));
    fmt::print(
        "signed {}\nsha256 {}\nlate {}\n",
        base::printable(answer.at("signed").at("at").as_string()),
        base::printable(answer.at("sha256").as_string()),
        answer.at("late").as_bool() ? "yes" : "no"
    );
    return {};
}

Result<void> work(const LaunchReportOptions& options) {
    AB_CHECK(check_change_name(options.change));
    AB_TRY(remote, Remote::open(options.remote));
    return options.sign ? sign(*remote, options) : print(*remote, options);
}

}  // namespace

int report_launch(const LaunchReportOptions& options) {
    return run_remote([&options]() -> Result<int> {
        AB_CHECK(work(options));
        return kExitDone;
    });
}

}  // namespace accubooks::app
