#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

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
    static const std::regex utility{R"(^\s*(begin|commit|rollback|set|deallocate)\b)"};
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
            std::vector<std::string> types;
            try {
                co_await connection->run_script("prepare s as " + statement.text, deadline);
                static constexpr pg::Statement kTypes{
                    .name = "test.types",
                    .text =
                        "select t::text from pg_prepared_statements,"
                        " unnest(parameter_types) t where name = 's'",
                };
                const pg::Rows parameters = co_await connection->execute(kTypes, {}, deadline);
                for (int row = 0; row < parameters.size(); ++row) {
                    types.push_back(parameters[row].get<std::string>(0));
                }
                // Only a query's columns can be looked at like this, not those of "returning".
                static const std::regex query{R"(^\s*(select|with)\b)"};
                if (std::regex_search(statement.text, query)) {
                    std::string arguments;
                    for (std::size_t at = 0; at < types.size(); ++at) {
                        arguments += at == 0 ? "(null" : ", null";
                    }
                    co_await make_table(
                        *connection,
                        fmt::format("execute s{}", arguments.empty() ? "" : arguments + ")")
                    );
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
                }
                co_await connection->run_script("deallocate s", deadline);
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
        SCOPED_TRACE(fmt::format("{} in {}", statement.name, statement.file));
        const std::size_t tables = count_of(statement.text, table);
        EXPECT_GE(count_of(statement.text, by_tenant), tables);
        EXPECT_TRUE(tables == 0 || count_of(statement.text, by_parameter) > 0);
        EXPECT_EQ(count_of(statement.text, insert), count_of(statement.text, insert_tenant));
        checked += tables + count_of(statement.text, insert);
    }
    EXPECT_GT(checked, 20U);
}

}  // namespace
}  // namespace accubooks
