#include "net/peer.h"

#include <vector>

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(NetworkOf, IsWhatOneClientHas) {
    EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("2001:db8:0:1::7"), "2001:db8:0:1::/64");
    EXPECT_EQ(network_of("2001:db8:0:1:ffff::9"), network_of("2001:db8:0:1::7"));
    EXPECT_NE(network_of("2001:db8:0:2::7"), network_of("2001:db8:0:1::7"));
    EXPECT_EQ(network_of("no address"), "no address");
}

TEST(IsAddress, TakesNumbersAlone) {
    EXPECT_TRUE(is_address("192.0.2.7"));
    EXPECT_TRUE(is_address("2001:db8::1"));
    for (const char* text : {"", "localhost", "192.0.2.7:80", "192.0.2.0/24", "[::1]"}) {
        EXPECT_FALSE(is_address(text)) << text;
    }
}

TEST(IsLoopback, KnowsThisMachine) {
    for (const char* address : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(is_loopback(address)) << address;
    }
    for (const char* address : {"192.0.2.7", "::2", "", "localhost"}) {
        EXPECT_FALSE(is_loopback(address)) << address;
    }
}

TEST(ClientOf, BelievesTrustedProxiesAlone) {
    const std::vector<std::string> proxies{"127.0.0.1", "2001:db8::5"};
    Headers forwarded;
    forwarded.add("X-Forwarded-For", "203.0.113.9");
    EXPECT_EQ(client_of("127.0.0.1", forwarded, proxies), "203.0.113.9");
    EXPECT_EQ(client_of("::ffff:127.0.0.1", forwarded, proxies), "203.0.113.9");
    EXPECT_EQ(client_of("2001:db8:0::5", forwarded, proxies), "203.0.113.9");
    EXPECT_EQ(client_of("198.51.100.1", forwarded, proxies), "198.51.100.1");
    EXPECT_EQ(client_of("127.0.0.1", forwarded, {}), "127.0.0.1");
    EXPECT_EQ(client_of("127.0.0.1", Headers{}, proxies), "127.0.0.1");
}

TEST(ClientOf, IsWhatTheProxySaidAndNotTheClient) {
    const std::vector<std::string> proxies{"127.0.0.1"};
    Headers one_field;
    one_field.add("X-Forwarded-For", "10.0.0.1, 203.0.113.9");
    EXPECT_EQ(client_of("127.0.0.1", one_field, proxies), "203.0.113.9");
    Headers two_fields;
    two_fields.add("X-Forwarded-For", "10.0.0.1");
    two_fields.add("X-Forwarded-For", "203.0.113.9");
    EXPECT_EQ(client_of("127.0.0.1", two_fields, proxies), "203.0.113.9");
    for (const char* unreadable : {"", "unknown", "203.0.113.9,", "203.0.113.9:4711"}) {
        Headers headers;
        headers.add("X-Forwarded-For", unreadable);
        EXPECT_EQ(client_of("127.0.0.1", headers, proxies), "127.0.0.1") << unreadable;
    }
}

}  // namespace
}  // namespace accubooks::net
