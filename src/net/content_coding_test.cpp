#include "net/internal/content_coding.h"

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(WeightOf, FollowsTheHeader) {
    struct Case {
        std::string_view coding;
        std::string_view header;
        int weight;
    };
    const Case cases[] = {
        {"gzip", "", 0},
        {"gzip", "gzip", 1000},
        {"gzip", "GZIP", 1000},
        {"gzip", "br, gzip;q=0.5", 500},
        {"gzip", "gzip;q=0", 0},
        {"gzip", "gzip; q=0.000", 0},
        {"gzip", "gzip;q=0.001", 1},
        {"gzip", "gzip;Q=0.25", 250},
        {"gzip", "gzip;q=1.000", 1000},
        {"gzip", "gzip;q=0.2x", 1000},
        {"gzip", "gzip;q=0.12345678901234567890", 123},
        {"gzip", "*", 1000},
        {"gzip", "*;q=0", 0},
        {"gzip", "gzip;q=0, *", 0},
        {"gzip", "*;q=0, gzip", 1000},
        {"gzip", "identity", 0},
        {"gzip", "xgzip", 0},
        {"gzip", ",, ,gzip", 1000},
        {"br", "gzip, deflate, br;q=0.9", 900},
        {"identity", "", 1},
        {"identity", "gzip", 1},
        {"identity", "identity;q=0", 0},
        {"identity", "gzip, *;q=0", 0},
        {"identity", "identity, gzip;q=0.1", 1000},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string{c.coding} + " of " + std::string{c.header});
        EXPECT_EQ(weight_of(c.coding, c.header), c.weight);
    }
}

}  // namespace
}  // namespace accubooks::net
