#include "telemetry/log.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace accubooks::telemetry {
namespace {

const ::accubooks::testing::FakeClock kClock;

// The lines that `write` leaves behind; the log is closed before they are read.
template <class Write>
std::vector<std::string> lines_of(Level least, Write write) {
    std::vector<std::string> lines;
    {
        const Log log{kClock, least, [&](std::string_view line) { lines.emplace_back(line); }};
        write(log);
    }
    return lines;
}

TEST(Log, WritesOneJsonObjectPerLine) {
    const auto lines = lines_of(Level::info, [](const Log& log) {
        log.write(
            Level::warning,
            "answered",
            {{"request_id", "r-1"}, {"status", std::int64_t{503}}, {"replayed", true}}
        );
        log.write(Level::info, "done");
    });
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(
        lines[0],
        R"({"time":"2026-01-01T00:00:00.000000Z","level":"warning","message":"answered",)"
        R"("request_id":"r-1","status":503,"replayed":true})"
    );
    EXPECT_EQ(
        lines[1], R"({"time":"2026-01-01T00:00:00.000000Z","level":"info","message":"done"})"
    );
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
    const auto lines = lines_of(Level::warning, [](const Log& log) {
        log.write(Level::debug, "a");
        log.write(Level::info, "b");
        log.write(Level::warning, "c");
        log.write(Level::error, "d");
    });
    EXPECT_EQ(lines.size(), 2U);
}

TEST(Log, EscapesControlCharactersEverywhere) {
    const auto lines = lines_of(Level::info, [](const Log& log) {
        log.write(Level::info, "a\nb\x1b[2J", {{"path", "\r\n{\"forged\":1}\x7f\xC2\x85"}});
    });
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(
        lines[0].substr(lines[0].find("\"message\"")),
        R"("message":"a\nb\u001b[2J","path":"\r\n{\"forged\":1}\u007f\u0085"})"
    );
}

TEST(Log, NeverWritesWhatIsNamedLikeASecret) {
    const auto lines = lines_of(Level::info, [](const Log& log) {
        for (const std::string_view name :
             {"password",
              "api_token",
              "Cookie",
              "Set-Cookie",
              "AUTHORIZATION",
              "client_secret",
              "csrf"}) {
            log.write(Level::info, "x", {{name, "hunter2"}});
        }
    });
    ASSERT_EQ(lines.size(), 7U);
    for (const auto& line : lines) {
        EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
    }
}

TEST(Log, CutsTextsThatAreTooLong) {
    const std::string text(5000, 'x');
    const auto lines =
        lines_of(Level::info, [&](const Log& log) { log.write(Level::info, text, {{"a", text}}); });
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_GT(lines[0].size(), 2 * 4096U);
    EXPECT_LT(lines[0].size(), 2 * 4096U + 128U);
}

TEST(Log, DropsTheOldestLinesWhenItsSinkIsStuck) {
    std::mutex stuck;
    std::size_t written = 0;
    std::uint64_t dropped = 0;
    constexpr std::size_t kLines = 10'000;
    {
        const Log log{kClock, Level::info, [&](std::string_view) {
                          const std::lock_guard lock{stuck};
                          ++written;
                      }};
        const std::unique_lock lock{stuck};
        for (std::size_t i = 0; i < kLines; ++i) {
            log.write(Level::info, "x");
        }
        dropped = log.dropped();
        EXPECT_GE(dropped, kLines - 8192 - 2);
    }
    EXPECT_EQ(written + dropped, kLines);
}

TEST(LevelFrom, KnowsItsFourNames) {
    EXPECT_EQ(level_from("debug"), Level::debug);
    EXPECT_EQ(level_from("error"), Level::error);
    EXPECT_EQ(level_from("Error"), std::nullopt);
}

}  // namespace
}  // namespace accubooks::telemetry
