#include <chrono>
#include <limits>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pg/connection.h"
#include "pg/internal/connection_house_test.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::pg {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using house::failure_of_call;
using house::on_connection;
using house::one;
using house::soon;
using testing::TestDatabase;

constexpr Statement kEcho{
    .name = "test.echo",
    .text =
        "select $1::bigint, $2::text, $3::date, $4::timestamptz, $5::bytea, $6::uuid, $7::bool, "
        "$8::smallint, $9::int, $10::jsonb",
};

TEST(Connection, CarriesEachTypeThereAndBack) {
    on_connection([](Connection& connection) -> base::Task<void> {
        const auto day = *base::Date::parse("1999-02-28");
        const auto at = base::Instant::from_unix_micros(-1);
        const base::Digest digest = base::sha256("x");
        const auto uuid = *base::Uuid::parse("0195f0e8-0000-7000-8000-0123456789ab");
        Params params = Params::of(
            std::numeric_limits<std::int64_t>::min(), "héllo", day, at, digest, uuid, true
        );
        params.add(std::int16_t{-2}).add(std::int32_t{70000}).add_json(R"({"a": 1})");
        const Rows rows = co_await connection.execute(kEcho, std::move(params), soon());
        EXPECT_EQ(rows.size(), 1);
        const Row row = rows[0];
        EXPECT_EQ(row.get<std::int64_t>(0), std::numeric_limits<std::int64_t>::min());
        EXPECT_EQ(row.get<std::string_view>(1), "héllo");
        EXPECT_EQ(row.get<base::Date>(2), day);
        EXPECT_EQ(row.get<base::Instant>(3), at);
        EXPECT_EQ(row.get<base::Digest>(4), digest);
        EXPECT_EQ(row.get<base::Uuid>(5), uuid);
        EXPECT_TRUE(row.get<bool>(6));
        EXPECT_EQ(row.get<std::int16_t>(7), -2);
        EXPECT_EQ(row.get<std::int32_t>(8), 70000);
        EXPECT_EQ(row.get<std::string>(9), R"({"a": 1})");
    });
}

TEST(Connection, AgreesWithTheServerAboutDatesAndTimes) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kText{
            .name = "test.text", .text = "select ($1::date)::text, ($2::timestamptz)::text"
        };
        Params params =
            Params::of(*base::Date::parse("0001-01-01"), base::Instant::from_unix_micros(0));
        const Rows rows = co_await connection.execute(kText, std::move(params), soon());
        EXPECT_EQ(rows[0].get<std::string>(0), "0001-01-01");
        EXPECT_EQ(rows[0].get<std::string>(1), "1970-01-01 00:00:00+00");
    });
}

TEST(Connection, TellsNullFromEmpty) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kNulls{
            .name = "test.nulls", .text = "select $1::text, $2::text, $3::bigint[], $4::jsonb"
        };
        Params params = Params::of(std::optional<std::string>{}, "", std::vector<std::int64_t>{});
        params.add_json(std::nullopt);
        const Rows rows = co_await connection.execute(kNulls, std::move(params), soon());
        EXPECT_TRUE(rows[0].is_null(0));
        EXPECT_EQ(rows[0].get<std::optional<std::string>>(1), "");
        EXPECT_TRUE(rows[0].get<std::vector<std::int64_t>>(2).empty());
        EXPECT_TRUE(rows[0].is_null(3));
    });
}

TEST(Connection, CarriesArraysThereAndBack) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kArrays{
            .name = "test.arrays",
            .text =
                "select $1::bigint[], $2::text[], $3::date[], $4::bytea[], "
                "array(select unnest($5::jsonb[])::text)",
        };
        const std::vector<std::int64_t> numbers{1, -2, 3};
        const std::vector<std::optional<std::string>> texts{"a,\"b\"", std::nullopt, ""};
        const std::vector<base::Date> days{*base::Date::parse("2024-02-29")};
        const std::vector<base::Digest> digests{base::sha256("a"), base::sha256("b")};
        const std::vector<std::optional<std::string>> jsons{"[1]", std::nullopt};
        Params params = Params::of(numbers, texts, days, digests);
        params.add_json_array(jsons);
        const Rows rows = co_await connection.execute(kArrays, std::move(params), soon());
        EXPECT_EQ(rows[0].get<std::vector<std::int64_t>>(0), numbers);
        EXPECT_EQ(rows[0].get<std::vector<std::optional<std::string>>>(1), texts);
        EXPECT_EQ(rows[0].get<std::vector<base::Date>>(2), days);
        EXPECT_EQ(rows[0].get<std::vector<base::Digest>>(3), digests);
        EXPECT_EQ(rows[0].get<std::vector<std::optional<std::string>>>(4), jsons);
    });
}

TEST(Connection, SendsMoreThanTheSocketHoldsWhileTheServerAnswers) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kBack{.name = "test.back", .text = "select $1::text"};
        const std::string large(1 << 20, 'x');
        std::vector<Query> queries;
        for (int at = 0; at < 8; ++at) {
            queries.push_back({.statement = &kBack, .params = Params::of(large)});
        }
        const auto results = co_await connection.execute_all(std::move(queries), soon());
        EXPECT_EQ(results.size(), 8U);
        for (const Rows& rows : results) {
            EXPECT_EQ(rows[0].get<std::string_view>(0).size(), large.size());
        }
    });
}

TEST(Connection, SaysWhatTheServerRefused) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kInsert{
            .name = "test.insert", .text = "insert into thing (number) values ($1)"
        };
        co_await connection.run_script(
            "create table thing (number bigint constraint thing__positive check (number > 0))",
            soon()
        );
        const auto failure = co_await failure_of_call(
            connection.execute(kInsert, Params::of(std::int64_t{-1}), soon())
        );
        EXPECT_TRUE(failure.has_value());
        EXPECT_EQ(failure->kind(), Failure::Kind::server);
        EXPECT_EQ(failure->sqlstate(), "23514");
        EXPECT_EQ(failure->constraint(), "thing__positive");
        EXPECT_EQ(failure->statement(), "test.insert");
        EXPECT_FALSE(failure->retryable());
        EXPECT_TRUE(connection.is_usable());
        const Rows rows = co_await connection.execute(kInsert, Params::of(std::int64_t{1}), soon());
        EXPECT_EQ(rows.affected(), 1);
    });
}

TEST(Connection, KeepsNothingOfARoundWhoseLaterStatementFails) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kInsert{
            .name = "test.insert", .text = "insert into thing (number) values ($1)"
        };
        static constexpr Statement kCount{
            .name = "test.count", .text = "select count(*) from thing"
        };
        co_await connection.run_script("create table thing (number bigint primary key)", soon());
        std::vector<Query> queries;
        for (const std::int64_t number : {1, 2, 2, 3}) {
            queries.push_back({.statement = &kInsert, .params = Params::of(number)});
        }
        const auto failure =
            co_await failure_of_call(connection.execute_all(std::move(queries), soon()));
        EXPECT_TRUE(failure && failure->sqlstate() == "23505");
        EXPECT_FALSE(connection.in_transaction());
        const Rows rows = co_await connection.execute(kCount, {}, soon());
        EXPECT_EQ(rows[0].get<std::int64_t>(0), 0);
    });
}

TEST(Connection, PreparesAgainWhatATransactionThatFailedHadPrepared) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kBad{.name = "test.bad", .text = "select 1 / $1::bigint"};
        static constexpr Statement kAfter{.name = "test.after", .text = "select $1::bigint"};
        std::vector<Query> queries;
        queries.push_back({.statement = &kBad, .params = Params::of(std::int64_t{0})});
        queries.push_back({.statement = &kAfter, .params = Params::of(std::int64_t{7})});
        const auto failure =
            co_await failure_of_call(connection.execute_all(std::move(queries), soon()));
        EXPECT_TRUE(failure && failure->sqlstate() == "22012");
        const Rows rows = co_await connection.execute(kAfter, Params::of(std::int64_t{7}), soon());
        EXPECT_EQ(rows[0].get<std::int64_t>(0), 7);
    });
}

TEST(Connection, GoesOnAfterTheServerForgotItsStatements) {
    on_connection([](Connection& connection) -> base::Task<void> {
        EXPECT_EQ(co_await one(connection), 1);
        static constexpr Statement kForget{.name = "test.forget", .text = "deallocate all"};
        co_await connection.execute(kForget, {}, soon());
        EXPECT_EQ(co_await one(connection), 1);
    });
}

constexpr Statement kAddColumn{
    .name = "test.add_column", .text = "alter table thing add other text default 'x'"
};

TEST(Connection, GoesOnAfterAResultChangedItsType) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kAll{.name = "test.all", .text = "select * from thing"};
        co_await connection.run_script(
            "create table thing (number bigint); insert into thing values (1)", soon()
        );
        co_await connection.execute(kAll, {}, soon());
        co_await connection.execute(kAddColumn, {}, soon());
        const Rows rows = co_await connection.execute(kAll, {}, soon());
        EXPECT_EQ(rows[0].get<std::string>(1), "x");
    });
}

TEST(Connection, GoesOnAfterAResultChangedItsTypeInsideATransaction) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kAll{.name = "test.all", .text = "select * from thing"};
        static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
        static constexpr Statement kRollback{.name = "test.rollback", .text = "rollback"};
        co_await connection.run_script(
            "create table thing (number bigint); insert into thing values (1)", soon()
        );
        co_await connection.execute(kAll, {}, soon());
        co_await connection.execute(kAddColumn, {}, soon());
        co_await connection.execute(kBegin, {}, soon());
        const auto stale = co_await failure_of_call(connection.execute(kAll, {}, soon()));
        EXPECT_TRUE(stale && stale->sqlstate() == "0A000");
        const auto failed = co_await failure_of_call(one(connection));
        EXPECT_TRUE(failed && failed->sqlstate() == "25P02");
        co_await connection.execute(kRollback, {}, soon());
        const Rows rows = co_await connection.execute(kAll, {}, soon());
        EXPECT_EQ(rows[0].get<std::string>(1), "x");
    });
}

TEST(Connection, HoldsABoundedNumberOfPreparedStatements) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kHeld{
            .name = "test.held", .text = "select count(*) from pg_prepared_statements"
        };
        for (int number = 0; number < 300; ++number) {
            const std::string name = fmt::format("test.number_{}", number);
            const std::string text = fmt::format("select {}::bigint", number);
            const Statement statement{.name = name, .text = text};
            const Rows rows = co_await connection.execute(statement, {}, soon());
            EXPECT_EQ(rows[0].get<std::int64_t>(0), number);
        }
        const Rows rows = co_await connection.execute(kHeld, {}, soon());
        EXPECT_LE(rows[0].get<std::int64_t>(0), 257);
        EXPECT_GE(rows[0].get<std::int64_t>(0), 200);
    });
}

TEST(Connection, LeavesNoPlanOfAStatementThatIsUsedOnce) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kAddOne{
            .name = "test.add_one",
            .text = "select $1::bigint + 1",
            .preparation = Preparation::once,
        };
        static constexpr Statement kHeld{
            .name = "test.held", .text = "select count(*) from pg_prepared_statements"
        };
        for (std::int64_t number = 0; number < 3; ++number) {
            const Rows rows = co_await connection.execute(kAddOne, Params::of(number), soon());
            EXPECT_EQ(rows[0].get<std::int64_t>(0), number + 1);
        }
        const Rows held = co_await connection.execute(kHeld, {}, soon());
        EXPECT_EQ(held[0].get<std::int64_t>(0), 1) << "its own";
    });
}

TEST(Connection, SaysWhyItWasLost) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kEnd{
            .name = "test.end", .text = "select pg_terminate_backend(pg_backend_pid())"
        };
        const auto failure = co_await failure_of_call(connection.execute(kEnd, {}, soon()));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::lost);
        EXPECT_EQ(failure->sqlstate(), "57P01");
        EXPECT_TRUE(failure->retryable());
        EXPECT_FALSE(connection.is_usable());
        const auto again = co_await failure_of_call(one(connection));
        EXPECT_TRUE(again && again->kind() == Failure::Kind::lost);
    });
}

TEST(Connection, NoticesThatItWasKilledWhileIdle) {
    TestDatabase database{TestDatabase::Kind::empty};
    const auto work = [](Endpoint endpoint, TestDatabase* where) -> base::Task<void> {
        const auto connection = co_await Connection::open(std::move(endpoint), soon());
        where->run_script(
            "postgres",
            fmt::format("select pg_terminate_backend({}, 5000)", connection->backend_pid())
        );
        const auto failure = co_await failure_of_call(one(*connection));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::lost);
        EXPECT_FALSE(connection->is_usable());
    };
    testing::run(work(database.endpoint("accubooks_owner"), &database));
}

TEST(Connection, StreamsRowsOneByOne) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kSeries{
            .name = "test.series", .text = "select g::bigint from generate_series(1, $1::int) g"
        };
        for (const int turn : {1, 2}) {  // unprepared, then prepared
            SCOPED_TRACE(turn);
            std::int64_t sum = 0;
            int largest = 0;
            co_await connection.stream(
                kSeries,
                Params::of(std::int32_t{10000}),
                [&sum, &largest](const Rows& rows) {
                    largest = std::max(largest, rows.size());
                    for (int row = 0; row < rows.size(); ++row) {
                        sum += rows[row].get<std::int64_t>(0);
                    }
                },
                soon()
            );
            EXPECT_EQ(sum, 50'005'000);
            EXPECT_EQ(largest, 1);
        }
        EXPECT_EQ(co_await one(connection), 1);
    });
}

TEST(Connection, PassesOnWhatAStreamsReceiverThrows) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kSeries{
            .name = "test.series", .text = "select g::bigint from generate_series(1, $1::int) g"
        };
        struct Enough {};
        bool thrown = false;
        try {
            co_await connection.stream(
                kSeries,
                Params::of(std::int32_t{1'000'000}),
                [](const Rows&) { throw Enough{}; },
                soon()
            );
        } catch (const Enough&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        EXPECT_EQ(co_await one(connection), 1);
    });
}

TEST(Connection, CommitsWhatATransactionDid) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
        co_await connection.execute(kBegin, {}, soon());
        EXPECT_TRUE(connection.in_transaction());
        co_await connection.run_script("create table thing (number bigint)", soon());
        co_await connection.commit(soon());
        EXPECT_FALSE(connection.in_transaction());
        const auto counts =
            co_await connection.run_script("insert into thing values (1), (2)", soon());
        EXPECT_EQ(counts, std::vector<std::int64_t>{2});
    });
}

TEST(Connection, DoesNotTakeTheCommitOfAFailedTransactionForASuccess) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
        static constexpr Statement kBad{.name = "test.bad", .text = "select 1 / $1::bigint"};
        co_await connection.execute(kBegin, {}, soon());
        co_await failure_of_call(connection.execute(kBad, Params::of(std::int64_t{0}), soon()));
        const auto failure = co_await failure_of_call(connection.commit(soon()));
        EXPECT_TRUE(failure && failure->sqlstate() == "25P02");
        EXPECT_FALSE(connection.in_transaction());
    });
}

TEST(Connection, SaysThatTheOutcomeIsUnknownWhenCommitGetsNoAnswer) {
    on_connection([](Connection& connection) -> base::Task<void> {
        // The deferred trigger makes COMMIT itself take longer than its deadline.
        co_await connection.run_script(
            "create table thing (number bigint);"
            "create function slow() returns trigger language plpgsql as "
            "$$ begin perform pg_sleep(5); return null; end $$;"
            "create constraint trigger slow after insert on thing deferrable initially deferred "
            "for each row execute function slow();",
            soon()
        );
        co_await connection.run_script("begin; insert into thing values (1)", soon());
        const auto failure = co_await failure_of_call(connection.commit(base::deadline_in(20ms)));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::unknown_outcome);
        EXPECT_FALSE(connection.is_usable());
    });
}

TEST(Connection, TellsTheLineOfAScriptsError) {
    on_connection([](Connection& connection) -> base::Task<void> {
        const auto failure = co_await failure_of_call(
            connection.run_script("select 1;\n\nselect no_such_column;", soon())
        );
        EXPECT_TRUE(failure && failure->sqlstate() == "42703");
        EXPECT_NE(std::string{failure->what()}.find("line 3"), std::string::npos);
        EXPECT_EQ(co_await one(connection), 1);
    });
}

TEST(Connection, RefusesCopyInAScriptInsteadOfWaitingForEver) {
    on_connection([](Connection& connection) -> base::Task<void> {
        const auto failure = co_await failure_of_call(
            connection.run_script("create table thing (n int); copy thing from stdin", soon())
        );
        EXPECT_TRUE(failure.has_value());
        EXPECT_FALSE(connection.is_usable());
    });
}

TEST(Connection, HandsOverNotices) {
    on_connection([](Connection& connection) -> base::Task<void> {
        std::vector<std::string> said;
        connection.on_notice([&said](std::string_view text) { said.emplace_back(text); });
        co_await connection.run_script("listen news; notify news, 'hello'", soon());
        co_await connection.run_script("do $$ begin raise warning 'careful'; end $$", soon());
        EXPECT_EQ(said, (std::vector<std::string>{"hello", "careful"}));
    });
}

base::Task<void> notify_news(Endpoint endpoint) {
    const auto connection = co_await Connection::open(std::move(endpoint), soon());
    co_await connection->run_script("notify news, 'hello'", soon());
}

TEST(Connection, WaitsForANotification) {
    TestDatabase database{TestDatabase::Kind::empty};
    const auto work = [](Endpoint endpoint) -> base::Task<std::vector<std::string>> {
        const auto connection = co_await Connection::open(endpoint, soon());
        std::vector<std::string> said;
        connection->on_notice([&said](std::string_view text) { said.emplace_back(text); });
        co_await connection->run_script("listen news", soon());
        EXPECT_FALSE(co_await connection->wait_for_notification(base::Deadline::clock::now()));
        EXPECT_TRUE(connection->is_usable());
        const auto executor = co_await asio::this_coro::executor;
        asio::co_spawn(executor, notify_news(endpoint), asio::detached);
        EXPECT_TRUE(co_await connection->wait_for_notification(soon()));
        EXPECT_EQ(co_await one(*connection), 1);
        co_return said;
    };
    const auto said = testing::run(work(database.endpoint("accubooks_ops")));
    EXPECT_EQ(said, std::vector<std::string>{"hello"});
}

TEST(Connection, NoticesWhileItWaitsThatTheServerHasEndedIt) {
    TestDatabase database{TestDatabase::Kind::empty};
    const auto work = [](const TestDatabase* on) -> base::Task<std::optional<Failure>> {
        const auto connection = co_await Connection::open(on->endpoint("accubooks_ops"), soon());
        const auto other = co_await Connection::open(on->endpoint("postgres"), soon());
        co_await other->run_script(
            fmt::format("select pg_terminate_backend({})", connection->backend_pid()), soon()
        );
        co_return co_await failure_of_call(connection->wait_for_notification(soon()));
    };
    const auto failure = testing::run(work(&database));
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->kind(), Failure::Kind::lost);
}

TEST(Connection, TakesItsRoleAtTheStart) {
    TestDatabase database{TestDatabase::Kind::empty};
    const auto work = [](Endpoint endpoint) -> base::Task<std::string> {
        static constexpr Statement kRole{
            .name = "test.role", .text = "select current_user || ' ' || current_setting('TimeZone')"
        };
        const auto connection = co_await Connection::open(std::move(endpoint), soon());
        co_await connection->run_script("reset role", soon());
        const Rows rows = co_await connection->execute(kRole, {}, soon());
        co_return rows[0].get<std::string>(0);
    };
    const auto role =
        testing::run(work({.conninfo = database.conninfo("postgres"), .role = "accubooks_app"}));
    EXPECT_EQ(role, "accubooks_app UTC");
}

TEST(Connection, SaysWhyItCannotBeMade) {
    TestDatabase database{TestDatabase::Kind::empty};
    struct Case {
        const char* name;
        std::string conninfo;
        std::string sqlstate;
    };
    const Case cases[] = {
        {"no such database", database.conninfo("accubooks_app") + " dbname=nothing", "3D000"},
        {"no such role", database.conninfo("accubooks_app") + " user=nobody", "28000"},
        {"no server", "host=/nowhere", ""},
        {"not a connection string", "postgresql://me:secret@[host/x", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto failure =
            testing::run(failure_of_call(Connection::open({.conninfo = c.conninfo}, soon())));
        ASSERT_TRUE(failure.has_value());
        EXPECT_EQ(failure->kind(), Failure::Kind::connect);
        EXPECT_EQ(failure->sqlstate(), c.sqlstate);
        EXPECT_EQ(std::string{failure->what()}.find("secret"), std::string::npos);
    }
}

}  // namespace
}  // namespace accubooks::pg
