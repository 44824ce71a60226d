#include "identity/secret.h"

#include <gtest/gtest.h>

#include "testing/seeded_random.h"

namespace accubooks::identity {
namespace {

TEST(Secret, IsLookedUpByItsDigest) {
    const auto random = testing::seeded_random(1);
    const std::string token = make_api_token(random);
    EXPECT_EQ(token.size(), 3U + 64U);
    EXPECT_TRUE(token.starts_with("ab_"));
    EXPECT_EQ(api_token_digest(token), base::sha256(token));
    EXPECT_NE(make_api_token(random), token);

    const std::string personal = make_personal_token(random);
    EXPECT_EQ(personal.size(), 4U + 64U);
    EXPECT_EQ(personal_token_digest(personal), base::sha256(personal));

    const std::string session = make_session_token(random);
    EXPECT_EQ(session.size(), 64U);
    EXPECT_EQ(session_token_digest(session), base::sha256(session));
}

TEST(Secret, OfAnotherFormIsNotLookedUp) {
    const std::string digits(64, 'a');
    EXPECT_TRUE(api_token_digest("ab_" + digits).has_value());
    for (const std::string& text :
         {std::string{},
          digits,
          "ab_" + digits.substr(1),
          "ab_" + digits + "a",
          "AB_" + digits,
          "ab_" + std::string(64, 'A'),
          "ab_" + std::string(64, 'g'),
          " ab_" + digits}) {
        EXPECT_FALSE(api_token_digest(text).has_value()) << text;
    }
    EXPECT_FALSE(api_token_digest("abp_" + digits).has_value());
    EXPECT_FALSE(personal_token_digest("ab_" + digits).has_value());
    EXPECT_FALSE(session_token_digest("ab_" + digits).has_value());
    EXPECT_FALSE(session_token_digest(digits.substr(1)).has_value());
    EXPECT_FALSE(session_token_digest(std::string(64, '\'')).has_value());
}

TEST(CsrfToken, BelongsToOneSessionAndDoesNotTellIt) {
    const std::string session(64, 'a');
    EXPECT_EQ(csrf_token_of(session), csrf_token_of(session));
    EXPECT_NE(csrf_token_of(session), csrf_token_of(std::string(64, 'b')));
    EXPECT_NE(csrf_token_of(session), base::to_hex(base::sha256(session)));
}

}  // namespace
}  // namespace accubooks::identity
