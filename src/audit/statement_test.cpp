#include "audit/statement.h"

#include <gtest/gtest.h>

namespace accubooks::audit {
namespace {

Statement example() {
    return {
        .subjects = {{.name = "CHG-0001/rev/3", .sha256 = base::sha256("payload")}},
        .predicate_type = "https://accubooks.dev/launch/decision/v1",
        .predicate = {{"decision", "approve"}, {"revision", 3}},
    };
}

TEST(Statement, IsReadAsItWasWritten) {
    const auto text = to_json(example());
    ASSERT_TRUE(text.has_value());
    EXPECT_EQ(
        *text,
        R"({"_type":"https://in-toto.io/Statement/v1","predicate":{"decision":"approve","revision":3},)"
        R"("predicateType":"https://accubooks.dev/launch/decision/v1","subject":[{"digest":{"sha256":")" +
            base::to_hex(base::sha256("payload")) + R"("},"name":"CHG-0001/rev/3"}]})"
    );
    const auto read = Statement::parse(*text);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->subjects, example().subjects);
    EXPECT_EQ(read->predicate_type, example().predicate_type);
    EXPECT_EQ(read->predicate, example().predicate);
}

TEST(Statement, SignsNoFloatingPoint) {
    Statement statement = example();
    statement.predicate["limits"] = boost::json::object{{"rate", {1, 0.5}}};
    EXPECT_EQ(to_json(statement).error().code, "audit.bad_statement");
}

TEST(Statement, RefusesWhatIsNotOne) {
    const std::string good = *to_json(example());
    const auto with = [&good](std::string_view what, std::string_view instead) {
        std::string text = good;
        return text.replace(text.find(what), what.size(), instead);
    };
    const std::string cases[] = {
        "",
        "null",
        "{}",
        with("Statement/v1", "Statement/v0.1"),
        with("\"predicateType\"", "\"predicate_type\""),
        with("\"sha256\"", "\"sha1\""),
        with("\"name\":\"CHG-0001/rev/3\"", "\"name\":\"\""),
        with("{\"decision\":\"approve\",\"revision\":3}", "[]"),
        with("\"revision\":3", "\"revision\":3.5"),
        with("\"predicate\"", "\"more\":1,\"predicate\""),
        std::string(kStatementBytesMax + 1, ' '),
    };
    for (const std::string& text : cases) {
        const auto read = Statement::parse(text);
        ASSERT_FALSE(read.has_value()) << text.substr(0, 300);
        EXPECT_EQ(read.error().code, "audit.bad_statement");
    }
}

}  // namespace
}  // namespace accubooks::audit
