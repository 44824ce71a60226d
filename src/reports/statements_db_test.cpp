#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ledger/posting.h"
#include "testing/fake_clock.h"
#include "testing/test_books.h"

namespace accubooks {
namespace {

namespace fs = std::filesystem;

struct SourceStatement {
    std::string file;
    std::string name;
    std::string text;
};

std::string contents_of(const fs::path& file) {
    std::ifstream stream{file};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// The text of a C++ string literal that begins at `at`: one raw string, or plain ones in a row.
std::string literal_at(const std::string& source, std::size_t at) {
    constexpr std::string_view kRaw = "R\"sql(";
    if (source.compare(at, kRaw.size(), kRaw) == 0) {
        const std::size_t begin = at + kRaw.size();
        return source.substr(begin, source.find(")sql\"", begin) - begin);
    }
    std::string text;
    while (at < source.size() && source[at] == '"') {
        const std::size_t end = source.find('"', at + 1);
        text += source.substr(at + 1, end - at - 1);
        at = source.find_first_not_of(" \n", end + 1);
    }
    return text;
}

/// Every `Statement k…{.name = …, .text = …}` of the program's sources. They are read as text, so
/// that a statement can't be forgotten in a list.
std::vector<SourceStatement> statements() {
    static const std::regex head{R"re(Statement k\w+\s*\{\s*\.name = "([^"]+)",\s*\.text\s*=\s*)re"
    };
    std::vector<SourceStatement> found;
    for (const auto& entry : fs::recursive_directory_iterator{ACCUBOOKS_SOURCE_DIR "/src"}) {
        const std::string file = entry.path().string();
        const bool is_source = file.ends_with(".cpp") || file.ends_with(".h");
        if (!is_source || file.ends_with("_test.cpp") || file.ends_with("_test.h") ||
            file.contains("/testing/")) {
            continue;
        }
        const std::string source = contents_of(entry.path());
        for (std::sregex_iterator match{source.begin(), source.end(), head}, end; match != end;
             ++match) {
            const auto at = static_cast<std::size_t>(match->position() + match->length());
            found.push_back({file, match->str(1), literal_at(source, at)});
        }
    }
    return found;
}

std::size_t count_of(const std::string& text, const std::regex& pattern) {
    return static_cast<std::size_t>(std::distance(
        std::sregex_iterator{text.begin(), text.end(), pattern}, std::sregex_iterator{}
    ));
}

/// Statements that change the transaction or the connection can't be prepared.
bool is_plannable(const std::string& text) {
    static const std::regex utility{R"(^\s*(begin|commit|rollback|set|reset|deallocate)\b)"};
    return !std::regex_search(text, utility);
}

TEST(Statements, AreAllFoundAndHaveNamesOfTheirOwn) {
    std::size_t mentioned = 0;
    static const std::regex any{R"(\bStatement k\w+\s*\{)"};
    std::map<std::string, std::string> text_of;
    for (const auto& entry : fs::recursive_directory_iterator{ACCUBOOKS_SOURCE_DIR "/src"}) {
        const std::string file = entry.path().string();
        if (file.ends_with(".cpp") && !file.ends_with("_test.cpp") && !file.contains("/testing/")) {
            mentioned += count_of(contents_of(entry.path()), any);
        }
    }
    const auto found = statements();
    EXPECT_GT(found.size(), 40U);
    EXPECT_EQ(found.size(), mentioned);
    for (const SourceStatement& statement : found) {
        SCOPED_TRACE(statement.file);
        EXPECT_FALSE(statement.text.empty());
        const auto [known, is_new] = text_of.emplace(statement.name, statement.text);
        EXPECT_TRUE(is_new || known->second == statement.text) << statement.name;
    }
}

/// Types that pg::Params sends and pg::Row reads; void is what functions without a result give.
const std::set<std::string>& known_types() {
    static const std::set<std::string> types = {
        "bigint",
        "boolean",
        "bytea",
        "date",
        "integer",
        "jsonb",
        "name",
        "smallint",
        "text",
        "timestamp with time zone",
        "uuid",
        "void"
    };
    return types;
}

std::string without_array(std::string type) {
    return type.ends_with("[]") ? type.substr(0, type.size() - 2) : type;
}

/// Makes the empty table columns_of_s from a query whose columns may share names: each gets one of
/// its own. The server refuses more names than there are columns, which is how their number is
/// found.
base::Task<void> make_table(pg::Connection& connection, std::string query) {
    constexpr int kColumnsMax = 24;
    for (int count = kColumnsMax; count > 0; --count) {
        std::string names = "c1";
        for (int at = 2; at <= count; ++at) {
            names += fmt::format(", c{}", at);
        }
        try {
            co_await connection.run_script(
                fmt::format("create temp table columns_of_s ({}) as {} with no data", names, query),
                testing::TestBooks::deadline()
            );
            co_return;
        } catch (const pg::Failure& failure) {
            constexpr std::string_view kSyntaxError = "42601";
            if (failure.sqlstate() != kSyntaxError || count == 1) {
                throw;
            }
        }
    }
}

TEST(Statements, ArePlannedByTheServerWithTypesThatTheProgramKnows) {
    testing::TestBooks books;
    const auto check = [](pg::Endpoint endpoint,
                          std::vector<SourceStatement> all) -> base::Task<void> {
        const auto deadline = testing::TestBooks::deadline();
        const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
        for (const SourceStatement& statement : all) {
            SCOPED_TRACE(fmt::format("{} in {}", statement.name, statement.file));
            static const std::regex utility{R"(^\s*(listen|show)\b)"};
            if (std::regex_search(statement.text, utility)) {
                continue;  // has no parameters, and SQL's own "prepare" doesn't take it
            }
            std::vector<std::string> types;
            try {
                // In a transaction, because between two the connection forgets what a script has
                // prepared.
                co_await connection->run_script("begin", deadline);
                co_await connection->run_script("prepare s as " + statement.text, deadline);
                static constexpr pg::Statement kTypes{
                    .name = "test.types",
                    .text =
                        "select t::text from pg_prepared_statements,"
                        " unnest(parameter_types) t where name = 's'",
                };
                const pg::Rows parameters = co_await connection->execute(kTypes, {}, deadline);
                co_await connection->run_script("commit", deadline);
                for (int row = 0; row < parameters.size(); ++row) {
                    types.push_back(parameters[row].get<std::string>(0));
                }
                // Only a query's columns can be looked at like this, not those of "returning", nor
                // of a query that writes on its way.
                static const std::regex query{R"(^\s*(select|with)\b)"};
                static const std::regex writes{R"(\b(insert into|update|delete from)\b)"};
                if (std::regex_search(statement.text, query) &&
                    !std::regex_search(statement.text, writes)) {
                    std::string arguments;
                    for (std::size_t at = 0; at < types.size(); ++at) {
                        arguments += at == 0 ? "(null" : ", null";
                    }
                    co_await make_table(
                        *connection,
                        fmt::format("execute s{}", arguments.empty() ? "" : arguments + ")")
                    );
                    co_await connection->run_script("deallocate s", deadline);
                    static constexpr pg::Statement kColumns{
                        .name = "test.columns",
                        .text =
                            "select format_type(atttypid, null) from pg_attribute"
                            " where attrelid = 'columns_of_s'::regclass and attnum > 0",
                    };
                    const pg::Rows columns = co_await connection->execute(kColumns, {}, deadline);
                    for (int row = 0; row < columns.size(); ++row) {
                        types.push_back(columns[row].get<std::string>(0));
                    }
                    co_await connection->run_script("drop table columns_of_s", deadline);
                } else {
                    co_await connection->run_script("deallocate s", deadline);
                }
            } catch (const pg::Failure& failure) {
                ADD_FAILURE() << failure.what();
                co_return;
            }
            for (const std::string& type : types) {
                EXPECT_TRUE(known_types().contains(without_array(type))) << type;
            }
        }
    };
    std::vector<SourceStatement> all = statements();
    std::erase_if(all, [](const SourceStatement& each) { return !is_plannable(each.text); });
    books.await(check(books.database.endpoint("postgres"), std::move(all)));
}

/// Asks on purpose for the rows of every tenant, to see that only one's own show.
bool looks_past_the_tenant(const SourceStatement& statement) {
    return statement.name == "launch.rows_seen" || statement.name == "ledger.quick_check";
}

TEST(Statements, OnTablesOfTheBooksCarryTheirTenant) {
    // A table is followed by what isn't the parenthesis of a function's arguments.
    static const std::regex table{R"(\b(from|join|update)\s+books\.\w+(?![\w(]))"};
    static const std::regex insert{R"(\binsert\s+into\s+books\.\w+(\s+as\s+\w+)?\s*\()"};
    static const std::regex insert_tenant{
        R"(\binsert\s+into\s+books\.\w+(\s+as\s+\w+)?\s*\(\s*tenant_id\b)"
    };
    static const std::regex by_parameter{R"(\btenant_id\s*=\s*\$\d+)"};
    static const std::regex by_tenant{R"(\btenant_id\s*=\s*(\$\d+|\w+\.tenant_id)\b)"};
    std::size_t checked = 0;
    for (const SourceStatement& statement : statements()) {
        if (looks_past_the_tenant(statement)) {
            continue;
        }
        SCOPED_TRACE(fmt::format("{} in {}", statement.name, statement.file));
        const std::size_t tables = count_of(statement.text, table);
        EXPECT_GE(count_of(statement.text, by_tenant), tables);
        EXPECT_TRUE(tables == 0 || count_of(statement.text, by_parameter) > 0);
        EXPECT_EQ(count_of(statement.text, insert), count_of(statement.text, insert_tenant));
        checked += tables + count_of(statement.text, insert);
    }
    EXPECT_GT(checked, 20U);
}

/// What the program's queries of the books find a row with in BooksWithARowOfEach, as SQL. The
/// tenant is the one with the number 1, and so are its first account and entry.
const std::map<std::string, std::vector<std::string>>& arguments_of_queries() {
    static const std::map<std::string, std::vector<std::string>> arguments = {
        {"interchange.settled_commodities", {"1"}},
        {"interchange.export_head", {"1"}},
        {"interchange.export_prices", {"1", "null::text", "null::text", "null::date", "100"}},
        {"interchange.export_balances", {"1", "null::bigint", "null::text", "null::date", "100"}},
        {"interchange.import_end", {"1"}},
        {"interchange.entries_of_keys", {"1", "array['key']"}},
        {"interchange.load_mapping", {"1", "'bank'"}},
        {"interchange.count_other_mappings", {"1", "'other'"}},
        {"interchange.list_mappings", {"1", "null::text", "100"}},
        {"interchange.list_batches", {"1", "0", "100"}},
        {"interchange.lock_batch", {"1", "1"}},
        {"interchange.reversed_batches", {"1", "array[1]::bigint[]"}},
        {"interchange.reversed_entries", {"1", "1", "1"}},
        {"interchange.effects", {"1", "1", "100"}},
        {"ledger.list_accounts", {"1", "null::text", "100"}},
        {"ledger.find_account", {"1", "1"}},
        {"ledger.lock_account", {"1", "1"}},
        {"ledger.accounts_by_code", {"1", "array['1000']"}},
        {"ledger.account_codes", {"1", "array[1]"}},
        {"ledger.account_standings", {"1", "array[1]"}},
        {"ledger.count_commodities", {"1"}},
        {"ledger.list_commodities", {"1", "null::text", "100"}},
        {"ledger.base_commodity", {"1"}},
        {"ledger.day_of_entry", {"1", "1"}},
        {"ledger.months_of_account", {"1", "1"}},
        {"ledger.entries_by_number", {"1", "0", "100"}},
        {"ledger.entries_by_reference", {"1", "'R-1'", "0", "100"}},
        {"ledger.entries_by_day", {"1", "'2026-01-01'::date", "0", "'2026-12-31'::date", "100"}},
        {"ledger.entries_by_number_back", {"1", "100", "100"}},
        {"ledger.entries_by_reference_back", {"1", "'R-1'", "100", "100"}},
        {"ledger.entries_by_day_back",
         {"1", "'2026-12-31'::date", "100", "'2026-01-01'::date", "100"}},
        {"ledger.matching_entries",
         {"1",
          "array[1]",
          "null::date",
          "null::date",
          "null::text",
          "null::jsonb",
          "'sale'",
          "1",
          "'0.05'"}},
        {"ledger.entries_alike",
         {"1",
          "'R-1'",
          "'2026-03-15'::date",
          "array[1, 2]",
          "array['0.05', '-0.05']",
          "array['USD', 'USD']",
          "10",
          "100"}},
        {"ledger.entries_of", {"1", "array[1]"}},
        {"ledger.neighbours_in_chain", {"1", "2"}},
        {"ledger.entries_between", {"1", "1", "100"}},
        {"ledger.lines_between", {"1", "1", "100"}},
        {"ledger.lines_of", {"1", "array[1]"}},
        {"ledger.find_key", {"1", "'key'"}},
        {"ledger.attachments_in_use", {"1", "1", "sha256('a')"}},
        {"ledger.draft_documents_in_use", {"1", "1", "sha256('a')"}},
        {"ledger.list_draft_attachments", {"1", "1"}},
        {"ledger.find_draft_attachment", {"1", "1", "sha256('a')"}},
        {"ledger.list_attachments", {"1", "1"}},
        {"ledger.find_attachment", {"1", "1", "sha256('a')"}},
        {"ledger.verify_documents", {"1"}},
        {"ledger.count_drafts", {"1"}},
        {"ledger.list_drafts", {"1", "0", "100"}},
        {"ledger.find_draft", {"1", "1"}},
        {"ledger.lock_draft", {"1", "1"}},
        {"ledger.posted_draft", {"1", "'key'"}},
        {"ledger.epochs", {"1"}},
        {"ledger.end", {"1"}},
        {"ledger.period_book", {"1"}},
        {"ledger.period_acts", {"1"}},
        {"ledger.today", {"1", "now()"}},
        {"ledger.first_open_day", {"1", "'2026-03-15'::date", "now()"}},
        {"ledger.closings_of_years", {"1", "'2026-03-15'::date"}},
        {"ledger.left_to_close", {"1", "'2026-12-31'::date"}},
        {"ledger.retained_earnings", {"1", "'3200'"}},
        {"ledger.head_to_anchor", {"1"}},
        {"ledger.verify_head", {"1"}},
        {"ledger.verify_stray_entries", {"1", "0"}},
        {"ledger.verify_balances", {"1"}},
        {"ledger.list_audit",
         {"1", "0", "null::text", "null::text", "null::text", "null::date", "null::date", "100"}},
        {"reports.kept_figures",
         {"1",
          "'2026-01-01'::date",
          "'2026-12-31'::date",
          "'2026-01-01'::date",
          "'2026-12-31'::date"}},
        {"reports.day_figures",
         {"1",
          "'2026-01-01'::date",
          "'2026-12-31'::date",
          "'2026-01-01'::date",
          "'2026-12-31'::date",
          "'2026-01-01'::date",
          "'2026-12-31'::date"}},
        {"reports.line_figures_through", {"1", "1"}},
        {"reports.line_figures_after", {"1", "0"}},
        {"reports.entry_figures",
         {"1", "'2026-01-01'::date", "'2026-12-31'::date", "1", "1", "null::jsonb"}},
        {"reports.closing_figures",
         {"1", "'2026-01-01'::date", "'2026-12-31'::date", "1", "null::jsonb"}},
        {"reports.ledger", {"1", "null::bigint"}},
        {"reports.late_entries",
         {"1", "'2026-01-01'::date", "'2026-12-31'::date", "1", "null::jsonb", "true", "100"}},
        {"reports.ledger_lines",
         {"1",
          "null::bigint",
          "'2026-01-01'::date",
          "'2026-12-31'::date",
          "100",
          "1",
          "null::jsonb",
          "true"}},
    };
    return arguments;
}

/// The statement with its parameters written out.
std::string with_arguments(std::string text, const std::vector<std::string>& arguments) {
    for (std::size_t at = arguments.size(); at > 0; --at) {
        const std::regex parameter{fmt::format(R"(\${}\b)", at)};
        text = std::regex_replace(text, parameter, fmt::format("({})", arguments[at - 1]));
    }
    return text;
}

void fill(testing::TestBooks& books) {
    const base::TenantId tenant = books.tenant();
    const base::AccountId bank = books.account(tenant, {.code = "1000"});
    const base::AccountId sales = books.account(tenant, {.code = "4000", .type = "revenue"});
    books.account(tenant, {.code = "3200", .type = "equity"});
    ASSERT_EQ(tenant.value, 1);
    ASSERT_EQ(bank.value, 1);
    testing::FakeClock clock;
    ledger::Poster poster{books.io.get_executor(), books.pool, clock};
    std::vector<ledger::Posting> postings;
    postings.push_back({
        .entry =
            {.date = *base::Date::parse("2026-03-15"),
             .description = "Sale",
             .reference = "R-1",
             .tags = {{"closing", "2026"}},
             .lines =
                 {{.account = bank, .commodity = "USD", .amount = 5, .base_amount = 5},
                  {.account = sales, .commodity = "USD", .amount = -5, .base_amount = -5}}},
        .commodities = std::make_shared<const std::vector<base::Commodity>>(
            std::vector<base::Commodity>{{.code = "USD", .scale = 2}}
        ),
        .idempotency_key = "key",
        .request_hash = base::sha256("request"),
        .posted_by = "user:test",
    });
    const auto results =
        books.await(poster.post(tenant, std::move(postings), testing::TestBooks::deadline()));
    ASSERT_TRUE(results.at(0).has_value());
    books.tamper(
        "insert into books.idempotency (tenant_id, key, request_hash, status, response)"
        " values (1, 'key', sha256('request'), 201, '{}')"
    );
    books.tamper(
        "insert into books.import_mapping values (1, 'bank', '{}', 'user:test', now());"
        "insert into books.import_batch values (1, 1, 1, 'csv', 'a.csv', 'user:test', now(),"
        " 'user:test', now(), 'why')"
    );
    books.tamper("update books.journal_entry set late_reason = 'why'");
    books.tamper("insert into books.price values (1, 'USD', 'USD', '2026-01-01', 1)");
    books.tamper(
        "insert into books.document values (1, sha256('a'), 'text/plain', 'a', now());"
        "insert into books.attachment values (1, 1, sha256('a'), 'a.txt', 'user:test', now())"
    );
    books.tamper(
        "insert into books.draft values (1, 1, 1, '{}', null, '', 0, 'user:test', now(), "
        "'user:test', now());"
        "insert into books.draft_document values (1, 1, sha256('a'), 'a.txt', 'text/plain', 'a', "
        "'user:test', now())"
    );
    books.tamper(
        "insert into books.ledger_epoch (tenant_id, epoch, after_number, previous_hash, "
        "restored_to, restored_at, reason)"
        " values (1, 2, 1, sha256('head'), now(), now(), 'a test')"
    );
    books.tamper(
        "insert into books.period_act"
        " values (1, 1, 1, 'close', '2026-01-01', '2026-01-31', 'user:test', now(), 'why', "
        "sha256('head'))"
    );
}

TEST(Statements, FindRowsOfTheBooksOnlyUnderTheTenantOfTheTransaction) {
    static const std::regex query{R"(^\s*(select|with)\b)"};
    static const std::regex table{R"(\b(from|join)\s+books\.\w+(?![\w(]))"};
    testing::TestBooks books;
    ASSERT_NO_FATAL_FAILURE(fill(books));
    // How much a query finds as the application: its rows, or what it counts where it only counts.
    const auto found = [&books](std::string tenant, std::string text) {
        const auto ask = [](pg::Endpoint endpoint, std::string under, std::string sql
                         ) -> base::Task<std::int64_t> {
            const auto deadline = testing::TestBooks::deadline();
            const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
            if (!under.empty()) {
                co_await connection->run_script("set app.tenant_id = '" + under + "'", deadline);
            }
            const pg::Statement asked{.name = "test.asked", .text = sql};
            const pg::Rows rows = co_await connection->execute(asked, {}, deadline);
            static const std::regex counts{R"(^\s*select count\(\*\)\s*from)"};
            co_return std::regex_search(sql, counts) ? rows[0].get<std::int64_t>(0) : rows.size();
        };
        const auto endpoint = books.database.endpoint("accubooks_app");
        return books.await(ask(endpoint, std::move(tenant), std::move(text)));
    };
    std::size_t asked = 0;
    for (const SourceStatement& statement : statements()) {
        if (!std::regex_search(statement.text, query) || count_of(statement.text, table) == 0 ||
            looks_past_the_tenant(statement)) {
            continue;
        }
        SCOPED_TRACE(fmt::format("{} in {}", statement.name, statement.file));
        const auto arguments = arguments_of_queries().find(statement.name);
        if (arguments == arguments_of_queries().end()) {
            ADD_FAILURE() << "has no row in arguments_of_queries";
            continue;
        }
        const std::string text = with_arguments(statement.text, arguments->second);
        EXPECT_GT(found("1", text), 0);
        EXPECT_EQ(found("", text), 0);
        EXPECT_EQ(found("2", text), 0);
        ++asked;
    }
    EXPECT_EQ(asked, arguments_of_queries().size());
}

}  // namespace
}  // namespace accubooks
