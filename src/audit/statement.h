#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/digest.h"
#include "base/error.h"

namespace accubooks::audit {

/// More bytes aren't read as a statement.
inline constexpr std::size_t kStatementBytesMax = 256UL * 1024;

struct Subject {
    std::string name;
    base::Digest sha256{};

    friend bool operator==(const Subject&, const Subject&) = default;
};

/// An in-toto Statement v1: something is said (the predicate, of a type that names its meaning)
/// about things that are named by their digests. It is the payload of an envelope.
struct Statement {
    std::vector<Subject> subjects;
    std::string predicate_type;
    boost::json::object predicate;

    /// Digests other than SHA-256 and members that the format doesn't have are refused. Errors:
    /// `audit.bad_statement`.
    static base::Result<Statement> parse(std::string_view json);
};

/// Canonical JSON, the bytes to be signed. Errors: `base.json_not_canonical` for a predicate that
/// has no such form, `audit.bad_statement` for one with a floating-point number, which isn't
/// signed.
base::Result<std::string> to_json(const Statement& statement);

}  // namespace accubooks::audit
