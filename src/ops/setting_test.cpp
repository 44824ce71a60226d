#include "ops/setting.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/canonical_json.h"
#include "ops/listen_address.h"

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;

TEST(Settings, HaveDefaultsWithinTheirOwnRange) {
    for (const Setting& setting : registry()) {
        SCOPED_TRACE(setting.key);
        EXPECT_TRUE(parse_value(setting, setting.preset).has_value());
        EXPECT_EQ(find_setting(setting.key), &setting);
        EXPECT_TRUE(setting.help.ends_with('.'));
        EXPECT_LE(setting.least, setting.most);
    }
    EXPECT_TRUE(check_together(presets(Takes::live)).has_value());
}

TEST(Settings, GiveThePoolItsOwnDefaults) {
    const pg::PoolSettings from_settings = pool_settings(presets(Takes::live));
    const pg::PoolSettings own;
    EXPECT_EQ(from_settings, own);
}

TEST(Settings, NameAddressesWithCommas) {
    EXPECT_EQ(networks_of("none"), std::vector<std::string>{});
    EXPECT_EQ(networks_of("192.0.2.7, ::1"), (std::vector<std::string>{"192.0.2.7", "::1"}));
    const Setting& proxies = *find_setting("server.trusted_proxies");
    EXPECT_TRUE(parse_value(proxies, "192.0.2.7,2001:db8::1").has_value());
    for (const char* text : {"", "localhost", "192.0.2.7,", "192.0.2.7 192.0.2.8", "none,::1"}) {
        EXPECT_EQ(parse_value(proxies, text).error().code, "settings.bad_value") << text;
    }
}

TEST(Settings, ReachThePoolEachAsItself) {
    Values values = presets(Takes::live);
    std::int64_t next = 101;
    std::set<std::int64_t> given;
    for (auto& [key, value] : values) {
        if (key.starts_with("database.pool.")) {
            value = next;
            given.insert(next++);
        }
    }
    const pg::PoolSettings settings = pool_settings(values);
    const std::set<std::int64_t> reached{
        settings.min,
        settings.max,
        settings.idle_timeout.count(),
        settings.connection_timeout.count(),
        settings.acquire_timeout.count(),
        settings.queue_max,
        settings.connecting_max,
        settings.tenant_max,
        settings.lifetime.count(),
        settings.leak_after.count(),
        settings.reclaim_after.count(),
    };
    EXPECT_EQ(reached, given);
    EXPECT_EQ(settings.max, number_of(values, "database.pool.max"));
    EXPECT_EQ(settings.min, number_of(values, "database.pool.min"));
}

TEST(Settings, AreReadAsTheyAreWrittenOrRefused) {
    struct Case {
        const char* name;
        const char* key;
        const char* text;
        bool good;
    };
    const Case cases[] = {
        {"a number", "database.pool.max", "200", true},
        {"the least", "database.pool.max", "1", true},
        {"less than the least", "database.pool.max", "0", false},
        {"the most", "database.pool.max", "10000", true},
        {"more than the most", "database.pool.max", "10001", false},
        {"more than a number holds", "database.pool.max", "99999999999999999999", false},
        {"negative", "database.pool.min", "-1", false},
        {"nothing", "database.pool.max", "", false},
        {"a unit", "database.pool.idle_timeout_ms", "30s", false},
        {"a fraction", "database.pool.max", "20.5", false},
        {"a space", "database.pool.max", " 20", false},
        {"an address", "server.listen", "0.0.0.0:80", true},
        {"an IPv6 address", "server.listen", "[::1]:0", true},
        {"no port", "server.listen", "127.0.0.1", false},
        {"a port too large", "server.listen", "127.0.0.1:65536", false},
        {"an address of a proxy", "server.trusted_proxies", "192.0.2.7", true},
        {"networks of proxies", "server.trusted_proxies", "10.0.0.0/8, 2001:db8::/32", true},
        {"no proxy", "server.trusted_proxies", "none", true},
        {"no network", "server.trusted_proxies", "10.0.0.0/8,10.0.0.0/33", false},
        {"a proxy's name", "server.trusted_proxies", "proxy.example", false},
        {"a level", "log.level", "debug", true},
        {"no level", "log.level", "loud", false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto value = parse_value(*find_setting(c.key), c.text);
        ASSERT_EQ(value.has_value(), c.good);
        if (c.good) {
            EXPECT_EQ(to_string(*value), c.text);
        } else {
            EXPECT_EQ(value.error().code, "settings.bad_value");
            EXPECT_THAT(value.error().detail, HasSubstr(c.key));
        }
    }
}

TEST(Settings, RefuseAnUnknownKeyAndNameTheNearest) {
    const auto setting = setting_of("database.pool.maximum");
    ASSERT_FALSE(setting.has_value());
    EXPECT_EQ(setting.error().code, "settings.unknown_key");
    EXPECT_EQ(
        setting.error().detail,
        "There is no setting database.pool.maximum; the one most like it is database.pool.max."
    );
    EXPECT_EQ(find_setting(""), nullptr);
}

TEST(Settings, RefuseAMinimumAboveTheMaximum) {
    Values values = presets(Takes::live);
    values["database.pool.min"] = std::int64_t{50};
    EXPECT_TRUE(check_together(values).has_value());
    values["database.pool.min"] = std::int64_t{51};
    ASSERT_FALSE(check_together(values).has_value());
    EXPECT_EQ(check_together(values).error().code, "settings.contradiction");
}

TEST(Settings, AreCanonicalJsonAndComeBackFromIt) {
    Values values = presets(Takes::restart);
    values.merge(presets(Takes::live));
    const std::string json = to_json(values);
    EXPECT_EQ(base::canonicalise(json).value(), json);
    EXPECT_EQ(values_from_json(json).value(), values);
}

TEST(Settings, OfAnotherVersionAreRefusedByTheirKey) {
    const auto unknown = values_from_json(R"({"database.pool.colour":1})");
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, "settings.unknown_key");
    const auto fraction = values_from_json(R"({"database.pool.max":1.5})");
    ASSERT_FALSE(fraction.has_value());
    EXPECT_EQ(fraction.error().code, "settings.bad_value");
}

TEST(Settings, StandInTheDocumentation) {
    std::ifstream file{ACCUBOOKS_SOURCE_DIR "/docs/operations.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    for (const Setting& setting : registry()) {
        EXPECT_THAT(
            page, HasSubstr("| `" + std::string{setting.key} + "` | " + std::string{setting.preset})
        );
    }
}

TEST(ListenAddress, IsReadAndWrittenAlike) {
    for (const char* text : {"127.0.0.1:8080", "[::1]:8081", "localhost:0"}) {
        SCOPED_TRACE(text);
        const auto address = parse_listen_address(text);
        ASSERT_TRUE(address.has_value());
        EXPECT_EQ(to_string(*address), text);
    }
    for (const char* text : {"", ":80", "host", "host:", "host:x", "host:-1", "[]:80"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(parse_listen_address(text).has_value());
    }
}

}  // namespace
}  // namespace accubooks::ops
