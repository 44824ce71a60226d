#include "ops/backup_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::ops {
namespace {

// What pgBackRest 2.45 printed of two backups, of which the second found a wrong page.
constexpr std::string_view kTwo = R"([{"archive":[{"database":{"id":1,"repo-key":1},"id":"15-1",
"max":"000000010000000000000005","min":"000000010000000000000002"}],"backup":[
{"archive":{"start":"000000010000000000000005","stop":"000000010000000000000005"},"backrest":{"format":5,"version":"2.45"},
"database":{"id":1,"repo-key":1},"error":true,"info":{"delta":31838019,"repository":{"delta":6167121,"size":6167121},
"size":31838019},"label":"20261127-160000F","lsn":{"start":"0/5000028","stop":"0/5000100"},"prior":null,"reference":null,
"timestamp":{"start":1795795200,"stop":1795795205},"type":"full"},
{"archive":{"start":"000000010000000000000003","stop":"000000010000000000000003"},"backrest":{"format":5,"version":"2.45"},
"database":{"id":1,"repo-key":1},"error":false,"info":{"delta":31837979,"repository":{"delta":6167086,"size":6167086},
"size":31837979},"label":"20261127-150000F","lsn":{"start":"0/3000028","stop":"0/3000100"},"prior":null,"reference":null,
"timestamp":{"start":1795791600,"stop":1795791604},"type":"full"}],"cipher":"none","db":[{"id":1,"repo-key":1,
"system-id":7000000000000000000,"version":"15"}],"name":"accubooks","repo":[{"cipher":"none","key":1,"status":{"code":0,
"message":"ok"}}],"status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}])";

base::Instant at(std::int64_t seconds, std::int64_t micros = 0) {
    return base::Instant::from_unix_micros(seconds * 1'000'000 + micros);
}

TEST(BackupSet, IsReadFromWhatPgBackRestPrints) {
    const auto sets = parse_backup_info(kTwo);
    ASSERT_TRUE(sets.has_value());
    ASSERT_EQ(sets->size(), 2U);
    EXPECT_EQ(sets->front().label, "20261127-150000F");
    EXPECT_EQ(sets->front().started_at, at(1795791600));
    EXPECT_EQ(sets->front().finished_at, at(1795791604));
    EXPECT_EQ(sets->front().bytes, 31837979);
    EXPECT_EQ(sets->front().stored_bytes, 6167086);
    EXPECT_FALSE(sets->front().has_errors);
    EXPECT_TRUE(sets->back().has_errors);
}

TEST(BackupSet, IsNoneWhereNothingWasTakenYet) {
    for (const std::string_view text :
         {"[]",
          R"([{"backup":[],"cipher":"none","name":"accubooks","status":{"code":1,"message":"missing stanza path"}}])"
         }) {
        EXPECT_EQ(parse_backup_info(text)->size(), 0U);
    }
}

TEST(BackupSet, OfAnotherShapeIsRefused) {
    for (const std::string_view text :
         {"{}", "[{}]", "[1]", R"([{"backup":[{"label":1}]}])", R"([{"backup":{}}])"}) {
        const auto sets = parse_backup_info(text);
        ASSERT_FALSE(sets.has_value()) << text;
        EXPECT_EQ(sets.error().code, "backup.bad_info");
    }
    EXPECT_EQ(parse_backup_info("").error().code, "base.bad_json");
}

RC_GTEST_PROP(BackupSet, OfAnyTextIsReadOrRefused, (const std::string& text)) {
    const auto sets = parse_backup_info(text);
    RC_ASSERT(sets.has_value() || !sets.error().detail.empty());
}

TEST(BackupSet, ToRestoreIsTheNewestThatWasFinishedASecondBefore) {
    const auto sets = parse_backup_info(kTwo).value();
    EXPECT_EQ(backup_before(sets, at(1795791605))->label, "20261127-150000F");
    EXPECT_EQ(backup_before(sets, at(1795795205, 999'999))->label, "20261127-150000F");
    EXPECT_EQ(backup_before(sets, at(1795795206))->label, "20261127-160000F");
    EXPECT_EQ(backup_before(sets, at(1795791604, 999'999)).error().code, "backup.too_early");
    EXPECT_EQ(backup_before(sets, std::nullopt)->label, "20261127-160000F");
    EXPECT_EQ(backup_before({}, at(1795791605)).error().code, "backup.none");
    EXPECT_EQ(backup_before({}, std::nullopt).error().code, "backup.none");
}

}  // namespace
}  // namespace accubooks::ops
