#include <gtest/gtest.h>

#include "ops/backup_store.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::ops {
namespace {

using namespace std::chrono_literals;
using Kind = BackupEvent::Kind;
using testing::TestDatabase;

base::Deadline soon() {
    return base::deadline_in(30s);
}

class BackupStateTest : public ::testing::Test {
protected:
    /// Records what happened to a backup as accubooks_ops, which is all that role may write there.
    void happened(Kind kind, bool is_good, std::string label = "F1", std::string detail = "") {
        const auto work = [](pg::Endpoint endpoint, BackupEvent event) -> base::Task<void> {
            const auto connection = co_await pg::Connection::open(std::move(endpoint), soon());
            co_await record_backup_event(*connection, std::move(event), soon());
        };
        BackupEvent event{
            .kind = kind,
            .is_good = is_good,
            .label = label.empty() ? std::nullopt : std::optional{label},
            .started_at = state_time(),
            .bytes = 7,
            .actor = "test",
            .detail = std::move(detail),
        };
        testing::run(work(database.endpoint("accubooks_ops"), std::move(event)));
    }

    BackupState state() {
        BackupState found;
        const auto work = [](pg::Endpoint endpoint, BackupState* into) -> base::Task<void> {
            const auto connection = co_await pg::Connection::open(std::move(endpoint), soon());
            *into = co_await load_backup_state(*connection, soon());
        };
        testing::run(work(database.endpoint("accubooks_ops"), &found));
        return found;
    }

    static base::Instant state_time() { return base::SystemClock{}.now(); }

    bool is_ready(std::chrono::microseconds age = 24h) {
        return state().is_ready_for_change(base::SystemClock{}.now(), age);
    }

    TestDatabase database;
};

TEST_F(BackupStateTest, OfNothingIsUnknownAndNeverReady) {
    const BackupState nothing = state();
    EXPECT_FALSE(nothing.last_backup || nothing.last_good_backup || nothing.last_check);
    EXPECT_FALSE(nothing.last_good_check || nothing.last_restore || nothing.gap);
    EXPECT_FALSE(is_ready());
}

TEST_F(BackupStateTest, IsReadyWhenTheLastBackupItselfWasCheckedAndIsYoung) {
    happened(Kind::backup, true, "F1");
    EXPECT_FALSE(is_ready());
    happened(Kind::check, true, "F1");
    EXPECT_TRUE(is_ready());
    EXPECT_FALSE(is_ready(0us));
    happened(Kind::backup, true, "F2");
    EXPECT_FALSE(is_ready());
    happened(Kind::check, false, "F2");
    EXPECT_FALSE(is_ready());
    EXPECT_EQ(state().last_good_check->label, "F1");
    happened(Kind::check, true, "F2");
    EXPECT_TRUE(is_ready());
    happened(Kind::backup, false, "", "no room");
    EXPECT_FALSE(is_ready());
    EXPECT_EQ(state().last_backup->detail, "no room");
    EXPECT_EQ(state().last_good_backup->label, "F2");
    EXPECT_EQ(state().last_good_backup->bytes, 7);
}

TEST_F(BackupStateTest, KeepsAGapUntilTheNextGoodBackupThatBeganAfterIt) {
    happened(Kind::backup, true, "F1");
    happened(Kind::check, true, "F1");
    happened(Kind::archive_gap, false, "", "thrown away");
    EXPECT_TRUE(state().gap.has_value());
    EXPECT_FALSE(is_ready());
    happened(Kind::backup, false, "");
    EXPECT_TRUE(state().gap.has_value());
    happened(Kind::backup, true, "F2");
    EXPECT_FALSE(state().gap.has_value());
    happened(Kind::check, true, "F2");
    EXPECT_TRUE(is_ready());
}

TEST_F(BackupStateTest, TakesAnyCommandsOutputAsTheReason) {
    happened(Kind::backup, false, "", std::string(5000, 'x') + "\xff\x1b[31m");
    EXPECT_EQ(state().last_backup->detail.size(), 2000U);
    happened(Kind::backup, false, "", "\xff\x1b[31m\n");
    EXPECT_EQ(state().last_backup->detail, R"(\xff\x1b[31m\x0a)");
}

}  // namespace
}  // namespace accubooks::ops
