#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "net/http.h"

namespace accubooks::net {

/// What serves one route. A refusal becomes a problem; an exception becomes a 500 or 503 problem without internals,
/// and is logged once with the request id.
using Handler = std::function<base::Task<base::Result<Response>>(const Request&)>;

/// Routes by method and template: "/api/v1/tenants/{tenant_id}/journal-entries/{number}". A colon starts an act on a
/// collection ("journal-entries:batch") and is part of the literal. GET routes answer HEAD alike.
class Router {
public:
    Router();
    ~Router();
    void add(Method method, std::string_view route, Handler handler);

    struct Match {
        const Handler* handler = nullptr;
        std::string_view route{};
        std::map<std::string, std::string> parameters{};
    };
    /// Errors: `http.not_found`; `http.method_not_allowed` (405; `allow` is filled for the Allow header).
    base::Result<Match> match(Method method, std::string_view path, std::string* allow) const;

    struct Route {
        Method method;
        std::string route;
    };
    std::vector<Route> routes() const;

private:
    struct Tree;
    std::unique_ptr<Tree> tree_;
};

}  // namespace accubooks::net
