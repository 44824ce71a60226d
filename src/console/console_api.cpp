#include "console/console_api.h"

#include "net/routes.h"

namespace accubooks::console {
namespace {

using base::Result;
using base::Task;
using net::Request;
using net::Response;

/// Who watches. Errors: those of Authenticator::person, `console.no_operator`.
Task<Result<base::Uuid>> watcher_of(ConsoleApi api, const Request& request) {
    AB_CO_TRY(person, co_await api.authenticator.person(request));
    const base::Uuid user = person.user.user_id;
    if (co_await api.operators.is_one(user, request.deadline)) {
        co_return user;
    }
    const launch::RoleBook book = co_await api.launch_roles.book(request.deadline);
    if (book.roles_of(user, api.clock.now()).empty()) {
        co_return base::refuse(
            base::ErrorKind::forbidden,
            "console.no_operator",
            "Only operators and who holds a role of the launch see how the program does."
        );
    }
    co_return user;
}

/// One watcher's stream. It owns what it was asked with, since it outlives the handler.
class Stream final : public net::EventStream {
public:
    Stream(ConsoleApi api, Request request, net::StreamCap::Place place, net::StreamRequest wanted)
        : EventStream{std::move(place), wanted.lasts},
          api_{api},
          request_{std::move(request)},
          last_{wanted.after} {}

private:
    Task<std::optional<std::string>> look(base::Deadline deadline) override {
        request_.deadline = deadline;
        if (!co_await watcher_of(api_, request_)) {
            co_return std::nullopt;
        }
        auto news = api_.console.history().after(last_);
        last_ = news.last;
        co_return std::move(news.frames);
    }

    Task<bool> has_news(base::Deadline /*deadline*/) override {
        co_return !api_.console.history().after(last_).frames.empty();
    }

    ConsoleApi api_;
    Request request_;
    std::optional<std::int64_t> last_;
};

Task<Result<Response>> get_ops(ConsoleApi api, const Request& request) {
    AB_CO_TRY(watcher, co_await watcher_of(api, request));
    AB_CO_CHECK(request.allow_query({}));
    auto snapshot = api.console.history().snapshot();
    if (!snapshot) {
        co_return base::refuse(
            base::ErrorKind::overloaded,
            "console.no_sample_yet",
            "The program has just started; ask again in a second."
        );
    }
    Response response = Response::json(200, *std::move(snapshot));
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

Task<Result<Response>> get_events(ConsoleApi api, const Request& request) {
    AB_CO_TRY(watcher, co_await watcher_of(api, request));
    AB_CO_TRY(wanted, net::stream_request(request));
    AB_CO_TRY(place, api.streams.enter(watcher));
    co_return net::stream_response(std::make_shared<Stream>(api, request, std::move(place), wanted)
    );
}

}  // namespace

void mount_console(net::Router& router, const ConsoleApi& api) {
    const net::Routes routes{router, api};
    routes.add(net::Method::get, "/api/v1/ops", get_ops);
    routes.add(net::Method::get, "/api/v1/ops/events", get_events);
}

}  // namespace accubooks::console
