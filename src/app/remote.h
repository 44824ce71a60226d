#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/json/fwd.hpp>

#include "app/options.h"
#include "base/error.h"
#include "net/http_client.h"

namespace CLI {
class App;
}

namespace accubooks::app {

/// --url and --token-file. `options` outlives the parsing.
void add_remote(CLI::App& command, RemoteOptions& options);

/// The running server, as a command asks it: one request after another, each signed by the personal
/// token.
///
/// Errors of all calls: `app.server_refused` with what the server's problem says, its fields, and
/// its code at the end of the sentence; `app.no_server` when no answer came; `app.bad_answer` for
/// an answer that this program doesn't understand.
class Remote {
public:
    /// Errors: `app.no_token`, `app.unreadable_secret`, `http.bad_url`.
    static base::Result<std::unique_ptr<Remote>> open(const RemoteOptions& options);

    /// The answer's JSON; null where it has no body.
    base::Result<boost::json::value> get(std::string target);
    base::Result<boost::json::value> post(std::string target, std::string json);

    /// The answer itself, for what isn't JSON; its status says success.
    base::Result<net::ClientAnswer> send(net::ClientRequest request);

private:
    Remote(net::Origin origin, std::string url, std::string token);

    std::string url_;
    std::string token_;
    boost::asio::io_context io_{1};
    net::HttpClient client_;
};

/// Tells the person why a command came to nothing, and gives its exit code: kExitCantStart when no
/// server answered, kExitRefused otherwise.
int fail_command(const base::Error& error);

/// Does a command's work with the server: the exit code that it gives, kExitNotVerified for bytes
/// that aren't what the server says they are (`app.other_bytes`), else fail_command's, also for an
/// answer that isn't of this program's form (`app.bad_answer`).
int run_remote(const std::function<base::Result<int>()>& work);

}  // namespace accubooks::app
