#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "identity/authenticator.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::interchange {

/// What the routes of imports work with; everything outlives the router.
struct ImportApi {
    identity::Authenticator& authenticator;
    pg::Pool& pool;
    const base::Clock& clock;
    boost::asio::any_io_executor on;  // reads files, so that requests aren't held up
};

/// …/imports, …/imports:preview, …/imports/{batch}/reversal, …/import-mappings,
/// …/import-mappings/{name}. An instance has few imports under way at a time.
void mount_imports(net::Router& router, ImportApi api);

}  // namespace accubooks::interchange
