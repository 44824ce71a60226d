#include "pg/internal/conninfo.h"

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace accubooks::pg {
namespace {

std::string value_of(const ConnectParameters& parameters, std::string_view keyword) {
    const auto keywords = parameters.keywords();
    const auto values = parameters.values();
    for (std::size_t at = 0; keywords[at] != nullptr; ++at) {
        if (keyword == keywords[at]) {
            return values[at];
        }
    }
    return "(absent)";
}

/// A variable of the environment for as long as this lives; null: there is none.
class Variable {
public:
    Variable(const char* name, const char* value) : name_{name} {
        if (const char* before = std::getenv(name)) {
            before_ = before;
        }
        set(value);
    }
    ~Variable() { set(before_ ? before_->c_str() : nullptr); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    void set(const char* value) {
        if (value == nullptr) {
            unsetenv(name_);
        } else {
            setenv(name_, value, 1);
        }
    }

    const char* name_;
    std::optional<std::string> before_;
};

/// Whoever runs the tests may have a server of their own in the environment.
struct ConnectParametersTest : ::testing::Test {
    const Variable no_host{"PGHOST", nullptr};
    const Variable no_address{"PGHOSTADDR", nullptr};
    const Variable no_port{"PGPORT", nullptr};
    const Variable no_service{"PGSERVICE", nullptr};
};

TEST_F(ConnectParametersTest, ReadUrlsAndKeywordStrings) {
    const ConnectParameters url{{.conninfo = "postgresql://me@db:5433/books?sslmode=require"}};
    EXPECT_EQ(value_of(url, "host"), "db");
    EXPECT_EQ(value_of(url, "port"), "5433");
    EXPECT_EQ(value_of(url, "dbname"), "books");
    EXPECT_EQ(value_of(url, "sslmode"), "require");
    const ConnectParameters words{{.conninfo = "host=/run/x dbname=books"}};
    EXPECT_EQ(value_of(words, "host"), "/run/x");
}

TEST_F(ConnectParametersTest, PutTheRoleLastAmongTheOptions) {
    const ConnectParameters parameters{{
        .conninfo = "options='-c role=other -c work_mem=64MB'",
        .role = "accubooks_app",
        .settings = {{"statement_timeout", "5000"}, {"search_path", "a b"}},
    }};
    const std::string options = value_of(parameters, "options");
    EXPECT_NE(options.find("-c TimeZone=UTC"), std::string::npos);
    EXPECT_NE(options.find("-c role=other -c work_mem=64MB"), std::string::npos);
    EXPECT_NE(options.find("-c statement_timeout=5000 -c search_path=a\\ b"), std::string::npos);
    EXPECT_TRUE(options.ends_with(" -c role=accubooks_app"));
}

TEST_F(ConnectParametersTest, LeaveTheCallersOwnChoicesAlone) {
    const ConnectParameters parameters{
        {.conninfo = "tcp_user_timeout=1 application_name=mine", .application_name = "ours"}
    };
    EXPECT_EQ(value_of(parameters, "tcp_user_timeout"), "1");
    EXPECT_EQ(value_of(parameters, "application_name"), "mine");
    EXPECT_EQ(value_of(parameters, "client_encoding"), "UTF8");
}

TEST_F(ConnectParametersTest, DoNotQuoteWhatTheyCannotRead) {
    for (const char* text :
         {"postgresql://me:secret@[host", "secret", "password=secret nonsense"}) {
        SCOPED_TRACE(text);
        try {
            const ConnectParameters parameters{{.conninfo = text}};
            FAIL() << "it is refused";
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.kind(), Failure::Kind::connect);
            EXPECT_EQ(std::strstr(failure.what(), "secret"), nullptr);
        }
    }
}

TEST_F(ConnectParametersTest, NameTheHostsWhoseAddressesAreToBeFound) {
    const auto names_in = [](std::string conninfo) {
        return ConnectParameters{{.conninfo = std::move(conninfo)}}.names();
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(names_in("host=a.example,127.0.0.1,::1,/run/x,@x,b"), (Names{"a.example", "b"}));
    EXPECT_EQ(names_in("postgresql://me@a:1,b:2/books"), (Names{"a", "b"}));
    EXPECT_EQ(names_in("host=a hostaddr=127.0.0.1"), Names{});
    EXPECT_EQ(names_in("dbname=books"), Names{});
}

TEST_F(ConnectParametersTest, TakeTheHostFromTheEnvironmentWhereTheStringNamesNone) {
    const Variable host{"PGHOST", "a.example,b.example"};
    const Variable port{"PGPORT", "1,2"};
    ConnectParameters of_environment{{.conninfo = "dbname=books"}};
    EXPECT_EQ(of_environment.names(), (std::vector<std::string>{"a.example", "b.example"}));
    EXPECT_TRUE(of_environment.give_addresses({{"a.example", {}}, {"b.example", {"127.0.0.2"}}}));
    EXPECT_EQ(value_of(of_environment, "hostaddr"), "127.0.0.2");
    EXPECT_EQ(value_of(of_environment, "port"), "2");

    EXPECT_EQ(value_of(ConnectParameters{{.conninfo = "host=/run/x port=7"}}, "host"), "/run/x");
    EXPECT_EQ(value_of(ConnectParameters{{.conninfo = "host=/run/x port=7"}}, "port"), "7");
    EXPECT_TRUE(ConnectParameters{{.conninfo = "service=mine"}}.names().empty());
    const Variable address{"PGHOSTADDR", "127.0.0.3,127.0.0.4"};
    EXPECT_TRUE(ConnectParameters{{.conninfo = "dbname=books"}}.names().empty());
}

TEST_F(ConnectParametersTest, TryEachAddressOfAHostAtItsPort) {
    ConnectParameters parameters{{.conninfo = "host=a,/run/x,gone,127.0.0.9 port=1,2,3,4"}};
    EXPECT_TRUE(parameters.give_addresses({{"a", {"127.0.0.1", "::1"}}, {"gone", {}}}));
    EXPECT_EQ(value_of(parameters, "host"), "a,a,/run/x,127.0.0.9");
    EXPECT_EQ(value_of(parameters, "hostaddr"), "127.0.0.1,::1,,");
    EXPECT_EQ(value_of(parameters, "port"), "1,1,2,4");

    ConnectParameters one_port{{.conninfo = "host=a,b port=5"}};
    EXPECT_TRUE(one_port.give_addresses({{"a", {}}, {"b", {"127.0.0.2"}}}));
    EXPECT_EQ(value_of(one_port, "host"), "b");
    EXPECT_EQ(value_of(one_port, "port"), "5");

    ConnectParameters nowhere{{.conninfo = "host=a"}};
    EXPECT_FALSE(nowhere.give_addresses({{"a", {}}}));
}

}  // namespace
}  // namespace accubooks::pg
