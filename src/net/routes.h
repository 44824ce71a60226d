#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "net/router.h"

namespace accubooks::net {

/// Puts the routes of one API on a router. `Api` is what they work with, references mostly; each
/// route has a copy, which its coroutines take by value.
template <class Api>
class Routes {
public:
    using Serve = base::Task<base::Result<Response>> (*)(Api, const Request&);

    Routes(Router& router, Api api) : router_{router}, api_{std::move(api)} {}

    /// As Router::add.
    void add(
        Method method,
        std::string_view route,
        Serve serve,
        std::size_t body_bytes_max = kBodyBytesOfRoute
    ) const {
        router_.add(
            method,
            route,
            [api = api_, serve](const Request& request) { return serve(api, request); },
            body_bytes_max
        );
    }

private:
    Router& router_;
    Api api_;
};

}  // namespace accubooks::net
