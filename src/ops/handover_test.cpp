#include "ops/handover.h"

#include <chrono>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ops/internal/channel.h"

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string refusal_of(
    const std::string& program,
    std::vector<std::string> arguments,
    std::chrono::milliseconds patience
) {
    const auto successor = Successor::start(
        {.program = program,
         .arguments = std::move(arguments),
         .deadline = base::deadline_in(patience)},
        {}
    );
    EXPECT_FALSE(successor.has_value());
    return successor ? "" : successor.error().detail;
}

TEST(Successor, SaysWhyNoneServes) {
    EXPECT_THAT(refusal_of("/nowhere/accubooks", {}, 1h), HasSubstr("can't be started"));
    EXPECT_THAT(refusal_of("/bin/false", {}, 1h), HasSubstr("ended with code 1"));
    EXPECT_THAT(refusal_of("/bin/sleep", {"1000"}, 1ms), HasSubstr("wasn't ready in time"));
}

TEST(Successor, IsCalledOff) {
    const auto successor = Successor::start(
        {.program = "/bin/sleep",
         .arguments = {"1000"},
         .deadline = base::deadline_in(1h),
         .gave_up = [] { return true; }},
        {}
    );
    ASSERT_FALSE(successor.has_value());
    EXPECT_THAT(successor.error().detail, HasSubstr("called off"));
}

TEST(Predecessor, IsNoneForAProgramThatAnybodyElseStarted) {
    const auto found = Predecessor::find();
    ASSERT_TRUE(found.has_value());
    EXPECT_FALSE(found->has_value());
}

TEST(Predecessor, MustBeOneThatLeavesEverything) {
    auto ends = Channel::pair();
    ASSERT_TRUE(ends.has_value());
    const int copy = fcntl(ends->second.descriptor(), F_DUPFD, 0);
    setenv("ACCUBOOKS_PREDECESSOR", std::to_string(copy).c_str(), 1);
    ends->second = Channel{-1};
    ends->first = Channel{-1};
    const auto found = Predecessor::find();
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, "handover.failed");
    EXPECT_EQ(getenv("ACCUBOOKS_PREDECESSOR"), nullptr) << "a child would inherit it";
}

TEST(Predecessor, LeavesItsDescriptorsUnderTheirNames) {
    auto ends = Channel::pair();
    ASSERT_TRUE(ends.has_value());
    const int copy = fcntl(ends->second.descriptor(), F_DUPFD, 0);
    setenv("ACCUBOOKS_PREDECESSOR", std::to_string(copy).c_str(), 1);
    for (const std::string_view name :
         {"api", "api", "operations", "of-a-newer-program", "folder-lock"}) {
        ASSERT_TRUE(ends->first.send(name, STDERR_FILENO));
    }
    ASSERT_TRUE(ends->first.send("complete"));
    auto found = Predecessor::find();
    ASSERT_TRUE(found.has_value() && found->has_value());
    const Legacy legacy = (*found)->legacy();
    EXPECT_EQ(legacy.api.size(), 2U);
    EXPECT_EQ(legacy.operations.size(), 1U);
    EXPECT_GE(legacy.folder_lock, 0);
    for (const int file :
         {legacy.api[0], legacy.api[1], legacy.operations[0], legacy.folder_lock}) {
        EXPECT_EQ(fcntl(file, F_GETFD), FD_CLOEXEC);
        close(file);
    }
    (*found)->relieve();
    EXPECT_EQ(ends->first.receive()->text, "ready");
}

TEST(StartedAs, IsThisProgram) {
    const StartedAs started = started_as();
    EXPECT_THAT(started.program.filename().string(), HasSubstr("ops_test"));
}

}  // namespace
}  // namespace accubooks::ops
