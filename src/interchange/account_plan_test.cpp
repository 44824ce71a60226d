#include "interchange/internal/account_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::interchange {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ImportedAccount account(
    std::string path, std::optional<std::uint32_t> parent, bool posted, std::string marks = ""
) {
    return {
        .path = std::move(path),
        .parent = parent,
        .posted = posted,
        .first = {.line = 1 + (parent ? *parent + 1U : 0U)},
        .marks = std::move(marks),
    };
}

AccountPlan plan_of(
    const std::vector<ImportedAccount>& accounts,
    const AccountsTold& told = {},
    const KnownAccounts& known = {}
) {
    SourcePosition at;
    return plan_accounts(accounts, told, known, at).value();
}

const std::vector<ImportedAccount> kBank{
    account("assets", std::nullopt, false),
    account("assets:bank", 0, false),
    account("assets:bank:checking", 1, true),
};

TEST(AccountPlanTest, MakesWhatTheBooksLackParentsFirst) {
    const AccountPlan plan = plan_of(kBank, {}, {{"assets", base::AccountId{1}}});
    EXPECT_THAT(plan.codes, ElementsAre("assets", "assets:bank", "assets:bank:checking"));
    EXPECT_THAT(plan.made_of, ElementsAre(1, 2));
    EXPECT_EQ(plan.to_make[0].account.parent_code, "assets");
    EXPECT_EQ(plan.to_make[1].account.name, "checking");
    EXPECT_EQ(first_place(kBank, plan).line, 2U) << "its parent is in the books";
}

TEST(AccountPlanTest, LeavesOutParentsOfNothingButWhatIsToldToBeOthers) {
    const AccountPlan plan = plan_of(kBank, {{"assets:bank:checking", "1000"}});
    EXPECT_THAT(plan.codes, ElementsAre("", "", "1000"));
    EXPECT_THAT(plan.to_make, IsEmpty());
}

TEST(AccountPlanTest, DeactivatesLaterWhatTheMarksSayIsNotActive) {
    const std::vector<ImportedAccount> accounts{
        account("old", std::nullopt, true, "code=9000&active=no")
    };
    const AccountPlan plan = plan_of(accounts);
    EXPECT_THAT(plan.codes, ElementsAre("9000"));
    EXPECT_THAT(plan.to_deactivate, ElementsAre("9000"));
    EXPECT_THAT(plan_of(accounts, {}, {{"9000", base::AccountId{1}}}).to_deactivate, IsEmpty());
}

TEST(AccountPlanTest, SaysWhereWhatItRefusesStands) {
    SourcePosition at;
    const auto plan = plan_accounts(
        {account("a", std::nullopt, false), account("a:b", 0, true, "code")}, {}, {}, at
    );
    EXPECT_EQ(plan.error().code, "interchange.bad_mark");
    EXPECT_EQ(at.line, 2U);
}

}  // namespace
}  // namespace accubooks::interchange
