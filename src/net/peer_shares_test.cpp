#include "net/internal/peer_shares.h"

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(PeerShares, BoundConnectionsOfEachNetworkAlone) {
    PeerShares shares;
    EXPECT_TRUE(shares.take_connection("a", 2));
    EXPECT_TRUE(shares.take_connection("a", 2));
    EXPECT_FALSE(shares.take_connection("a", 2));
    EXPECT_TRUE(shares.take_connection("b", 2));
    shares.give_connection("a");
    EXPECT_TRUE(shares.take_connection("a", 2));
}

TEST(PeerShares, BoundBytesOfEachNetworkAlone) {
    PeerShares shares;
    EXPECT_TRUE(shares.take_bytes("a", 600, 1000));
    EXPECT_FALSE(shares.take_bytes("a", 401, 1000));
    EXPECT_TRUE(shares.take_bytes("a", 400, 1000));
    EXPECT_TRUE(shares.take_bytes("b", 1000, 1000));
    shares.give_bytes("a", 600);
    EXPECT_TRUE(shares.take_bytes("a", 600, 1000));
}

TEST(PeerShares, RememberNobodyWhoHoldsNothing) {
    PeerShares shares;
    EXPECT_FALSE(shares.take_connection("a", 0));
    EXPECT_FALSE(shares.take_bytes("a", 1, 0));
    EXPECT_EQ(shares.size(), 0U);
    EXPECT_TRUE(shares.take_connection("a", 1));
    EXPECT_TRUE(shares.take_bytes("a", 5, 10));
    shares.give_connection("a");
    EXPECT_EQ(shares.size(), 1U);
    shares.give_bytes("a", 5);
    EXPECT_EQ(shares.size(), 0U);
}

}  // namespace
}  // namespace accubooks::net
