#pragma once

#include "app/options.h"
#include "base/ed25519.h"
#include "base/error.h"

namespace CLI {
class App;
}

namespace accubooks::app {

/// --key and --passphrase-file. `options` outlives the parsing.
void add_signing_key(CLI::App& command, SigningKeyOptions& options);

/// The person's key, opened on this machine; it never leaves it. Errors: those of
/// identity::KeyFile, `app.unreadable_secret`.
base::Result<base::SigningKey> open_signing_key(const SigningKeyOptions& options);

}  // namespace accubooks::app
