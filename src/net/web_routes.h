#pragma once

#include <memory>

#include "base/ids.h"
#include "net/router.h"
#include "net/web_bundle.h"

namespace accubooks::net {

/// Serves the web client: its files under their names, for a year and unchanged below /assets/,
/// and its page for every other path that isn't below /api, since the page's own program reads the
/// path. Each page has a nonce of its own, which its Content-Security-Policy names. Without a
/// bundle the refusal of the page, `http.no_web_client`, says how to make one.
void mount_web(Router& router, std::shared_ptr<const WebBundle> bundle, base::RandomBytes random);

}  // namespace accubooks::net
