#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "pg/connection.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

/// What the tests of connections and of the pool share: a connection to try, a deadline that no
/// machine misses, and a call's failure as a value.
namespace accubooks::pg::house {

/// Long enough for the slowest machine; nothing is measured by it.
constexpr std::chrono::seconds kPatience{60};

inline base::Deadline soon() {
    return base::deadline_in(kPatience);
}

/// The failure of an awaited call, or none.
template <class T>
base::Task<std::optional<Failure>> failure_of_call(base::Task<T> call) {
    try {
        co_await std::move(call);
    } catch (const Failure& failure) {
        co_return failure;
    }
    co_return std::nullopt;
}

/// Runs `body(connection)` on a connection of accubooks_owner to an empty database.
template <class Body>
void on_connection(Body body) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    const auto work = [](Endpoint endpoint, Body* inner) -> base::Task<void> {
        const auto connection = co_await Connection::open(std::move(endpoint), soon());
        co_await (*inner)(*connection);
    };
    Endpoint endpoint = database.endpoint("accubooks_owner");
    endpoint.settings = {{"search_path", "public"}};
    testing::run(work(endpoint, &body));
}

/// 1, if the connection works.
inline base::Task<std::int64_t> one(Connection& connection) {
    static constexpr Statement kOneAsked{.name = "test.one", .text = "select 1::bigint"};
    const Rows rows = co_await connection.execute(kOneAsked, {}, soon());
    co_return rows[0].get<std::int64_t>(0);
}

}  // namespace accubooks::pg::house
