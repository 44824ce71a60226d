#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "identity/api.h"
#include "identity/second_factor.h"
#include "identity/secret_key.h"
#include "testing/fake_clock.h"
#include "testing/seeded_random.h"
#include "testing/temporary_folder.h"
#include "testing/test_cluster.h"

namespace accubooks::identity {

/// What the program wires up for this room, on a database of the test's own: for `*_db_test.cpp`.
/// Everything runs on the calling thread.
class TestHouse {
public:
    TestHouse() {
        mount_identity(
            router,
            {sign_in,
             authenticator,
             directory,
             members,
             open_sessions,
             passwords,
             password_resets,
             invitations,
             mailer,
             tenants,
             operators,
             [this](base::Uuid, base::Deadline) { return launch_roles_of_everybody(); }}
        );
    }

    ~TestHouse() {
        await(app.close(deadline()));
        await(ops.close(deadline()));
        context.run();
    }

    static base::Deadline deadline() { return base::deadline_in(std::chrono::seconds{30}); }

    /// Runs the context until the coroutine has ended, and gives its result or throws what it
    /// threw.
    template <class T>
    T await(base::Task<T> task) {
        std::optional<T> result;
        run(keep(std::move(task), result));
        return *std::move(result);
    }
    void await(base::Task<void> task) { run(std::move(task)); }

    net::Response send(net::Request request) {
        std::string allow;
        auto match = router.match(request.method, request.path, &allow);
        base::ensure(match.has_value(), "a test asks for routes that exist");
        request.parameters = std::move(match->parameters);
        request.route = match->route;
        request.deadline = deadline();
        auto result = await((*match->handler)(request));
        return result ? *std::move(result) : net::problem(result.error(), "test");
    }

    testing::TestDatabase database;
    boost::asio::io_context context{1};
    testing::FakeClock clock{base::SystemClock{}.now()};  // the database's own clock reads the same
    base::RandomBytes random = testing::seeded_random(7);
    pg::Pool app{context.get_executor(), "app", database.endpoint("accubooks_app"), {.min = 0}};
    pg::Pool ops{context.get_executor(), "ops", database.endpoint("accubooks_ops"), {.min = 0}};
    PasswordHasher hasher{1, 8, {.passes = 1, .memory_bytes = std::size_t{8} << 10U}};
    AttemptLimiter limiter;
    Directory directory{ops, hasher, clock, random};
    Members members{ops, clock};
    OpenSessions open_sessions{ops, clock};
    Passwords passwords{ops, hasher, limiter, clock};
    Invitations invitations{ops, hasher, clock, random};
    Tenants tenants{ops, 2};
    Operators operators{ops, clock};
    std::vector<std::string> launch_roles;
    testing::TemporaryFolder folder;
    net::Mailer mailer{{.outbox = folder.path() / "outbox"}};
    std::vector<std::string> told;  // to operators, by `password_resets`
    PasswordResets password_resets{{
        .on = context.get_executor(),
        .ops = ops,
        .hasher = hasher,
        .mailer = mailer,
        .clock = clock,
        .random = random,
        .failed = [this](
                      std::string_view what, std::string_view why
                  ) { told.push_back(fmt::format("{}: {}", what, why)); },
    }};
    SecretKey secret_key{folder.path() / "identity", random};
    SecondFactor second_factor{ops, secret_key, clock, random};
    SignIn sign_in{app, hasher, limiter, second_factor, clock, random, {}};
    Authenticator authenticator{app, clock, {}};
    net::Router router;

private:
    base::Task<std::vector<std::string>> launch_roles_of_everybody() { co_return launch_roles; }

    template <class T>
    static base::Task<void> keep(base::Task<T> task, std::optional<T>& result) {
        result.emplace(co_await std::move(task));
    }

    void run(base::Task<void> task) {
        bool done = false;
        std::exception_ptr thrown;
        boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr failure) {
            done = true;
            thrown = failure;
        });
        context.restart();
        while (!done && context.run_one() > 0) {
        }
        base::ensure(done, "a coroutine ends while its context has work");
        if (thrown != nullptr) {
            std::rethrow_exception(thrown);
        }
    }
};

}  // namespace accubooks::identity
