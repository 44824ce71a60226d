#include "launch/report_statement.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/statement.h"
#include "base/rfc3339.h"
#include "launch/internal/exact_statement.h"

namespace accubooks::launch {
namespace {

namespace json = boost::json;

constexpr std::string_view kPredicateType = "https://accubooks.dev/launch/report/v1";

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

/// Throws where a member is missing or of another kind.
ReportStatement read(const audit::Statement& statement) {
    const json::object& predicate = statement.predicate;
    const json::object& signer = predicate.at("signer").as_object();
    return {
        .change = text_of(predicate, "change"),
        .revision = predicate.at("revision").to_number<std::int64_t>(),
        .attempt = predicate.at("attempt").to_number<std::int64_t>(),
        .report = statement.subjects.at(0).sha256,
        .outcome = text_of(predicate, "outcome"),
        .signer = base::Uuid::parse(text_of(signer, "id")).value(),
        .signer_name = text_of(signer, "name"),
        .signed_at = base::parse_rfc3339(text_of(predicate, "signedAt")).value(),
    };
}

}  // namespace

std::string statement_of(const ReportStatement& statement) {
    auto text = audit::to_json(audit::Statement{
        .subjects =
            {{.name = fmt::format(
                  "{}/rev/{}/attempt/{}/report.json",
                  statement.change,
                  statement.revision,
                  statement.attempt
              ),
              .sha256 = statement.report}},
        .predicate_type = std::string{kPredicateType},
        .predicate =
            {{"change", statement.change},
             {"revision", statement.revision},
             {"attempt", statement.attempt},
             {"outcome", statement.outcome},
             {"signer",
              json::object{
                  {"id", base::to_string(statement.signer)}, {"name", statement.signer_name}
              }},
             {"signedAt", base::to_rfc3339(statement.signed_at)}},
    });
    base::ensure(text.has_value(), "a statement of texts and whole numbers is canonical");
    return *std::move(text);
}

base::Result<ReportStatement> report_statement_of(std::string_view payload) {
    return exact_statement(payload, read, "a report");
}

}  // namespace accubooks::launch
