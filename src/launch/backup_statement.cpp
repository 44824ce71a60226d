#include "launch/backup_statement.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/statement.h"
#include "base/digest.h"
#include "base/rfc3339.h"
#include "launch/internal/exact_statement.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;

constexpr std::string_view kPredicateType = "https://accubooks.dev/launch/backup/v1";

/// Throws where a member is missing or of another kind.
BackupStatement read(const audit::Statement& statement) {
    const auto text = [&predicate = statement.predicate](std::string_view name) {
        return std::string{predicate.at(name).as_string()};
    };
    const auto time = [&text](std::string_view name) {
        return base::parse_rfc3339(text(name)).value();
    };
    return {
        .backup = text("backup"),
        .finished_at = time("finishedAt"),
        .tested_at = time("testedAt"),
        .signed_at = time("signedAt"),
    };
}

base::Result<BackupStatement> checked(BackupStatement statement) {
    if (statement.backup.empty() || statement.backup.size() > kBackupNameMax ||
        statement.tested_at < statement.finished_at || statement.signed_at < statement.tested_at) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_attestation",
            "A backup has a name, is finished before its restore is tested, and both are over when "
            "that is signed."
        );
    }
    return statement;
}

}  // namespace

std::string statement_of(const BackupStatement& statement) {
    const std::string finished = base::to_rfc3339(statement.finished_at);
    const std::string tested = base::to_rfc3339(statement.tested_at);
    auto text = audit::to_json(audit::Statement{
        .subjects =
            {{.name = "backup",
              .sha256 = base::sha256(fmt::format("{} {} {}", finished, tested, statement.backup))}},
        .predicate_type = std::string{kPredicateType},
        .predicate =
            {{"backup", statement.backup},
             {"finishedAt", finished},
             {"testedAt", tested},
             {"signedAt", base::to_rfc3339(statement.signed_at)}},
    });
    base::ensure(text.has_value(), "a statement of texts is canonical");
    return *std::move(text);
}

base::Result<BackupStatement> backup_statement_of(std::string_view payload) {
    AB_TRY(statement, exact_statement(payload, read, "a backup"));
    return checked(std::move(statement));
}

}  // namespace accubooks::launch
