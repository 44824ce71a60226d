#include "ops/sources.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;

std::int64_t number(const Values& values, const char* key) {
    return number_of(values, key);
}

TEST(SettingsFile, IsReadWithThePlaceOfEachValue) {
    const auto read = read_settings(
        "[database.pool]\nmin = 20\nmax = 200\n\n[server]\nlisten = \"0.0.0.0:80\"\n", "a.toml"
    );
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(read->size(), 3U);
    EXPECT_EQ(read->at("database.pool.max").value, Value{std::int64_t{200}});
    EXPECT_EQ(read->at("database.pool.max").where, "a.toml:3:7");
    EXPECT_EQ(read->at("server.listen").value, Value{std::string{"0.0.0.0:80"}});
}

TEST(SettingsFile, IsRefusedInOneSentenceThatNamesThePlace) {
    struct Case {
        const char* name;
        const char* toml;
        const char* code;
        const char* sentence;
    };
    const Case cases[] = {
        {"not TOML", "[database.pool\nmax = 1\n", "settings.bad_file", "a.toml:1:15: "},
        {"a key twice", "[database.pool]\nmax = 1\nmax = 2\n", "settings.bad_file", "a.toml:3:"},
        {"an unknown key",
         "[database.pool]\nmaxi = 1\n",
         "settings.unknown_key",
         "a.toml:2:1: There is no setting database.pool.maxi; the one most like it is "
         "database.pool.max."},
        {"an unknown table", "[databas.pool]\n", "settings.unknown_key", "a.toml:1:1: "},
        {"a table for a value",
         "[database.pool.max]\nx = 1\n",
         "settings.unknown_key",
         "a.toml:2:1: "},
        {"text for a number",
         "[database.pool]\nmax = \"200\"\n",
         "settings.bad_value",
         "a.toml:2:7: database.pool.max must be a whole number from 1 to 10000, not 200."},
        {"a fraction", "[database.pool]\nmax = 1.0\n", "settings.bad_value", "a.toml:2:7: "},
        {"a list", "[database.pool]\nmax = [1]\n", "settings.bad_value", "a.toml:2:7: "},
        {"out of range", "database.pool.max = 0\n", "settings.bad_value", "a.toml:1:21: "},
        {"a number for text", "[log]\nlevel = 3\n", "settings.bad_value", "a.toml:2:9: "},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto read = read_settings(c.toml, "a.toml");
        ASSERT_FALSE(read.has_value());
        EXPECT_EQ(read.error().code, c.code);
        EXPECT_THAT(read.error().detail, HasSubstr(c.sentence));
        EXPECT_EQ(read.error().detail.find('\n'), std::string::npos);
    }
}

TEST(SettingsFile, MayHaveEmptyTablesOfSettings) {
    EXPECT_TRUE(read_settings("[database.pool]\n[server]\n", "a.toml").has_value());
    EXPECT_TRUE(read_settings("", "a.toml").has_value());
}

TEST(SettingsFile, ThatIsNotThereIsRefused) {
    const auto read = read_settings_file("/nowhere/at/all.toml");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, "settings.no_file");
    EXPECT_FALSE(read_settings_file(std::filesystem::temp_directory_path()).has_value());
}

TEST(Environment, GivesSettingsUnderTheirNames) {
    EXPECT_EQ(variable_of(*find_setting("database.pool.max")), "ACCUBOOKS_DATABASE_POOL_MAX");
    const auto read = read_environment({
        {"PATH", "/bin"},
        {"ACCUBOOKS_DATABASE_URL", "postgresql://somewhere"},
        {"ACCUBOOKS_OTHER", "1"},
        {"ACCUBOOKS_SERVER_LANES", "3"},
    });
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->at("server.lanes").where, "ACCUBOOKS_SERVER_LANES");
}

TEST(Environment, RefusesASlipOfThePen) {
    const auto misspelt = read_environment({{"ACCUBOOKS_DATABASE_POOL_MAXIMUM", "3"}});
    ASSERT_FALSE(misspelt.has_value());
    EXPECT_EQ(misspelt.error().code, "settings.unknown_key");
    EXPECT_THAT(misspelt.error().detail, HasSubstr("ACCUBOOKS_DATABASE_POOL_MAXIMUM"));
    const auto bad = read_environment({{"ACCUBOOKS_SERVER_LANES", "many"}});
    ASSERT_FALSE(bad.has_value());
    EXPECT_EQ(
        bad.error().detail,
        "ACCUBOOKS_SERVER_LANES: server.lanes must be a whole number from 0 to 64, not many."
    );
}

TEST(Flags, RefuseWhatChangesLive) {
    const auto live = read_flags({{"--set", "database.pool.max", "60"}});
    ASSERT_FALSE(live.has_value());
    EXPECT_EQ(live.error().code, "settings.comes_from_revisions");
    EXPECT_THAT(live.error().detail, HasSubstr("accubooks config set database.pool.max=60"));
    EXPECT_TRUE(read_flags({{"--lanes", "server.lanes", "2"}}).has_value());
    EXPECT_FALSE(read_flags({{"--set", "server.lane", "2"}}).has_value());
}

Sources three_sources() {
    Sources sources;
    sources.file = read_settings(
                       "[server]\nlanes = 1\nlisten = \"1.1.1.1:1\"\nops_listen = \"1.1.1.1:2\"\n"
                       "[database.pool]\nmax = 60\nmin = 6\n",
                       "a.toml"
    )
                       .value();
    sources.environment = read_environment({
                                               {"ACCUBOOKS_SERVER_LANES", "2"},
                                               {"ACCUBOOKS_SERVER_LISTEN", "2.2.2.2:1"},
                                               {"ACCUBOOKS_DATABASE_POOL_MAX", "70"},
                                           })
                              .value();
    sources.flags = read_flags({{"--lanes", "server.lanes", "3"}}).value();
    return sources;
}

TEST(Sources, OfARestartAreFlagsThenEnvironmentThenFileThenDefault) {
    const Values values = starting_values(three_sources()).value();
    EXPECT_EQ(number(values, "server.lanes"), 3);
    EXPECT_EQ(text_of(values, "server.listen"), "2.2.2.2:1");
    EXPECT_EQ(text_of(values, "server.ops_listen"), "1.1.1.1:2");
    EXPECT_EQ(text_of(values, "log.level"), "info");
    EXPECT_FALSE(values.contains("database.pool.max"));
}

TEST(Sources, OfTheFirstRevisionAreEnvironmentThenFileThenDefault) {
    const Values values = seed_values(three_sources()).value();
    EXPECT_EQ(number(values, "database.pool.max"), 70);
    EXPECT_EQ(number(values, "database.pool.min"), 6);
    EXPECT_EQ(number(values, "database.pool.idle_timeout_ms"), 30000);
    EXPECT_FALSE(values.contains("server.lanes"));
}

TEST(Sources, ThatContradictEachOtherAreRefused) {
    Sources sources;
    sources.file = read_settings("[database.pool]\nmin = 51\n", "a.toml").value();
    EXPECT_EQ(seed_values(sources).error().code, "settings.contradiction");
    EXPECT_EQ(with_live(presets(Takes::live), sources.file).error().code, "settings.contradiction");
    sources.file = read_settings("[database.ops_pool]\nmin = 5\n", "a.toml").value();
    EXPECT_EQ(starting_values(sources).error().code, "settings.contradiction");
}

TEST(Differences, NameWhatStandsOnEitherSide) {
    const Values before{{"a", std::int64_t{1}}, {"b", std::int64_t{2}}, {"c", std::int64_t{3}}};
    const Values after{{"a", std::int64_t{1}}, {"b", std::int64_t{4}}, {"d", std::string{"x"}}};
    EXPECT_EQ(to_string(differences(before, after)), "b 2 -> 4, c 3 -> (none), d (none) -> x");
    EXPECT_TRUE(differences(before, before).empty());
}

}  // namespace
}  // namespace accubooks::ops
