#include "base/host_look_up.h"

#include <chrono>
#include <memory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::Eq;
using ::testing::StartsWith;

HostAddresses found(const std::string& host) {
    asio::io_context context{1};
    auto answer = asio::co_spawn(context, addresses_of(host, deadline_in(1min)), asio::use_future);
    context.run();
    return answer.get();
}

TEST(HostLookUp, FindsTheAddressesOfAName) {
    const HostAddresses addresses = found("localhost");
    ASSERT_TRUE(addresses.has_value()) << addresses.error();
    EXPECT_FALSE(addresses->empty());
    EXPECT_THAT(*addresses, Each(AnyOf(Eq("127.0.0.1"), Eq("::1"))));
}

TEST(HostLookUp, TakesAnAddressForItself) {
    EXPECT_EQ(found("192.0.2.7"), std::vector<std::string>{"192.0.2.7"});
    EXPECT_EQ(found("2001:db8::7"), std::vector<std::string>{"2001:db8::7"});
}

TEST(HostLookUp, SaysWhyNobodyKnowsAName) {
    // A label has 63 characters at most, so the system refuses this without asking a name server.
    const std::string host(64, 'a');
    const HostAddresses addresses = found(host);
    ASSERT_FALSE(addresses.has_value());
    EXPECT_THAT(addresses.error(), StartsWith("nobody knows where " + host + " is: "));
}

TEST(HostLookUp, AnswersAllWhoAskForTheSameName) {
    asio::io_context context{1};
    auto stay = asio::make_work_guard(context);
    constexpr int kAskers = 16;
    int over = 0;
    std::vector<std::unique_ptr<HostLookUp>> askers;
    for (int at = 0; at < kAskers; ++at) {
        askers.push_back(std::make_unique<HostLookUp>("localhost", context.get_executor(), [&] {
            if (++over == kAskers) {
                stay.reset();
            }
        }));
    }
    context.run();
    EXPECT_EQ(over, kAskers);
    for (const auto& asker : askers) {
        ASSERT_TRUE(asker->answer().has_value());
        EXPECT_TRUE(asker->answer()->has_value());
    }
}

TEST(HostLookUp, LeavesThoseAloneWhoHaveGone) {
    for (int round = 0; round < 100; ++round) {
        asio::io_context context{1};
        auto stay = asio::make_work_guard(context);
        const HostLookUp stays{"localhost", context.get_executor(), [&] { stay.reset(); }};
        {
            asio::io_context gone;
            const HostLookUp asked{"localhost", gone.get_executor(), [] { FAIL() << "gone"; }};
        }
        context.run();
        EXPECT_TRUE(stays.answer().has_value());
    }
}

}  // namespace
}  // namespace accubooks::base
