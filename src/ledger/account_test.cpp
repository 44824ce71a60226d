#include "ledger/account.h"

#include <set>

#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

constexpr AccountType kTypes[] = {
    AccountType::asset,
    AccountType::liability,
    AccountType::equity,
    AccountType::revenue,
    AccountType::expense,
};

TEST(AccountTypes, AreReadAsTheyAreWritten) {
    for (const AccountType type : kTypes) {
        const auto parsed = parse_account_type(to_string(type));
        ASSERT_TRUE(parsed.has_value());
        EXPECT_EQ(*parsed, type);
    }
    for (const std::string_view text : {"", "Asset", "assets", "income"}) {
        SCOPED_TRACE(text);
        const auto parsed = parse_account_type(text);
        ASSERT_FALSE(parsed.has_value());
        EXPECT_EQ(parsed.error().code, "ledger.bad_account_type");
    }
}

TEST(AccountTypes, KnowTheirSubtypesOnceEach) {
    for (const AccountType type : kTypes) {
        const auto& subtypes = subtypes_of(type);
        EXPECT_EQ(std::set(subtypes.begin(), subtypes.end()).size(), subtypes.size());
        EXPECT_NE(std::ranges::find(subtypes, "other"), subtypes.end());
    }
}

TEST(CheckAccount, TakesGoodOnesAndNamesWhatIsWrong) {
    struct Case {
        const char* name;
        NewAccount account;
        std::vector<std::string> pointers;  // none: taken
    };
    const Case cases[] = {
        {"plain", {.code = "0420", .name = "Bank"}, {}},
        {"a subtype of its type",
         {.code = "1", .name = "N", .type = AccountType::expense, .subtype = "cogs"},
         {}},
        {"letters of several bytes",
         {.code = std::string(50, 'c') + "ä", .name = "\u8D44" + std::string(199, 'n')},
         {}},
        {"the longest", {.code = std::string(100, 'c'), .name = std::string(200, 'n')}, {}},
        {"nothing given", {}, {"/code", "/name"}},
        {"too long",
         {.code = std::string(101, 'c'), .name = std::string(201, 'n')},
         {"/code", "/name"}},
        {"a blank before", {.code = " 1", .name = "N"}, {"/code"}},
        {"a blank behind", {.code = "1 ", .name = "N"}, {"/code"}},
        {"a blank inside", {.code = "1 2", .name = "N"}, {}},
        {"control characters", {.code = "1\t", .name = "N\x1b[31m"}, {"/code", "/name"}},
        {"a subtype of another type",
         {.code = "1", .name = "N", .type = AccountType::asset, .subtype = "cogs"},
         {"/subtype"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto checked = check(c.account);
        ASSERT_EQ(checked.has_value(), c.pointers.empty());
        if (!checked) {
            EXPECT_EQ(checked.error().code, "ledger.bad_account");
            std::vector<std::string> pointers;
            for (const auto& field : checked.error().fields) {
                pointers.push_back(field.pointer);
            }
            EXPECT_EQ(pointers, c.pointers);
        }
    }
}

Account cash(std::optional<std::string> commodity) {
    Account account;
    account.subtype = "cash";
    account.commodity = std::move(commodity);
    return account;
}

TEST(CheckAccountChange, JudgesWhatIsGivenByTheAccountsType) {
    struct Case {
        const char* name;
        AccountChange change;
        std::vector<std::string> pointers;  // none: taken
        Account account = cash("USD");
    };
    const Account any_commodity = cash(std::nullopt);
    Account imported = any_commodity;
    imported.imported = true;
    const Case cases[] = {
        {"nothing", {}, {}},
        {"everything", {.name = "Bank", .subtype = "bank", .active = false}, {}},
        {"no subtype any more", {.subtype = ""}, {}},
        {"no name", {.name = ""}, {"/name"}},
        {"as it was", {.subtype = "cash"}, {}},
        {"bank of any commodity", {.subtype = "bank"}, {"/subtype"}, any_commodity},
        {"as it was, of any commodity", {.subtype = "cash"}, {}, any_commodity},
        {"bank of any commodity, as imported", {.subtype = "bank"}, {}, imported},
        {"another type's subtype", {.name = "N\n", .subtype = "payable"}, {"/name", "/subtype"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto checked = check(c.change, c.account);
        ASSERT_EQ(checked.has_value(), c.pointers.empty());
        if (!checked) {
            std::vector<std::string> pointers;
            for (const auto& field : checked.error().fields) {
                pointers.push_back(field.pointer);
            }
            EXPECT_EQ(pointers, c.pointers);
        }
    }
}

}  // namespace
}  // namespace accubooks::ledger
