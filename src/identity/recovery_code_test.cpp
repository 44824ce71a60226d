#include "identity/recovery_code.h"

#include <regex>

#include <gtest/gtest.h>

#include "testing/seeded_random.h"

namespace accubooks::identity {
namespace {

const base::Uuid kAnn = *base::Uuid::parse("00000000-0000-7000-8000-000000000001");
const base::Uuid kBob = *base::Uuid::parse("00000000-0000-7000-8000-000000000002");

TEST(RecoveryCode, IsMadeToBeTyped) {
    const auto random = testing::seeded_random(1);
    const std::string code = make_recovery_code(random);
    EXPECT_TRUE(std::regex_match(code, std::regex{"[a-z2-7]{4}(-[a-z2-7]{4}){3}"})) << code;
    EXPECT_NE(make_recovery_code(random), code);
}

TEST(RecoveryCode, IsReadHoweverItIsTyped) {
    const base::Digest digest = recovery_code_digest(kAnn, "abcd-efgh-ijkl-mnop");
    EXPECT_EQ(recovery_code_digest(kAnn, "ABCDEFGH ijkl mnop"), digest);
    EXPECT_NE(recovery_code_digest(kAnn, "abcd-efgh-ijkl-mnoq"), digest);
}

TEST(RecoveryCode, IsOnePersons) {
    EXPECT_NE(
        recovery_code_digest(kAnn, "abcd-efgh-ijkl-mnop"),
        recovery_code_digest(kBob, "abcd-efgh-ijkl-mnop")
    );
}

}  // namespace
}  // namespace accubooks::identity
