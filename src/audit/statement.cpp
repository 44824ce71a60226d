#include "audit/statement.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "audit/internal/json_fields.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kBadStatement = "audit.bad_statement";
constexpr std::string_view kType = "https://in-toto.io/Statement/v1";
constexpr std::size_t kSubjectsMax = 64;

bool has_floating_point(const json::value& value) {
    if (const auto* const array = value.if_array()) {
        return std::ranges::any_of(*array, has_floating_point);
    }
    if (const auto* const object = value.if_object()) {
        return std::ranges::any_of(*object, [](const json::key_value_pair& member) {
            return has_floating_point(member.value());
        });
    }
    return value.is_double();
}

}  // namespace

base::Result<Statement> Statement::parse(std::string_view text) {
    AB_TRY(document, read_json(text, kStatementBytesMax, kBadStatement));
    JsonFields fields{document, kBadStatement};
    if (fields.text("_type", 1, 200) != kType) {
        fields.breach("_type isn't that of an in-toto statement, version 1");
    }
    Statement statement;
    statement.predicate_type = fields.text("predicateType", 1, 200);
    for (const json::value& one : fields.array("subject", 1, kSubjectsMax)) {
        JsonFields subject{one, kBadStatement};
        Subject read{.name = subject.text("name", 1, 500)};
        if (const json::value* const digest = subject.required("digest")) {
            JsonFields digests{*digest, kBadStatement};
            read.sha256 = digests.digest("sha256");
            subject.adopt(std::move(digests));
        }
        fields.adopt(std::move(subject));
        statement.subjects.push_back(std::move(read));
    }
    if (const json::value* const predicate = fields.required("predicate")) {
        if (!predicate->is_object() || has_floating_point(*predicate)) {
            fields.breach("predicate isn't an object without floating-point numbers");
        } else {
            statement.predicate = predicate->get_object();
        }
    }
    AB_CHECK(std::move(fields).finish("The statement"));
    return statement;
}

base::Result<std::string> to_json(const Statement& statement) {
    if (has_floating_point(statement.predicate)) {
        return base::refuse(
            base::ErrorKind::invalid,
            kBadStatement,
            "Write numbers that are signed as whole ones or as texts."
        );
    }
    json::array subjects;
    for (const Subject& one : statement.subjects) {
        subjects.push_back(json::object{
            {"name", one.name}, {"digest", json::object{{"sha256", base::to_hex(one.sha256)}}}
        });
    }
    return base::canonical_json(json::object{
        {"_type", kType},
        {"subject", std::move(subjects)},
        {"predicateType", statement.predicate_type},
        {"predicate", statement.predicate},
    });
}

}  // namespace accubooks::audit
