#include "launch/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/leaf.h"

namespace accubooks::launch {
namespace {

using ::testing::Not;

TEST(EventStream, EachRoleHearsWhatItMay) {
    struct Case {
        const char* name;
        std::set<RoleName> roles;
        std::string_view action;
        bool hears;
    };
    const Case cases[] = {
        {"nobody", {}, "launch.decision", false},
        {"on-call, an execution", {RoleName::on_call}, "launch.execution_event", true},
        {"product lead, an incident", {RoleName::product_lead}, "launch.incident_opened", true},
        {"product lead, a grant", {RoleName::product_lead}, "launch.role_proposed", false},
        {"business lead, a key", {RoleName::business_lead}, "identity.key_enrolled", false},
        {"lead, a grant", {RoleName::requester_lead}, "launch.role_proposed", true},
        {"executive, the log", {RoleName::executive_operator}, "audit.witness_added", true},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(may_hear(c.roles, c.action), c.hears);
    }
}

TEST(EventStream, AFrameIsOneEventWhateverIsInIt) {
    const audit::Leaf leaf{
        .seq = 41,
        .time = base::Instant::from_unix_micros(1'767'225'600'000'000),
        .actor = "user:1",
        .action = "launch.decision",
        .object = "CHG-0001/rev/1",
    };
    const std::string frame =
        to_frame({.seq = 41, .entry = audit::to_entry(leaf), .payload = R"({"why":"a\n\nid: 99"})"}
        );
    EXPECT_THAT(frame, ::testing::StartsWith("id: 41\nevent: launch.decision\ndata: {\"seq\":41,"));
    EXPECT_EQ(std::ranges::count(frame, '\n'), 4);
    EXPECT_TRUE(frame.ends_with("}\n\n"));
}

}  // namespace
}  // namespace accubooks::launch
