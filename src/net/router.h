#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "net/http.h"

namespace accubooks::net {

/// What serves one route. A refusal becomes a problem; an exception becomes a 500 or 503 problem
/// without internals, and is logged once with the request id. It runs on the connection's lane and
/// must not block it. An object's route is a member function, `std::bind_front(&PostingApi::post,
/// &api)`; a lambda that captures and awaits isn't one, since its captures may die before it does.
using Handler = std::function<base::Task<base::Result<Response>>(const Request&)>;

/// The longest body that a route takes unless it says otherwise: an act with a few fields.
inline constexpr std::size_t kBodyBytesOfRoute = 64UL * 1024;

/// Routes by method and template: "/api/v1/tenants/{tenant_id}/journal-entries/{number}". A colon
/// starts an act on a collection ("journal-entries:batch") and is part of the literal. GET routes
/// answer HEAD alike.
///
/// A parameter is one whole segment, never empty, "." or "..". Where a literal and a parameter both
/// fit, the literal wins if the rest of the path fits too. Filled before serving, then only read,
/// from any lane.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// A longer body than `body_bytes_max`, or than HttpSettings::body_bytes_max, is refused before
    /// it is read. A template that isn't one, or is taken already (whatever its parameters are
    /// called), stops the process.
    void add(
        Method method,
        std::string_view route,
        Handler handler,
        std::size_t body_bytes_max = kBodyBytesOfRoute
    );

    /// Serves GET of every path that no template fits, under `name` in metrics and logs, unless its
    /// first segment is `except`. Once.
    void add_rest(std::string_view name, std::string_view except, Handler handler);

    struct Match {
        const Handler* handler = nullptr;  // owned by the router
        std::string_view route{};          // likewise
        std::size_t body_bytes_max = kBodyBytesOfRoute;
        std::map<std::string, std::string> parameters{};  // percent-decoded
    };
    /// `path` is as it came, still percent-encoded, without the query, so that "%2F" is part of a
    /// parameter and not the end of it. Errors: `http.not_found`; `http.method_not_allowed` (405;
    /// `allow` is filled for the Allow header); `http.bad_target` for an encoding that isn't UTF-8
    /// or hides control characters.
    base::Result<Match> match(Method method, std::string_view path, std::string* allow) const;

    struct Route {
        Method method;
        std::string route;
    };
    /// Those with a template, in the order they were added.
    std::vector<Route> routes() const;

private:
    struct Tree;
    std::unique_ptr<Tree> tree_;
};

}  // namespace accubooks::net
