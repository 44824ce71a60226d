#include "launch/internal/processor_time.h"

#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "testing/temporary_folder.h"

namespace accubooks::launch {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// One line of /proc/PID/stat.
std::string stat_line(
    std::int64_t process,
    std::string_view name,
    std::int64_t parent,
    std::int64_t ticks,
    std::int64_t ended,
    std::int64_t started
) {
    return fmt::format(
        "{} ({}) S {} 1 1 0 -1 4194560 1 2 0 0 {} {} {} {} 20 0 1 0 {} 53358592 5025\n",
        process,
        name,
        parent,
        ticks / 2,
        ticks - ticks / 2,
        ended / 2,
        ended - ended / 2,
        started
    );
}

TEST(ProcessStat, IsReadWhateverTheNameHolds) {
    const auto plain = parse_process_stat(stat_line(7, "postgres", 3, 15, 8, 4711));
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name, "postgres");
    EXPECT_EQ(plain->parent, 3);
    EXPECT_EQ(plain->own_ticks, 15);
    EXPECT_EQ(plain->ended_ticks, 8);
    EXPECT_EQ(plain->started_ticks, 4711);
    const auto hostile = parse_process_stat(stat_line(7, "a) S 1 (b", 3, 15, 8, 4711));
    ASSERT_TRUE(hostile);
    EXPECT_EQ(hostile->name, "a) S 1 (b");
    EXPECT_EQ(hostile->parent, 3);
    for (const char* bad : {"", "7", "7 (postgres", "7 (postgres) S 3", ")(", "7 (p) S x 1 1 0"}) {
        SCOPED_TRACE(bad);
        EXPECT_FALSE(parse_process_stat(bad));
    }
}

TEST(Uptime, IsReadInMilliseconds) {
    EXPECT_EQ(parse_uptime("350735.47 234388.90\n"), milliseconds{350'735'470});
    for (const char* bad : {"", "12", "12.3 4.5", "-1.00 2.00", "1.x0 2.00"}) {
        SCOPED_TRACE(bad);
        EXPECT_FALSE(parse_uptime(bad));
    }
}

TEST(Children, AreNumbers) {
    EXPECT_EQ(parse_children("12 13 14 "), (std::vector<std::int64_t>{12, 13, 14}));
    EXPECT_EQ(parse_children(""), std::vector<std::int64_t>{});
    EXPECT_FALSE(parse_children("12 x"));
}

TEST(ControlGroup, IsThatOfTheSecondVersion) {
    struct Case {
        const char* name;
        std::string_view text;
        std::optional<std::string> group;
    };
    const Case cases[] = {
        {"alone", "0::/system.slice/postgresql.service\n", "/system.slice/postgresql.service"},
        {"the root", "0::/\n", "/"},
        {"beside the first version", "3:cpu:/db\n0::/db\n", "/db"},
        {"the first version only", "3:cpu:/db\n", std::nullopt},
        {"a way out", "0::/../../etc\n", std::nullopt},
        {"nothing", "", std::nullopt},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(parse_control_group(c.text), c.group);
    }
}

TEST(GroupUsage, IsInMicroseconds) {
    EXPECT_EQ(parse_group_usage("usage_usec 4711\nuser_usec 4000\n"), microseconds{4711});
    EXPECT_FALSE(parse_group_usage("user_usec 4000\n"));
    EXPECT_FALSE(parse_group_usage("usage_usec"));
    EXPECT_FALSE(parse_group_usage("usage_usec -1\n"));
}

TEST(GroupQuota, IsAShareOfProcessors) {
    EXPECT_EQ(parse_group_quota("150000 100000\n")->milli_processors, 1500);
    EXPECT_FALSE(parse_group_quota("max 100000\n")->milli_processors);
    EXPECT_FALSE(parse_group_quota("150000 0\n"));
    EXPECT_FALSE(parse_group_quota("9223372036854775807 77\n"));
    EXPECT_FALSE(parse_group_quota("150000\n"));
}

// A machine that was started at kBoot and runs a server, process 40, with backends 41 and 42.
class Machine {
public:
    Machine() {
        write("uptime", "1000.00 500.00\n");
        write("self/cgroup", "0::/app\n");
        write("40/task/40/children", "41 42 ");
        processes(100, 100, 100);
    }
    void write(const std::string& file, std::string_view text) const {
        const auto path = folder_.path() / file;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
    }
    void processes(std::int64_t server, std::int64_t one, std::int64_t other) const {
        write("40/stat", stat_line(40, "postgres", 1, server, 50, 20'000));
        write("41/stat", stat_line(41, "postgres", 40, one, 0, 30'000));
        write("42/stat", stat_line(42, "postgres", 40, other, 0, 30'000));
    }
    DatabaseProcessor processor() const {
        return DatabaseProcessor{{
            .proc = folder_.path(),
            .control_groups = folder_.path() / "groups",
            .processors = 2,
            .ticks_per_second = 100,
        }};
    }

private:
    testing::TemporaryFolder folder_;
};

const base::Instant kNow = base::Instant::from_unix_micros(1'767'225'600'000'000);
// 20 000 ticks after the boot, which was 1000 s ago.
const base::Instant kServerStarted = kNow + -seconds{800};
const std::chrono::steady_clock::time_point kThen{std::chrono::hours{1}};

TEST(DatabaseProcessor, CountsWhatAllProcessesOfTheServerUsed) {
    const Machine machine;
    DatabaseProcessor processor = machine.processor();
    EXPECT_EQ(processor.look(41, kServerStarted, kNow, kThen).kind, ReadingKind::no_data);
    machine.processes(110, 200, 190);  // 2 s in all
    const Reading reading = processor.look(41, kServerStarted, kNow, kThen + seconds{5});  // of 10
    ASSERT_TRUE(reading.has_value()) << reading.why;
    EXPECT_EQ(reading.value, 200'000);
}

TEST(DatabaseProcessor, PrefersTheServersOwnControlGroup) {
    const Machine machine;
    machine.write("40/cgroup", "0::/db\n");
    machine.write("groups/db/cpu.stat", "usage_usec 1000000\n");
    machine.write("groups/db/cpu.max", "50000 100000\n");
    DatabaseProcessor processor = machine.processor();
    processor.look(41, kServerStarted, kNow, kThen);
    machine.write("groups/db/cpu.stat", "usage_usec 3000000\n");
    const Reading reading = processor.look(41, kServerStarted, kNow, kThen + seconds{5});
    ASSERT_TRUE(reading.has_value()) << reading.why;
    EXPECT_EQ(reading.value, 800'000);  // 2 s of the 2.5 that the quota gives
}

TEST(DatabaseProcessor, CountsProcessesWhereThisProgramIsInTheSameGroup) {
    const Machine machine;
    machine.write("40/cgroup", "0::/app\n");
    machine.write("groups/app/cpu.stat", "usage_usec 1000000\n");
    DatabaseProcessor processor = machine.processor();
    processor.look(41, kServerStarted, kNow, kThen);
    machine.processes(100, 200, 100);
    EXPECT_EQ(processor.look(41, kServerStarted, kNow, kThen + seconds{5}).value, 100'000);
}

TEST(DatabaseProcessor, HasNoDataOfAServerElsewhere) {
    const Machine machine;
    struct Case {
        const char* name;
        std::int64_t backend;
        base::Instant started;
    };
    const Case cases[] = {
        {"no such process here", 4711, kServerStarted},
        {"a process of the same number, whose parent isn't the server", 40, kServerStarted},
        {"a server that was started at another time", 41, kServerStarted + seconds{60}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        DatabaseProcessor processor = machine.processor();
        for (const seconds later : {seconds{0}, seconds{5}}) {
            const Reading reading = processor.look(c.backend, c.started, kNow, kThen + later);
            EXPECT_EQ(reading.kind, ReadingKind::no_data);
            EXPECT_FALSE(reading.why.empty());
        }
    }
}

TEST(DatabaseProcessor, BeginsAnewWithAnotherServer) {
    const Machine machine;
    DatabaseProcessor processor = machine.processor();
    processor.look(41, kServerStarted, kNow, kThen);
    machine.write("50/stat", stat_line(50, "postgres", 1, 10, 0, 90'000));
    machine.write("51/stat", stat_line(51, "postgres", 50, 10, 0, 91'000));
    machine.write("50/task/50/children", "51 ");
    const base::Instant restarted = kNow + -seconds{100};
    EXPECT_EQ(processor.look(51, restarted, kNow, kThen + seconds{5}).kind, ReadingKind::no_data);
    EXPECT_TRUE(processor.look(51, restarted, kNow, kThen + seconds{10}).has_value());
}

}  // namespace
}  // namespace accubooks::launch
