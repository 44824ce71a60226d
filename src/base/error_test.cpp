#include "base/error.h"

#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

Result<int> number(bool good) {
    if (!good) {
        return refuse(
            ErrorKind::conflict, "test.refused", "No.", {{.pointer = "/a", .detail = "b"}}
        );
    }
    return 7;
}

Result<void> check(bool good) {
    AB_TRY(value, number(good));
    ensure(value == 7, "a good number is seven");
    return {};
}

Result<std::string> chain(bool first, bool second) {
    AB_CHECK(check(first));
    AB_CHECK(check(second));
    return "done";
}

TEST(Result, PassesRefusalsUpUnchanged) {
    EXPECT_EQ(chain(true, true).value(), "done");
    for (const auto& refused : {chain(false, true), chain(true, false)}) {
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
        EXPECT_EQ(refused.error().code, "test.refused");
        EXPECT_EQ(refused.error().fields.at(0).pointer, "/a");
    }
}

TEST(EnsureDeathTest, SaysWhyAndWhere) {
    EXPECT_DEATH(ensure(false, "water runs down"), "error_test.cpp:.*water runs down");
    ensure(true, "nothing happens");
}

}  // namespace
}  // namespace accubooks::base
