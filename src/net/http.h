#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/task.h"

namespace accubooks::net {

/// `other` is every method this program has no route for; it is answered by 405 or 404 like a known
/// one.
enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// As on the wire, "DELETE" for `del`; `other` is "_OTHER", the name that metrics use for it.
std::string_view to_string(Method method);

/// Header fields in order; names compare without case (RFC 9110 §5.1). Values are written to the
/// wire with control characters replaced by spaces, so a value made of foreign text can't start a
/// new field.
class Headers {
public:
    void set(std::string_view name, std::string value);  // replaces
    void add(std::string_view name, std::string value);  // keeps earlier ones (Set-Cookie)
    /// The first field of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    /// The last one.
    std::optional<std::string_view> find_last(std::string_view name) const;
    /// How many fields have that name.
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request as features see it: our own plain values, no Beast. Valid for the handler's whole
/// life.
struct Request {
    Method method = Method::get;
    std::string path;  // percent-decoded, without the query; for reading, not for routing
    std::map<std::string, std::string> parameters;  // of the route's path: "tenant_id" -> "7"
    std::vector<std::pair<std::string, std::string>> query;  // decoded ('+' is a space), in order
    Headers headers;
    std::string body;
    std::string request_id;  // from X-Request-Id when well-formed, else made here
    std::string route;       // the template it matched, for metrics and logs
    std::string peer;        // the client's address; behind a trusted proxy, what that says
    bool over_tls = false;   // whether the client came over TLS; behind a trusted proxy likewise
    std::size_t lane = 0;    // which of Lanes runs the handler, for what a feature keeps per lane
    base::Deadline deadline{};  // when the client's patience ends (HttpSettings::request_timeout)

    /// Typed looks at path and query parameters. Errors: `http.bad_parameter` with the parameter's
    /// name as field; a path parameter that isn't an id (a decimal number from 1, no leading zero)
    /// is `http.not_found`. Asking for a path parameter that the route doesn't have is a bug and
    /// stops the process.
    base::Result<std::int64_t> path_id(std::string_view name) const;
    base::Result<std::optional<std::string>> query_text(std::string_view name
    ) const;  // given twice: refused
    base::Result<std::optional<base::Date>> query_date(std::string_view name) const;
    base::Result<std::optional<std::int64_t>> query_int(
        std::string_view name, std::int64_t least, std::int64_t most
    ) const;
    /// Refuses query parameters other than `known`, so that a misspelt filter isn't silently
    /// everything.
    base::Result<void> allow_query(std::initializer_list<std::string_view> known) const;
    /// None also when the name is sent twice with different values: which of them is ours can't be
    /// told.
    std::optional<std::string> cookie(std::string_view name) const;
};

/// Where a handler writes a body that comes into being piece by piece.
class BodyWriter {
public:
    virtual ~BodyWriter() = default;

    /// Sends the piece; false when the client is gone or takes nothing any more.
    virtual base::Task<bool> write(std::string piece) = 0;
    /// Whether the connection shall go on: not once the server stops or hands over, so that the
    /// client comes back to whoever listens then. To be asked at least once a second.
    virtual bool is_wanted() const = 0;
};

struct Response {
    int status = 200;
    Headers headers{};
    std::string body{};
    /// Instead of a body: writes it, on the connection's lane, and returns when it has ended. The
    /// connection ends with it; what it throws is logged.
    std::function<base::Task<void>(BodyWriter&)> stream{};

    static Response json(int status, std::string body);
    static Response text(int status, std::string body, std::string content_type);
    static Response empty(int status) { return Response{.status = status}; }
};

/// RFC 9457 problem details for a refusal: `type` is "https://accubooks.dev/problems/" and the code
/// with '/' for '.', plus title, status, code, detail, instance (the request id) and `errors`
/// [{pointer, detail}]. 503 carries Retry-After.
Response problem(const base::Error& error, std::string_view request_id);

int status_of(base::ErrorKind kind);

/// The status of a refusal: of its code where HTTP has one of its own ("http.body_too_large" is
/// 413), else of its kind.
int status_of(const base::Error& error);

}  // namespace accubooks::net
