#include "net/webhook.h"

#include <algorithm>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/json.h"
#include "base/utf8.h"

namespace accubooks::net {
namespace {

TEST(WebhookUrl, IsReadStrictly) {
    const auto url = WebhookUrl::parse("https://Hooks.Example.com/services/T0/B0/x?y=1").value();
    EXPECT_EQ(url.host, "hooks.example.com");
    EXPECT_EQ(url.port, 443);
    EXPECT_TRUE(url.is_encrypted);
    EXPECT_EQ(WebhookUrl::parse("http://127.0.0.1:8090/x").value().port, 8090);
    for (const char* bad :
         {"",
          "https://",
          "ftp://x/",
          "https://user@x/",
          "https://x:0/",
          "https://x:99999/",
          "https://x:8x/",
          "https://x/#y",
          "https://x y/",
          "https://x\r\nHost: y/",
          "https://hooks.example.com\\@evil.test/",
          "https://[::1]/",
          "https://x_y/",
          "//hooks.example.com/"}) {
        EXPECT_EQ(WebhookUrl::parse(bad).error().code, "delivery.bad_url") << bad;
    }
}

TEST(WebhookUrl, NeedsAHostOfTheList) {
    const std::vector<std::string> allowed{"hooks.example.com"};
    EXPECT_TRUE(check_host(*WebhookUrl::parse("https://hooks.example.com/x"), allowed).has_value());
    for (const char* other :
         {"https://example.com/",
          "https://a.hooks.example.com/",
          "https://hooks.example.com.evil.test/",
          "https://evil.test/hooks.example.com",
          "https://hooks.example.com./"}) {
        EXPECT_EQ(
            check_host(*WebhookUrl::parse(other), allowed).error().code, "delivery.host_not_allowed"
        ) << other;
    }
    EXPECT_FALSE(check_host(*WebhookUrl::parse("https://hooks.example.com/x"), {}).has_value());
}

TEST(PublicAddress, IsNoneOfThisMachinesOrOfAPrivateNetwork) {
    for (const char* text :
         {"1.1.1.1",
          "11.0.0.0",
          "100.63.255.255",
          "100.128.0.0",
          "172.15.255.255",
          "172.32.0.0",
          "192.167.255.255",
          "198.17.255.255",
          "223.255.255.255",
          "2606:4700::1111",
          "2001:200::1",
          "2a00:1450::1"}) {
        EXPECT_TRUE(is_public_address(text)) << text;
    }
    for (const char* text :
         {"0.0.0.0",
          "10.1.2.3",
          "100.64.0.1",
          "127.0.0.1",
          "127.255.255.255",
          "169.254.169.254",
          "172.16.0.1",
          "172.31.255.255",
          "192.0.0.1",
          "192.0.2.1",
          "192.168.1.1",
          "198.18.0.1",
          "198.19.255.255",
          "198.51.100.1",
          "203.0.113.1",
          "224.0.0.1",
          "255.255.255.255",
          "::",
          "::1",
          "::ffff:127.0.0.1",
          "::ffff:1.1.1.1",
          "64:ff9b::7f00:1",
          "fc00::1",
          "fd00::1",
          "fe80::1",
          "ff02::1",
          "2001::1",
          "2001:db8::1",
          "2002:7f00:1::",
          "3fff::1",
          "",
          "localhost",
          "127.1",
          "2130706433",
          "0x7f.0.0.1",
          "fe80::1%eth0"}) {
        EXPECT_FALSE(is_public_address(text)) << text;
    }
}

RC_GTEST_PROP(WebhookBody, ShowsAnyTextAsItselfAndAsNothingElse, (std::string text)) {
    text += *rc::gen::element<std::string>(
        "", "```", "<!channel>", "<https://evil.test|click>", "\x1b[31m", "&amp;", "\n```\n# x"
    );
    const auto json = base::parse_json(webhook_body(text));
    RC_ASSERT(json.has_value());
    RC_ASSERT(json->as_object().size() == 1U);
    std::string shown{json->at("text").as_string()};
    RC_ASSERT(shown.starts_with("```\n"));
    RC_ASSERT(shown.ends_with("```"));
    shown = shown.substr(3, shown.size() - 6);
    RC_ASSERT(shown.find_first_of("`<>") == std::string::npos);
    for (auto at = shown.find('&'); at != std::string::npos; at = shown.find('&', at + 1)) {
        const std::string_view entity = std::string_view{shown}.substr(at);
        RC_ASSERT(
            entity.starts_with("&amp;") || entity.starts_with("&lt;") || entity.starts_with("&gt;")
        );
    }
    std::erase(shown, '\n');
    RC_ASSERT(shown.empty() || base::is_plain_text(shown));
}

}  // namespace
}  // namespace accubooks::net
