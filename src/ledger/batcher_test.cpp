#include "ledger/internal/batcher.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

using base::TenantId;

struct FakeEntry {
    std::string name;
    std::size_t its_lines = 2;
    bool is_common = true;

    std::size_t lines() const { return its_lines; }
    bool may_combine() const { return is_common; }
};
using Queue = Batcher<FakeEntry>;
using Run = Queue::Run;

/// "1: a b, 2: c", with an exclamation mark for a run of one tenant alone.
std::string told(const std::optional<Run>& run) {
    if (!run) {
        return "nothing";
    }
    std::string text;
    for (const auto& part : run->parts) {
        text += fmt::format("{}{}:", text.empty() ? "" : ", ", part.tenant.value);
        for (const FakeEntry& entry : part.entries) {
            text += " " + entry.name;
        }
    }
    return text + (run->is_combined() ? "" : "!");
}

/// All of it was posted.
void end_well(Queue& queue, std::optional<Run> run) {
    for (auto& part : run->parts) {
        part.entries.clear();
        part.locked_turns = 0;
    }
    queue.end(std::move(*run));
}

constexpr PosterLimits kLimits{
    .batch_entries = 4,
    .batch_lines = 20,
    .queue_entries_all = 10,
    .queue_entries = 5,
    .combined_tenants = 3,
    .combined_batches = 1,
};

TEST(Batcher, CombinesSmallEntriesOfManyTenantsInTheOrderOfTheirNumbers) {
    Queue queue{kLimits};
    EXPECT_FALSE(queue.add(TenantId{7}, {{"a"}, {"b"}}));
    EXPECT_FALSE(queue.add(TenantId{3}, {{"c"}}));
    EXPECT_EQ(told(queue.next()), "3: c, 7: a b");
    EXPECT_EQ(told(queue.next()), "nothing");
    EXPECT_EQ(queue.depth(), 3U);
}

TEST(Batcher, LetsWhatArrivesMeanwhileMakeUpTheNextRun) {
    Queue queue{kLimits};
    queue.add(TenantId{1}, {{"a"}});
    auto first = queue.next();
    EXPECT_EQ(told(first), "1: a");
    queue.add(TenantId{1}, {{"b"}});
    queue.add(TenantId{2}, {{"c"}});
    EXPECT_EQ(told(queue.next()), "nothing");
    end_well(queue, std::move(first));
    EXPECT_EQ(told(queue.next()), "1: b, 2: c");
}

TEST(Batcher, GivesNoTenantASecondRunWhileItsFirstIsUnderWay) {
    PosterLimits limits = kLimits;
    limits.combined_batches = 2;
    Queue queue{limits};
    queue.add(TenantId{1}, {{"a"}});
    auto first = queue.next();
    queue.add(TenantId{1}, {{"b"}});
    queue.add(TenantId{1}, {{"c", 2, false}});
    EXPECT_EQ(told(queue.next()), "nothing");
    queue.add(TenantId{2}, {{"d"}});
    EXPECT_EQ(told(queue.next()), "2: d");
    end_well(queue, std::move(first));
    EXPECT_EQ(told(queue.next()), "1: b");
}

TEST(Batcher, LetsTenantsTakeTurns) {
    Queue queue{kLimits};
    for (const std::int64_t tenant : {5, 4, 3, 2, 1}) {
        queue.add(TenantId{tenant}, {{"x"}, {"y"}});
    }
    auto run = queue.next();
    EXPECT_EQ(told(run), "4: x y, 5: x y");  // no more than batch_entries
    end_well(queue, std::move(run));
    queue.add(TenantId{5}, {{"z"}});
    run = queue.next();
    EXPECT_EQ(told(run), "2: x y, 3: x y");
    end_well(queue, std::move(run));
    EXPECT_EQ(told(queue.next()), "1: x y, 5: z");
}

TEST(Batcher, PostsAloneWhatMayNotBeCombinedAndKeepsTheOrder) {
    Queue queue{kLimits};
    queue.add(TenantId{1}, {{"a"}});
    queue.add(TenantId{1}, {{"b", 2, false}});
    queue.add(TenantId{1}, {{"c"}});
    queue.add(TenantId{2}, {{"d", 2, false}});
    auto alone = queue.next();
    EXPECT_EQ(told(alone), "2: d!");  // whatever else is under way
    auto run = queue.next();
    EXPECT_EQ(told(run), "1: a");
    end_well(queue, std::move(run));
    EXPECT_EQ(told(queue.next()), "1: b c!");
    end_well(queue, std::move(alone));
}

TEST(Batcher, PassesACombinedRunThatHangs) {
    Queue queue{kLimits};
    queue.add(TenantId{1}, {{"a"}});
    auto hanging = queue.next();
    queue.add(TenantId{1}, {{"b"}});
    queue.add(TenantId{2}, {{"c"}});
    EXPECT_EQ(told(queue.next()), "nothing");
    queue.pass(hanging->number);
    auto run = queue.next();
    EXPECT_EQ(told(run), "2: c");  // its own tenants still wait for it
    queue.add(TenantId{3}, {{"d"}});
    end_well(queue, std::move(hanging));
    EXPECT_EQ(told(queue.next()), "nothing");  // it was counted once
    end_well(queue, std::move(run));
    EXPECT_EQ(told(queue.next()), "1: b, 3: d");
}

TEST(Batcher, PostsAloneAndFirstWhatARunLeftUndone) {
    Queue queue{kLimits};
    queue.add(TenantId{1}, {{"a"}, {"b"}});
    queue.add(TenantId{2}, {{"c"}});
    auto run = queue.next();
    queue.add(TenantId{1}, {{"d"}});
    run->parts[1].entries.clear();
    queue.end(std::move(*run));
    EXPECT_EQ(queue.depth(), 3U);
    auto alone = queue.next();
    EXPECT_EQ(told(alone), "1: a b d!");
    end_well(queue, std::move(alone));
    EXPECT_EQ(queue.depth(), 0U);
    queue.add(TenantId{1}, {{"e"}});
    EXPECT_EQ(told(queue.next()), "1: e");
}

/// All of it was left undone, since somebody else has the tenant's books locked.
void end_locked(Queue& queue, std::optional<Run> run) {
    run->parts.front().locked_turns = 1;
    queue.end(std::move(*run));
}

TEST(Batcher, LetsLockedTenantsTakeUpSoManyRunsAndNoMore) {
    PosterLimits limits = kLimits;
    limits.locked_runs = 1;
    Queue queue{limits};
    queue.add(TenantId{1}, {{"a", 2, false}});
    queue.add(TenantId{2}, {{"b", 2, false}});
    auto first = queue.next();
    auto second = queue.next();
    end_locked(queue, std::move(first));
    end_locked(queue, std::move(second));
    queue.add(TenantId{3}, {{"c", 2, false}});
    auto free = queue.next();
    EXPECT_EQ(told(free), "3: c!");
    auto locked = queue.next();
    EXPECT_EQ(told(locked), "1: a!");
    EXPECT_EQ(told(queue.next()), "nothing");
    end_locked(queue, std::move(locked));
    locked = queue.next();
    EXPECT_EQ(told(locked), "2: b!");  // by turns
    end_well(queue, std::move(free));
    EXPECT_EQ(told(queue.next()), "nothing");
    EXPECT_EQ(queue.depth(), 2U);
    end_well(queue, std::move(locked));
}

TEST(LockPatience, DoublesTurnByTurnUpToItsBound) {
    std::vector<std::int64_t> waits;
    for (std::size_t turns = 0; turns < 7; ++turns) {
        waits.push_back(lock_patience(PosterLimits{}, turns).count());
    }
    EXPECT_THAT(waits, testing::ElementsAre(100, 200, 400, 800, 1600, 1600, 1600));
    EXPECT_EQ(lock_patience({.lock_patience = std::chrono::hours{1}}, 9), std::chrono::hours{1});
}

TEST(Batcher, LeavesALockedTenantOutOfCombinedRunsUntilItWasPosted) {
    Queue queue{kLimits};
    queue.add(TenantId{1}, {{"a", 2, false}});
    end_locked(queue, queue.next());
    auto run = queue.next();
    run->parts.front().entries.clear();  // refused, for it had waited too long: nothing was tried
    queue.end(std::move(*run));
    EXPECT_EQ(queue.depth(), 0U);
    queue.add(TenantId{1}, {{"b"}});
    queue.add(TenantId{2}, {{"c"}});
    auto alone = queue.next();
    EXPECT_EQ(told(alone), "1: b!");
    run = queue.next();
    EXPECT_EQ(told(run), "2: c");
    end_well(queue, std::move(alone));
    end_well(queue, std::move(run));
    queue.add(TenantId{1}, {{"d"}});
    EXPECT_EQ(told(queue.next()), "1: d");
}

TEST(Batcher, CombinesNothingWhereOneTenantIsTheMost) {
    PosterLimits limits = kLimits;
    limits.combined_tenants = 1;
    Queue queue{limits};
    queue.add(TenantId{1}, {{"a"}});
    queue.add(TenantId{2}, {{"b"}});
    EXPECT_EQ(told(queue.next()), "1: a!");
    EXPECT_EQ(told(queue.next()), "2: b!");
}

TEST(Batcher, BoundsABatchByEntriesAndByLines) {
    Queue queue{kLimits};
    queue.add(TenantId{1}, {{"a"}, {"b"}, {"c"}, {"d"}, {"e"}});
    auto run = queue.next();
    EXPECT_EQ(told(run), "1: a b c d");
    end_well(queue, std::move(run));
    queue.add(TenantId{1}, {{"long", 19}, {"f"}});
    run = queue.next();
    EXPECT_EQ(told(run), "1: e");
    end_well(queue, std::move(run));
    run = queue.next();
    EXPECT_EQ(told(run), "1: long");
    end_well(queue, std::move(run));
    queue.add(TenantId{1}, {{"g", 99}});
    queue.add(TenantId{2}, {{"h"}});
    run = queue.next();
    EXPECT_EQ(told(run), "1: f, 2: h");
    end_well(queue, std::move(run));
    EXPECT_EQ(told(queue.next()), "1: g");
}

TEST(Batcher, RefusesWhatItsQueuesCannotHoldAndTakesNothingOfIt) {
    Queue queue{kLimits};
    EXPECT_FALSE(queue.add(TenantId{1}, {{"a"}, {"b"}, {"c"}, {"d"}}));
    EXPECT_EQ(queue.add(TenantId{1}, {{"e"}, {"f"}}), Queue::Refusal::tenant_full);
    EXPECT_FALSE(queue.add(TenantId{1}, {{"e"}}));
    EXPECT_FALSE(queue.add(TenantId{2}, {{"g"}, {"h"}, {"i"}}));
    EXPECT_EQ(queue.add(TenantId{3}, {{"j"}, {"k"}, {"l"}}), Queue::Refusal::full);
    EXPECT_EQ(queue.depth(), 8U);
    EXPECT_FALSE(queue.add(TenantId{3}, {{"j"}, {"k"}}));
    auto run = queue.next();
    EXPECT_EQ(queue.add(TenantId{4}, {{"m"}}), Queue::Refusal::full);  // under way counts
    end_well(queue, std::move(run));
    EXPECT_FALSE(queue.add(TenantId{4}, {{"m"}}));
}

}  // namespace
}  // namespace accubooks::ledger
