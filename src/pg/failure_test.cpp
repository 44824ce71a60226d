#include "pg/failure.h"

#include <gtest/gtest.h>

namespace accubooks::pg {
namespace {

TEST(Failure, MessagesOfSeveralLinesBecomeOne) {
    struct Case {
        const char* text;
        const char* line;
    };
    const Case cases[] = {
        {"", ""},
        {"one\n", "one"},
        {"connection to server on socket \"/x\" failed: No such file\n\tIs the server running?\n",
         "connection to server on socket \"/x\" failed: No such file; Is the server running?"},
        {"failed:\n  because\n", "failed: because"},
        {"a  b\tc\r\n\nd", "a b c; d"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(one_line(c.text), c.line);
    }
}

TEST(Failure, SaysWhetherTheSameWorkMaySimplyBeDoneAgain) {
    using Kind = Failure::Kind;
    struct Case {
        Kind kind;
        const char* sqlstate;
        bool retryable;
    };
    const Case cases[] = {
        {Kind::connect, "", true},
        {Kind::lost, "", true},
        {Kind::overloaded, "", true},
        {Kind::deadline, "57014", false},
        {Kind::cancelled, "", false},
        {Kind::unknown_outcome, "", false},
        {Kind::server, "40001", true},   // serialisation
        {Kind::server, "40P01", true},   // deadlock
        {Kind::server, "53300", true},   // too many connections
        {Kind::server, "57P01", true},   // the server is stopping
        {Kind::server, "08006", true},   // connection failure
        {Kind::server, "55P03", true},   // locked for too long
        {Kind::server, "23505", false},  // unique violation
        {Kind::server, "57014", false},  // cancelled
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.sqlstate);
        const Failure failure{"x", {.kind = c.kind, .sqlstate = c.sqlstate}};
        EXPECT_EQ(failure.retryable(), c.retryable);
    }
}

TEST(Failure, IsNamedByTheServerOrByItsKind) {
    const Failure refused{"x", {.kind = Failure::Kind::server, .sqlstate = "23505"}};
    EXPECT_EQ(refused.type(), "23505");
    const Failure lost{"x", {.kind = Failure::Kind::lost}};
    EXPECT_EQ(lost.type(), "lost");
}

TEST(Failure, KeepsItsFactsWhenItSaysWhere) {
    const Failure failure{"refused", {.kind = Failure::Kind::server, .sqlstate = "23505"}};
    const Failure placed = failure.within("0001_x.sql");
    EXPECT_STREQ(placed.what(), "0001_x.sql: refused");
    EXPECT_EQ(placed.sqlstate(), "23505");
}

}  // namespace
}  // namespace accubooks::pg
