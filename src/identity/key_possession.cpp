#include "identity/key_possession.h"

#include <algorithm>
#include <stdexcept>

#include <boost/json/value.hpp>

#include "audit/envelope.h"
#include "audit/statement.h"
#include "base/base64.h"
#include "base/rfc3339.h"

namespace accubooks::identity {

namespace {

namespace json = boost::json;

constexpr std::string_view kPredicateType = "https://accubooks.dev/identity/key-possession/v1";

std::unexpected<base::Error> bad_possession(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "identity.bad_possession", std::move(detail));
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

/// Throws where a member is missing or of another kind.
Possession read(const json::object& predicate) {
    Possession possession{.made_at = base::parse_rfc3339(text_of(predicate, "madeAt")).value()};
    const std::string key = base::from_base64(text_of(predicate, "publicKey")).value();
    if (key.size() != possession.key.bytes.size()) {
        throw std::length_error{"no key"};
    }
    std::ranges::copy(key, possession.key.bytes.begin());
    const std::string kind = text_of(predicate, "kind");
    if (kind == to_string(KeyKind::browser)) {
        possession.kind = KeyKind::browser;
    } else if (kind != to_string(KeyKind::file)) {
        throw std::invalid_argument{"no kind"};
    }
    return possession;
}

base::Result<Possession> possession_of(std::string_view payload) {
    AB_TRY(statement, audit::Statement::parse(payload));
    constexpr std::string_view kRemedy =
        "A key's statement says key, kind and time, in canonical JSON; make it anew.";
    try {
        Possession possession = read(statement.predicate);
        if (statement_of(possession) != payload) {
            return bad_possession(std::string{kRemedy});
        }
        return possession;
    } catch (const std::exception&) {
        return bad_possession(std::string{kRemedy});
    }
}

}  // namespace

std::string_view to_string(KeyKind kind) {
    return kind == KeyKind::file ? "file" : "browser";
}

std::string statement_of(const Possession& possession) {
    auto text = audit::to_json(audit::Statement{
        .subjects = {{.name = "key", .sha256 = base::sha256(possession.key.bytes)}},
        .predicate_type = std::string{kPredicateType},
        .predicate =
            {{"publicKey", base::to_base64(possession.key.bytes)},
             {"kind", to_string(possession.kind)},
             {"madeAt", base::to_rfc3339(possession.made_at)}},
    });
    base::ensure(text.has_value(), "a statement of texts is canonical");
    return *std::move(text);
}

std::string sign_possession(const base::SigningKey& key, KeyKind kind, base::Instant made_at) {
    audit::Envelope envelope{
        .payload_type = std::string{audit::kStatementType},
        .payload = statement_of({.key = key.public_key(), .kind = kind, .made_at = made_at}),
        .signatures = {},
    };
    envelope.sign(key);
    return audit::to_json(envelope);
}

base::Result<Possession> open_possession(std::string_view envelope) {
    AB_TRY(opened, audit::Envelope::parse(envelope));
    if (opened.payload_type != audit::kStatementType || opened.signatures.size() != 1) {
        return bad_possession("A key's statement is an in-toto statement with one signature.");
    }
    AB_TRY(possession, possession_of(opened.payload));
    if (!opened.signers({possession.key}).contains(possession.key)) {
        return bad_possession("The key didn't sign its own statement.");
    }
    return possession;
}

}  // namespace accubooks::identity
