#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "launch/change_book.h"
#include "launch/execution_book.h"
#include "launch/incident_book.h"
#include "launch/notification.h"
#include "ops/change.h"
#include "ops/revision_store.h"
#include "testing/fake_clock.h"
#include "testing/test_cluster.h"

namespace accubooks::launch {

inline base::Deadline soon() {
    return base::deadline_in(std::chrono::seconds{60});
}

inline base::Uuid uuid(std::uint8_t last) {
    base::Uuid made;
    made.bytes.back() = last;
    return made;
}

inline base::SigningKey key(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{};
    bytes.fill(seed);
    return base::SigningKey{bytes};
}

/// A person with one role and one key, whose number is that of the user and of the key's seed.
inline Actor actor(RoleName role, std::uint8_t number) {
    return {
        .person = {.user = uuid(number), .name = "P" + std::to_string(number), .roles = {role}},
        .name = "user:" + base::to_string(uuid(number)),
        .keys = {{.key = key(number).public_key()}},
    };
}
/// The key of each, as its number says.
inline base::Task<std::vector<KnownKey>> keys_of(base::Uuid person, base::Deadline) {
    std::vector<KnownKey> theirs;
    for (const auto number : std::array<std::uint8_t, 3>{1, 2, 5}) {
        if (person == uuid(number)) {
            theirs.push_back({.key = key(number).public_key()});
        }
    }
    co_return theirs;
}
inline Actor lead() {
    return actor(RoleName::requester_lead, 1);
}
inline Actor executive() {
    return actor(RoleName::executive_operator, 2);
}
inline Actor on_call() {
    return actor(RoleName::on_call, 5);
}

inline BuildSeen this_build() {
    return {.version = "1.0.0", .commit = "c0ffee"};
}

/// A load that was sent in no time.
inline auto sent(LoadSeen load) {
    return [load](base::Deadline) -> base::Task<base::Result<LoadSeen>> { co_return load; };
}

inline Wish wish() {
    Wish made;
    made.send_load =
        sent({.requests = 60, .errors = 0, .p50_us = 900, .p95_us = 2000, .p99_us = 3000});
    for (const RoleName role : kRoleNames) {
        const auto number = static_cast<std::uint8_t>(made.stakeholders.size() + 1);
        made.stakeholders.push_back(
            {.role = role, .user = uuid(number), .name = "P" + std::to_string(number)}
        );
    }
    return made;
}

/// A database with five people and one live instance, and the book on it. For tests.
class Launch {
public:
    Launch()
        : pool_{io_.get_executor(), "ops", database_.endpoint("accubooks_ops"), settings()},
          book_{{.ops = pool_, .clock = clock_, .plan = default_plan(), .build = this_build}},
          incidents_{pool_, clock_, default_plan()} {
        for (int number = 1; number <= 5; ++number) {
            database_.run_script(
                "postgres",
                fmt::format(
                    "insert into platform.app_user (user_id, email, name, password_hash) "
                    "values ('{}', 'p{}@example.com', 'P{}', 'x')",
                    base::to_string(uuid(static_cast<std::uint8_t>(number))),
                    number,
                    number
                )
            );
        }
        run(prepare());
    }

    ChangeBook& book() { return book_; }
    IncidentBook& incidents() { return incidents_; }
    pg::Pool& pool() { return pool_; }
    testing::FakeClock& clock() { return clock_; }
    /// Of a book of executions on it.
    ExecutionBook::Parts executing() {
        return {
            .ops = pool_,
            .clock = clock_,
            .plan = default_plan(),
            .build = this_build,
            .keys_of = keys_of,
        };
    }
    boost::asio::io_context& io() { return io_; }
    const testing::TestDatabase& database() const { return database_; }

    template <class T>
    T run(base::Task<T> task) {
        std::optional<T> result;
        bool has_ended = false;
        std::exception_ptr failure;
        boost::asio::co_spawn(io_, keep(std::move(task), result), [&](std::exception_ptr thrown) {
            failure = std::move(thrown);
            has_ended = true;
        });
        io_.restart();
        while (!has_ended) {
            io_.run_one();
        }
        if (failure) {
            std::rethrow_exception(failure);
        }
        return *std::move(result);
    }

    /// Of the notice of that transition.
    std::vector<Receipt> receipts(std::string transition) {
        const auto ask = [](pg::Pool& pool, std::string of) -> base::Task<std::vector<Receipt>> {
            auto lease = co_await pool.acquire(soon());
            co_return co_await receipts_of(*lease, std::move(of), soon());
        };
        return run(ask(pool_, std::move(transition)));
    }

    /// The newest change of phase 1.
    Change change() { return run(book_.find("phase1", soon())).value(); }

    Written requested(Wish with = wish()) {
        auto written = run(book_.request(lead(), PhaseName::phase1, std::move(with), soon()));
        EXPECT_TRUE(written.has_value()) << written.error().detail;
        return written.value();
    }

    /// A decision about the newest revision, signed by this person.
    std::string signed_by(const Actor& by, Verb verb, std::uint8_t seed, int salt = 0) {
        const Change now = change();
        Decision decision{
            .verb = verb,
            .change = now.number,
            .revision = now.newest().number,
            .payload = now.newest().digest,
            .approver = by.person.user,
            .approver_name = by.person.name,
            .not_before = clock_.now(),
            .expires_at =
                clock_.now() + std::chrono::hours{7 * 24} + std::chrono::microseconds{-salt},
        };
        if (verb == Verb::approve) {
            decision.sentence = "I approve Phase 1 execution";
        } else {
            decision.rationale = "the beta isn't ready yet";
        }
        if (verb == Verb::defer) {
            decision.defer_until = clock_.now() + std::chrono::hours{48};
        }
        return sign_decision(std::move(decision), key(seed));
    }
    base::Result<Written> take(const Actor& by, std::string envelope) {
        return run(book_.take(by, 1, std::move(envelope), soon()));
    }
    base::Result<Written> decided(Verb verb) {
        return take(executive(), signed_by(executive(), verb, 2));
    }
    /// Of whatever was to be told until now.
    void everybody_is_told() {
        database_.run_script("accubooks_ops", R"sql(
insert into launch.notification_attempt (notification_id, attempt, instance, leased_until)
select notification_id, 1, 'test', now() from launch.notification;
insert into launch.notification_receipt (notification_id, attempt, channel, outcome, detail)
select notification_id, 1, 'outbox', 'not_sent', 'test' from launch.notification)sql");
    }

private:
    /// Not every result has an empty state, which co_spawn wants.
    template <class T>
    static base::Task<void> keep(base::Task<T> task, std::optional<T>& result) {
        result.emplace(co_await std::move(task));
    }
    static pg::PoolSettings settings() {
        pg::PoolSettings made;
        made.min = 0;
        made.max = 4;
        return made;
    }
    base::Task<bool> prepare() {
        auto lease = co_await pool_.acquire(soon());
        (co_await ops::open_settings(*lease, ops::presets(ops::Takes::live), "test", soon()))
            .value();
        const ops::Identity who{.instance = "a:8080", .boot_id = uuid(9)};
        co_await ops::beat(*lease, {.who = &who, .started_at = clock_.now()}, soon());
        co_return true;
    }

    testing::TestDatabase database_;
    boost::asio::io_context io_{1};
    testing::FakeClock clock_;
    pg::Pool pool_;
    ChangeBook book_;
    IncidentBook incidents_;
};

}  // namespace accubooks::launch
