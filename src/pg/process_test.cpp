#include "pg/internal/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace accubooks::pg {
namespace {

TEST(Process, GivesArgumentsAsTheyAreAndReturnsWhatWasSaid) {
    const Finished echo =
        run({.arguments = {"/bin/echo", "$HOME; rm *", "two words"}, .account = Account::own()});
    EXPECT_EQ(echo.exit_code, 0);
    EXPECT_EQ(echo.output, "$HOME; rm * two words\n");
}

TEST(Process, PassesInputOnAndReportsItsEnd) {
    EXPECT_EQ(run({.arguments = {"/bin/cat"}, .account = Account::own()}, "text").output, "text");
    EXPECT_EQ(run({.arguments = {"/bin/false"}, .account = Account::own()}).exit_code, 1);
    EXPECT_EQ(run({.arguments = {"/no/such"}, .account = Account::own()}).exit_code, 127);
}

TEST(Process, StartsWithABareEnvironmentInTheRootFolder) {
    const Finished env = run({.arguments = {"/usr/bin/env"}, .account = Account::own()});
    EXPECT_EQ(env.output, "LANG=C.UTF-8\nPATH=/usr/bin:/bin\n");
    EXPECT_EQ(run({.arguments = {"/bin/pwd"}, .account = Account::own()}).output, "/\n");
}

TEST(Process, GivesUpRootForGood) {
    const auto account = Account::for_server();
    ASSERT_TRUE(account.has_value());
    EXPECT_NE(account->uid, 0U);
    const Finished id = run({.arguments = {"/usr/bin/id", "--user"}, .account = *account});
    EXPECT_EQ(id.output, std::to_string(account->uid) + "\n");
    const Finished groups = run({.arguments = {"/usr/bin/id", "--groups"}, .account = *account});
    EXPECT_EQ(groups.output.find(" 0"), std::string::npos);
}

TEST(Process, KeepsTheEndOfALongOutput) {
    const Finished many = run({.arguments = {"/usr/bin/seq", "100000"}, .account = Account::own()});
    EXPECT_LE(many.output.size(), 64U * 1024);
    EXPECT_TRUE(many.output.ends_with("100000\n"));
}

}  // namespace
}  // namespace accubooks::pg
