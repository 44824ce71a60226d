#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/ids.h"
#include "pg/pool.h"
#include "testing/test_cluster.h"

namespace accubooks::testing {

/// An account as a test wants it; everything but the code has a default.
struct TestAccount {
    std::string code;
    std::string type = "asset";
    std::optional<std::string> commodity{};
    std::optional<base::AccountId> parent{};
    bool imported = false;
};

/// A migrated database with the application's pool on the calling thread, and tenants with empty
/// books: where a test of the books begins.
class TestBooks {
public:
    TestBooks();
    ~TestBooks();
    TestBooks(const TestBooks&) = delete;
    TestBooks& operator=(const TestBooks&) = delete;

    static base::Deadline deadline();

    /// Runs the context until the coroutine has ended, and gives its result or throws what it
    /// threw.
    template <class T>
    T await(base::Task<T> task) {
        std::vector<base::Task<T>> tasks;
        tasks.push_back(std::move(task));
        return std::move(await_all(std::move(tasks)).front());
    }
    void await(base::Task<void> task);

    /// The same for several at once; results in order.
    template <class T>
    std::vector<T> await_all(std::vector<base::Task<T>> tasks) {
        std::vector<std::optional<T>> results(tasks.size());
        std::vector<base::Task<void>> kept;
        for (std::size_t at = 0; at < tasks.size(); ++at) {
            kept.push_back(keep(std::move(tasks[at]), results[at]));
        }
        run_all(std::move(kept));
        std::vector<T> values;
        for (auto& result : results) {
            values.push_back(*std::move(result));
        }
        return values;
    }

    base::TenantId tenant(std::string_view currency = "USD", int scale = 2);
    base::AccountId account(base::TenantId tenant, const TestAccount& account);
    void commodity(base::TenantId tenant, std::string_view code, int scale);

    /// The first column of what `sql` selects, as the superuser, whom no policy binds.
    std::vector<std::int64_t> numbers(std::string_view sql);
    std::int64_t number(std::string_view sql) { return numbers(sql).at(0); }
    /// Changes rows as the superuser with all triggers off, as someone who owns the server could.
    void tamper(std::string_view sql);

    TestDatabase database;
    boost::asio::io_context io{1};
    pg::Pool pool;

private:
    template <class T>
    static base::Task<void> keep(base::Task<T> task, std::optional<T>& result) {
        result.emplace(co_await std::move(task));
    }
    void run_all(std::vector<base::Task<void>> tasks);
};

}  // namespace accubooks::testing
