#include "testing/test_books.h"

#include <fmt/format.h>

namespace accubooks::testing {
namespace {

std::string literal(const std::optional<std::string>& text) {
    return text ? fmt::format("'{}'", *text) : "null";
}

base::Task<std::vector<std::int64_t>> select_numbers(pg::Endpoint endpoint, std::string sql) {
    const auto connection =
        co_await pg::Connection::open(std::move(endpoint), TestBooks::deadline());
    const pg::Statement statement{.name = "test.select", .text = sql};
    const pg::Rows rows = co_await connection->execute(statement, {}, TestBooks::deadline());
    std::vector<std::int64_t> numbers;
    for (int row = 0; row < rows.size(); ++row) {
        numbers.push_back(rows[row].get<std::int64_t>(0));
    }
    co_return numbers;
}

}  // namespace

TestBooks::TestBooks()
    : pool{io.get_executor(), "app", database.endpoint("accubooks_app"), {.min = 0, .max = 8}} {}

TestBooks::~TestBooks() {
    await(pool.close(deadline()));
    io.restart();
    io.run();
}

base::Deadline TestBooks::deadline() {
    return base::deadline_in(std::chrono::seconds{30});
}

void TestBooks::await(base::Task<void> task) {
    std::vector<base::Task<void>> tasks;
    tasks.push_back(std::move(task));
    run_all(std::move(tasks));
}

void TestBooks::run_all(std::vector<base::Task<void>> tasks) {
    std::size_t open = tasks.size();
    std::exception_ptr thrown;
    for (base::Task<void>& task : tasks) {
        boost::asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& failure) {
            --open;
            thrown = failure ? failure : thrown;
        });
    }
    io.restart();
    while (open > 0 && io.run_one() > 0) {
    }
    base::ensure(open == 0, "a coroutine ends while its context has work");
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

std::vector<std::int64_t> TestBooks::numbers(std::string_view sql) {
    return await(select_numbers(database.endpoint("postgres"), std::string{sql}));
}

base::TenantId TestBooks::tenant(std::string_view currency, int scale) {
    return base::TenantId{
        await(select_numbers(
                  database.endpoint("accubooks_ops"),
                  fmt::format(
                      "select platform.create_tenant('Tenant', '{0}', {1}::smallint, '{0}')",
                      currency,
                      scale
                  )
              ))
            .at(0)
    };
}

base::AccountId TestBooks::account(base::TenantId tenant, const TestAccount& account) {
    return base::AccountId{number(fmt::format(
        "with next as (update books.counter set value = value + 1"
        "  where tenant_id = {0} and name = 'account' returning value)"
        " insert into books.account"
        " (tenant_id, account_id, code, name, type, commodity, parent_id, imported)"
        " select {0}, value, '{1}', '{1}', '{2}', {3}, {4}, {5} from next returning account_id",
        tenant.value,
        account.code,
        account.type,
        literal(account.commodity),
        account.parent ? fmt::to_string(account.parent->value) : "null",
        account.imported
    ))};
}

void TestBooks::commodity(base::TenantId tenant, std::string_view code, int scale) {
    database.run_script(
        "postgres",
        fmt::format(
            "insert into books.commodity (tenant_id, code, scale) values ({}, '{}', {})",
            tenant.value,
            code,
            scale
        )
    );
}

void TestBooks::tamper(std::string_view sql) {
    database.run_script("postgres", fmt::format("set session_replication_role = replica; {}", sql));
}

}  // namespace accubooks::testing
