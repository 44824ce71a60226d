#include <chrono>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gtest/gtest.h>

#include "pg/migrate.h"
#include "pg/schema.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::pg {
namespace {

using namespace std::chrono_literals;
using testing::TestDatabase;
using Files = std::vector<SchemaFile>;

base::Deadline soon() {
    return base::deadline_in(20s);
}

constexpr SchemaFile kOne{
    .name = "0001_thing.sql",
    .text = "create schema books; create table books.thing (number bigint);",
};
constexpr SchemaFile kTwo{
    .name = "0002_things.sql",
    .text =
        "-- expect-rows: 2\ninsert into books.thing values (1), (2);\n"
        "-- expect-rows: 1\nupdate books.thing set number = 3 where number = 2;\n",
};
constexpr SchemaFile kFunction{
    .name = "books.twice.sql",
    .text =
        "create or replace function books.twice(n bigint) returns bigint language sql "
        "as $$ select n * 2 $$;",
};

base::Task<base::Result<MigrationReport>> migrate_as(
    Endpoint endpoint, Files migrations, Files functions
) {
    const auto connection = co_await Connection::open(std::move(endpoint), soon());
    auto report = co_await migrate(*connection, migrations, functions, soon());
    EXPECT_FALSE(connection->in_transaction());
    co_return report;
}

base::Task<base::Result<void>> check_as(Endpoint endpoint, Files migrations, Files functions) {
    const auto connection = co_await Connection::open(std::move(endpoint), soon());
    co_return co_await check_schema(*connection, migrations, functions, soon());
}

base::Task<std::string> query(Endpoint endpoint, std::string sql) {
    const auto connection = co_await Connection::open(std::move(endpoint), soon());
    const Statement statement{.name = "test.query", .text = sql};
    const Rows rows = co_await connection->execute(statement, {}, soon());
    co_return rows[0].get<std::string>(0);
}

class Migrate : public ::testing::Test {
protected:
    base::Result<MigrationReport> run(const Files& migrations, const Files& functions = {}) {
        return testing::run(migrate_as(database_.endpoint("accubooks_owner"), migrations, functions)
        );
    }
    std::string code_of(const Files& migrations, const Files& functions = {}) {
        const auto report = run(migrations, functions);
        return report ? "migrated" : std::string{report.error().code};
    }
    std::string check(const Files& migrations, const Files& functions = {}) {
        const auto checked =
            testing::run(check_as(database_.endpoint("accubooks_owner"), migrations, functions));
        return checked ? "current" : std::string{checked.error().code};
    }
    std::string ask(std::string sql) {
        return testing::run(query(database_.endpoint("accubooks_owner"), std::move(sql)));
    }

    TestDatabase database_{TestDatabase::Kind::empty};
};

TEST_F(Migrate, AppliesWhatIsMissingInOrderAndOnlyThat) {
    const auto first = run({kOne});
    ASSERT_TRUE(first.has_value()) << first.error().detail;
    EXPECT_EQ(first->from_version, 0);
    EXPECT_EQ(first->to_version, 1);
    const auto second = run({kOne, kTwo}, {kFunction});
    ASSERT_TRUE(second.has_value()) << second.error().detail;
    EXPECT_EQ(second->from_version, 1);
    EXPECT_EQ(second->to_version, 2);
    EXPECT_EQ(second->applied, (std::vector<std::string>{"0002_things.sql", "books.twice.sql"}));
    EXPECT_EQ(ask("select books.twice(sum(number)::bigint)::text from books.thing"), "8");
    const auto third = run({kOne, kTwo}, {kFunction});
    ASSERT_TRUE(third.has_value());
    EXPECT_TRUE(third->applied.empty());
}

TEST_F(Migrate, MakesAFunctionAgainWhenItsTextChanges) {
    ASSERT_EQ(code_of({kOne}, {kFunction}), "migrated");
    constexpr SchemaFile changed{
        .name = kFunction.name,
        .text =
            "create or replace function books.twice(n bigint) returns bigint language sql "
            "as $$ select n + n $$;",
    };
    const auto report = run({kOne}, {changed});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->applied, std::vector<std::string>{"books.twice.sql"});
    EXPECT_EQ(ask("select books.twice(4)::text"), "8");
}

TEST_F(Migrate, LetsFunctionsCallThoseOfLaterFiles) {
    constexpr SchemaFile caller{
        .name = "books.a.sql",
        .text =
            "create or replace function books.a() returns bigint language sql "
            "as $$ select books.twice(2) $$;",
    };
    EXPECT_EQ(code_of({kOne}, {caller, kFunction}), "migrated");
    EXPECT_EQ(ask("select books.a()::text"), "4");
}

TEST_F(Migrate, RefusesADatabaseThatIsNewer) {
    ASSERT_EQ(code_of({kOne, kTwo}), "migrated");
    EXPECT_EQ(code_of({kOne}), "migrate.newer_database");
    EXPECT_EQ(check({kOne}), "migrate.newer_database");
}

TEST_F(Migrate, RefusesAMigrationThatWasChangedOrPutInBetween) {
    ASSERT_EQ(code_of({kOne, kTwo}), "migrated");
    constexpr SchemaFile changed{.name = kOne.name, .text = "create schema books;"};
    EXPECT_EQ(code_of({changed, kTwo}), "migrate.changed_migration");
    constexpr SchemaFile between{.name = "0001_zzz.sql", .text = "select 1;"};
    EXPECT_EQ(code_of({kOne, between, kTwo}), "migrate.changed_migration");
}

TEST_F(Migrate, KeepsNothingOfAMigrationThatTouchesAnotherNumberOfRows) {
    constexpr SchemaFile wrong{
        .name = "0002_wrong.sql",
        .text =
            "insert into books.thing values (1);\n"
            "-- expect-rows: 1\nupdate books.thing set number = 2 where number = 7;\n",
    };
    EXPECT_EQ(code_of({kOne, wrong}), "migrate.wrong_row_count");
    EXPECT_EQ(ask("select count(*)::text from books.thing"), "0");
    EXPECT_EQ(check({kOne, wrong}), "migrate.older_database");
    EXPECT_EQ(code_of({kOne, kTwo}), "migrated");
}

TEST_F(Migrate, NamesFileAndLineOfAnErrorAndKeepsNothingOfTheFile) {
    constexpr SchemaFile wrong{
        .name = "0002_wrong.sql", .text = "create table books.other ();\n\nselect nothing;\n"
    };
    try {
        (void)run({kOne, wrong});
        FAIL() << "the error is passed on";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.sqlstate(), "42703");
        EXPECT_TRUE(std::string_view{failure.what()}.starts_with("0002_wrong.sql: line 3: "))
            << failure.what();
    }
    EXPECT_EQ(ask("select coalesce(to_regclass('books.other')::text, 'none')"), "none");
    EXPECT_EQ(code_of({kOne, kTwo}), "migrated");
}

TEST_F(Migrate, RefusesARoleThatMayNot) {
    const auto report = testing::run(migrate_as(database_.endpoint("accubooks_app"), {kOne}, {}));
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().code, "migrate.not_permitted");
}

TEST_F(Migrate, TellsTheApplicationThatMigratingIsDue) {
    EXPECT_EQ(check({kOne}), "migrate.older_database");
    ASSERT_EQ(code_of({kOne}), "migrated");
    EXPECT_EQ(check({kOne}), "current");
    EXPECT_EQ(check({kOne}, {kFunction}), "migrate.older_database");
}

TEST_F(Migrate, LetsOneProgramMigrateAtATime) {
    using namespace boost::asio::experimental::awaitable_operators;
    const auto both = [](Endpoint endpoint) -> base::Task<std::size_t> {
        auto [one, two] = co_await (
            migrate_as(endpoint, {kOne, kTwo}, {kFunction}) &&
            migrate_as(endpoint, {kOne, kTwo}, {kFunction})
        );
        EXPECT_TRUE(one.has_value() && two.has_value());
        co_return one->applied.size() + two->applied.size();
    };
    EXPECT_EQ(testing::run(both(database_.endpoint("accubooks_owner"))), 3U);
}

TEST_F(Migrate, GivesUpWhenAnotherProgramMigratesUntilTheDeadline) {
    const auto work = [](Endpoint endpoint) -> base::Task<std::string> {
        const auto holder = co_await Connection::open(endpoint, soon());
        co_await holder->run_script(
            "select pg_advisory_lock(hashtext('accubooks.migrate'))", soon()
        );
        const auto connection = co_await Connection::open(endpoint, soon());
        const Files files{kOne};
        const auto report = co_await migrate(*connection, files, {}, base::deadline_in(50ms));
        co_return report ? "migrated" : std::string{report.error().code};
    };
    EXPECT_EQ(testing::run(work(database_.endpoint("accubooks_owner"))), "migrate.busy");
}

TEST(Schema, IsInTheProgramAndAppliesTwice) {
    TestDatabase database{TestDatabase::Kind::migrated};
    const auto endpoint = database.endpoint("accubooks_owner");
    const auto report = testing::run(migrate_as(endpoint, schema_migrations(), schema_functions()));
    ASSERT_TRUE(report.has_value()) << report.error().detail;
    EXPECT_TRUE(report->applied.empty());
    EXPECT_FALSE(schema_migrations().empty());
    for (const char* role : {"accubooks_app", "accubooks_ops"}) {
        SCOPED_TRACE(role);
        const auto checked =
            testing::run(check_as(database.endpoint(role), schema_migrations(), schema_functions())
            );
        EXPECT_TRUE(checked.has_value()) << checked.error().detail;
    }
}

}  // namespace
}  // namespace accubooks::pg
