#include "pg/internal/waiting_line.h"

#include <vector>

#include <gtest/gtest.h>

namespace accubooks::pg {
namespace {

using base::TenantId;

constexpr TenantId kOne{1};
constexpr TenantId kTwo{2};
constexpr WaitingLine::Time kWhenever = WaitingLine::Time::max();

/// Whose turns they are, to the end of the line; nothing comes back meanwhile.
std::vector<std::optional<TenantId>> turns(WaitingLine& line) {
    std::vector<std::optional<TenantId>> found;
    while (line.in_line() > 0) {
        found.push_back(line.take_first());
    }
    return found;
}

TEST(WaitingLine, LetsATenantHaveItsShareAndNoMore) {
    WaitingLine line{2};
    for (const TenantId tenant : {kOne, kOne, kOne, kTwo}) {
        line.join(tenant, kWhenever);
    }
    line.join(std::nullopt, kWhenever);
    EXPECT_EQ(line.in_all(), 5U);
    EXPECT_EQ(turns(line), (std::vector<std::optional<TenantId>>{kOne, kOne, kTwo, std::nullopt}));
    EXPECT_EQ(line.in_all(), 1U);
    line.end_service(kOne);
    EXPECT_EQ(turns(line), (std::vector<std::optional<TenantId>>{kOne}));
    EXPECT_EQ(line.in_all(), 0U);
}

TEST(WaitingLine, PutsWhoComesBackBeforeEverybody) {
    WaitingLine line{1};
    line.join(kOne, kWhenever);
    line.join(kTwo, kWhenever);
    line.come_back(line.take_first(), kWhenever);
    EXPECT_EQ(turns(line), (std::vector<std::optional<TenantId>>{kOne, kTwo}));
}

TEST(WaitingLine, LetsInWhomAHigherShareAllowsInOrderOfArrival) {
    WaitingLine line{1};
    for (const TenantId tenant : {kOne, kTwo, kTwo, kOne, kTwo}) {
        line.join(tenant, kWhenever);
    }
    line.set_tenant_max(0);
    EXPECT_EQ(turns(line), (std::vector<std::optional<TenantId>>{kOne, kTwo, kTwo, kOne, kTwo}));
}

TEST(WaitingLine, ForgetsWhoLeaves) {
    WaitingLine line{1};
    const auto first = line.join(kOne, kWhenever);
    const auto aside = line.join(kOne, kWhenever);
    const auto last = line.join(kOne, kWhenever);
    line.leave(aside);
    EXPECT_FALSE(line.has(aside));
    line.leave(first);
    EXPECT_EQ(line.first(), last);
    line.join(kTwo, kWhenever);
    line.join(kTwo, kWhenever);
    EXPECT_EQ(line.leave_all().size(), 3U);
    EXPECT_EQ(line.in_all(), 0U);
}

}  // namespace
}  // namespace accubooks::pg
