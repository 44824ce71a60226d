#include "ops/revision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

Revision revision_with(std::int64_t number, Values changes = {}) {
    Values values = presets(Takes::live);
    changes.merge(values);
    return {
        .number = number,
        .settings = to_json(changes),
        .author = "cli:ann",
        .reason = "a test",
        .created_at = base::Instant::from_unix_micros(1),
    };
}

Sight sight_of(const Revision& newest) {
    return {.newest = newest, .confirmed = newest};
}

Proposal proposal_with(Values values) {
    return {.values = std::move(values), .author = "cli:ann", .reason = "more room"};
}

TEST(Proposal, IsTakenOrRefused) {
    struct Case {
        const char* name;
        Proposal proposal;
        std::string_view code;  // empty: taken
    };
    Proposal late = proposal_with({{"database.pool.max", std::int64_t{60}}});
    late.parent = 6;
    Proposal in_time = late;
    in_time.parent = 7;
    Proposal without_reason = in_time;
    without_reason.reason = "";
    Proposal two_lines = in_time;
    two_lines.reason = "one\ntwo";
    Proposal short_lease = in_time;
    short_lease.confirm_within = 999ms;
    Proposal long_lease = in_time;
    long_lease.confirm_within = std::chrono::hours{169};
    const Case cases[] = {
        {"both of the plan at once",
         proposal_with(
             {{"database.pool.min", std::int64_t{20}}, {"database.pool.max", std::int64_t{200}}}
         ),
         ""},
        {"on the newest revision", in_time, ""},
        {"on an older one", late, "settings.another_came_first"},
        {"a minimum above the maximum there is",
         proposal_with({{"database.pool.min", std::int64_t{51}}}),
         "settings.contradiction"},
        {"a maximum below the minimum there is",
         proposal_with({{"database.pool.max", std::int64_t{9}}}),
         "settings.contradiction"},
        {"what can't change live",
         proposal_with({{"server.lanes", std::int64_t{2}}}),
         "settings.needs_restart"},
        {"what doesn't exist",
         proposal_with({{"pool.max", std::int64_t{2}}}),
         "settings.unknown_key"},
        {"a text for a number",
         proposal_with({{"database.pool.max", std::string{"x"}}}),
         "settings.bad_value"},
        {"out of range",
         proposal_with({{"database.pool.max", std::int64_t{0}}}),
         "settings.bad_value"},
        {"no reason", without_reason, "settings.bad_reason"},
        {"a reason that could forge a line", two_lines, "settings.bad_reason"},
        {"hardly time to confirm", short_lease, "settings.bad_lease"},
        {"more than a week to confirm", long_lease, "settings.bad_lease"},
    };
    const Sight now = sight_of(revision_with(7));
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto values = decide(now, c.proposal);
        ASSERT_EQ(values.has_value(), c.code.empty());
        if (!values) {
            EXPECT_EQ(values.error().code, c.code);
        }
    }
}

TEST(Proposal, ChangesWhatItNamesAndKeepsTheRest) {
    const Sight now = sight_of(revision_with(7, {{"database.pool.queue_max", std::int64_t{77}}}));
    const auto values = decide(now, proposal_with({{"database.pool.max", std::int64_t{60}}}));
    ASSERT_TRUE(values.has_value());
    EXPECT_EQ(number_of(*values, "database.pool.max"), 60);
    EXPECT_EQ(number_of(*values, "database.pool.queue_max"), 77);
}

TEST(Proposal, WaitsForAConfirmationUnlessItGoesBack) {
    Sight now = sight_of(revision_with(7));
    now.lease = Lease{.left = 5s};
    Proposal proposal = proposal_with({{"database.pool.max", std::int64_t{60}}});
    const auto refused = decide(now, proposal);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "settings.awaits_confirmation");
    EXPECT_THAT(refused.error().detail, HasSubstr("Revision 7"));
    proposal.origin = Origin::rollback;
    EXPECT_TRUE(decide(now, proposal).has_value());
}

TEST(Proposal, OfARollbackConfirmsNothingThatAwaitsIt) {
    Sight now = sight_of(revision_with(7, {{"database.pool.queue_max", std::int64_t{77}}}));
    now.lease = Lease{.left = 5s};
    now.confirmed = revision_with(6, {{"database.pool.queue_max", std::int64_t{66}}});
    Proposal proposal = proposal_with({{"database.pool.max", std::int64_t{60}}});
    proposal.origin = Origin::rollback;
    const auto values = decide(now, proposal);
    ASSERT_TRUE(values.has_value());
    EXPECT_EQ(number_of(*values, "database.pool.max"), 60);
    EXPECT_EQ(number_of(*values, "database.pool.queue_max"), 66);
}

TEST(Revision, OfAnOlderProgramHasDefaultsForWhatItDidNotKnow) {
    Revision old = revision_with(1);
    old.settings = R"({"database.pool.max":70})";
    const auto values = values_of(old);
    ASSERT_TRUE(values.has_value());
    EXPECT_EQ(number_of(*values, "database.pool.max"), 70);
    EXPECT_EQ(number_of(*values, "database.pool.min"), 10);
}

TEST(Revision, OfANewerProgramIsRefused) {
    Revision later = revision_with(1);
    later.settings = R"({"database.pool.colour":70})";
    EXPECT_EQ(values_of(later).error().code, "settings.unknown_key");
    later.settings = R"({"server.lanes":7})";
    EXPECT_EQ(values_of(later).error().code, "settings.needs_restart");
}

TEST(RevisionDigest, ChangesWithEveryPart) {
    Revision one = revision_with(7);
    one.expected = {*base::Uuid::parse("0195f0e8-0000-7000-8000-0123456789ab")};
    const base::Digest before = base::sha256("before");
    std::vector<Revision> others(9, one);
    others[0].number = 8;
    others[1].settings = "{}";
    others[2].origin = Origin::file;
    others[3].restores = 3;
    others[4].author = "cli:bob";
    others[5].reason = "another";
    others[6].confirm_within = 5s;
    others[7].expected.clear();
    others[8].created_at = base::Instant::from_unix_micros(2);
    for (const Revision& other : others) {
        EXPECT_NE(digest_of(other, before), digest_of(one, before));
    }
    EXPECT_NE(digest_of(one, base::sha256("another")), digest_of(one, before));
    EXPECT_EQ(digest_of(one, before), digest_of(one, before));
}

}  // namespace
}  // namespace accubooks::ops
