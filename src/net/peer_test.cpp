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

TEST(IsNetwork, IsAnAddressOrManyOfThem) {
    for (const char* text :
         {"192.0.2.7", "192.0.2.0/24", "0.0.0.0/0", "192.0.2.7/32", "2001:db8::/32", "::/0"}) {
        EXPECT_TRUE(is_network(text)) << text;
    }
    for (const char* text :
         {"",
          "/",
          "192.0.2.0/",
          "192.0.2.0/33",
          "2001:db8::/129",
          "192.0.2.0/-1",
          "192.0.2.0/2 4",
          "192.0.2.0/24/24",
          "example.com/24"}) {
        EXPECT_FALSE(is_network(text)) << text;
    }
}

TEST(IsIn, ComparesTheBitsThatANetworkShares) {
    struct Case {
        const char* network;
        const char* address;
        bool is_inside;
    };
    const Case cases[] = {
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.99/24", "192.0.2.1", true},
        {"10.0.0.0/9", "10.127.255.255", true},
        {"10.0.0.0/9", "10.128.0.0", false},
        {"192.0.2.0/24", "::ffff:192.0.2.1", true},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "2001:db8::1", true},
        {"192.0.2.0/24", "", false},
    };
    for (const auto& c : cases) {
        const std::vector<std::string> networks{"198.51.100.1", c.network};
        EXPECT_EQ(is_in(c.address, networks), c.is_inside) << c.network << ' ' << c.address;
    }
}

TEST(CameOverTls, IsForTrustedProxiesToSay) {
    const std::vector<std::string> proxies{"10.0.0.0/8"};
    const auto said = [](std::initializer_list<const char*> values) {
        Headers headers;
        for (const char* value : values) {
            headers.add("X-Forwarded-Proto", value);
        }
        return headers;
    };
    EXPECT_TRUE(came_over_tls("10.1.2.3", said({"https"}), proxies));
    EXPECT_TRUE(came_over_tls("10.1.2.3", said({"http", "http, https"}), proxies));
    EXPECT_FALSE(came_over_tls("10.1.2.3", said({"https", "http"}), proxies));
    EXPECT_FALSE(came_over_tls("10.1.2.3", said({"https, http"}), proxies));
    EXPECT_FALSE(came_over_tls("10.1.2.3", said({}), proxies));
    EXPECT_FALSE(came_over_tls("192.0.2.7", said({"https"}), proxies));
    EXPECT_FALSE(came_over_tls("10.1.2.3", said({"https"}), {}));
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
