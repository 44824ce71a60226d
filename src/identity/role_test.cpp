#include "identity/role.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace accubooks::identity {
namespace {

TEST(Role, IsReadAsItIsWritten) {
    for (const Role role : {Role::owner, Role::accountant, Role::bookkeeper, Role::viewer}) {
        EXPECT_EQ(parse_role(to_string(role)).value(), role);
    }
    for (const char* text : {"", "Owner", "controller", "owner "}) {
        EXPECT_EQ(parse_role(text).error().code, "identity.bad_role") << text;
    }
}

TEST(Permissions, GrowWithTheRole) {
    for (const auto& row : permission_table()) {
        SCOPED_TRACE(to_string(row.permission));
        EXPECT_TRUE(row.owner);
        EXPECT_LE(row.viewer, row.bookkeeper);
        EXPECT_LE(row.bookkeeper, row.accountant);
        EXPECT_EQ(allows(Role::accountant, row.permission), row.accountant);
        EXPECT_EQ(allows(Role::bookkeeper, row.permission), row.bookkeeper);
        EXPECT_EQ(allows(Role::viewer, row.permission), row.viewer);
    }
    EXPECT_FALSE(allows(Role::viewer, Permission::journal_post));
    EXPECT_FALSE(allows(Role::bookkeeper, Permission::journal_reverse));
    EXPECT_FALSE(allows(Role::accountant, Permission::token_manage));
}

TEST(Permissions, AreDocumentedAsTheyAre) {
    std::string expected;
    for (const auto& row : permission_table()) {
        expected += "| `" + std::string{to_string(row.permission)} + "` |";
        for (const bool may : {row.owner, row.accountant, row.bookkeeper, row.viewer}) {
            expected += may ? " yes |" : " – |";
        }
        expected += "\n";
    }
    std::ifstream file{ACCUBOOKS_SOURCE_DIR "/docs/permissions.md"};
    std::string documented;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("| `")) {
            documented += line + "\n";
        }
    }
    // The last column says for people what the permission covers.
    std::string without_words;
    std::istringstream lines{documented};
    for (std::string line; std::getline(lines, line);) {
        std::size_t bar = 0;
        for (int column = 0; column < 5; ++column) {
            bar = line.find('|', bar + 1);
            ASSERT_NE(bar, std::string::npos) << line;
        }
        without_words += line.substr(0, bar + 1) + "\n";
    }
    EXPECT_EQ(without_words, expected);
}

}  // namespace
}  // namespace accubooks::identity
