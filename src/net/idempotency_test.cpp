#include "net/idempotency.h"

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(IdempotencyKey, IsVisibleAsciiOfBoundedLength) {
    EXPECT_TRUE(is_idempotency_key("!"));
    EXPECT_TRUE(is_idempotency_key(std::string(200, '~')));
    for (const std::string& text :
         {std::string{},
          std::string{"a b"},
          std::string{"\x1f"},
          std::string{"\x7f"},
          std::string{"\xc3\xa9"},
          std::string(201, 'k')}) {
        EXPECT_FALSE(is_idempotency_key(text)) << text;
    }
}

TEST(IdempotencyKey, SentTwiceIsNoKey) {
    Request request;
    EXPECT_EQ(idempotency_key_of(request), std::nullopt);
    request.headers.add("idempotency-key", "one");
    EXPECT_EQ(idempotency_key_of(request), "one");
    request.headers.add("Idempotency-Key", "one");
    EXPECT_EQ(idempotency_key_of(request), "");
}

}  // namespace
}  // namespace accubooks::net
