#include "launch/backup_statement.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using std::chrono::hours;

const base::Instant kFinished = base::Instant::from_unix_micros(1'767'225'600'000'000);

BackupStatement statement() {
    return {
        .backup = "nightly \"Zürich\"",
        .finished_at = kFinished,
        .tested_at = kFinished + hours{1},
        .signed_at = kFinished + hours{2},
    };
}

TEST(BackupStatement, IsReadAsItWasWritten) {
    const std::string payload = statement_of(statement());
    const auto read = backup_statement_of(payload);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->backup, statement().backup);
    EXPECT_EQ(read->finished_at, statement().finished_at);
    EXPECT_EQ(read->tested_at, statement().tested_at);
    EXPECT_EQ(read->signed_at, statement().signed_at);
    EXPECT_EQ(statement_of(*read), payload);
}

TEST(BackupStatement, IsRefusedWhenItIsAnother) {
    std::string renamed = statement_of(statement());
    renamed.replace(renamed.find("nightly"), 7, "monthly");
    for (const std::string& bad : {renamed, statement_of(statement()) + " ", std::string{"{}"}}) {
        SCOPED_TRACE(bad);
        EXPECT_FALSE(backup_statement_of(bad));
    }
}

TEST(BackupStatement, HasANameAndTimesInOrder) {
    BackupStatement untested = statement();
    untested.tested_at = kFinished + -hours{1};
    BackupStatement early = statement();
    early.signed_at = kFinished;
    BackupStatement nameless = statement();
    nameless.backup.clear();
    BackupStatement endless = statement();
    endless.backup.assign(kBackupNameMax + 1, 'x');
    for (const BackupStatement& bad : {untested, early, nameless, endless}) {
        const auto refused = backup_statement_of(statement_of(bad));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "launch.bad_attestation");
    }
}

}  // namespace
}  // namespace accubooks::launch
