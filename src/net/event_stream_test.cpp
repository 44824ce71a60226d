#include "net/event_stream.h"

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(StreamCap, NobodyTakesAllPlaces) {
    StreamCap cap{2, 3};
    base::Uuid one;
    base::Uuid two;
    two.bytes[0] = 2;
    auto first = cap.enter(one);
    {
        const auto second = cap.enter(one);
        ASSERT_TRUE(second.has_value());
        EXPECT_EQ(cap.enter(one).error().code, "http.too_many_streams");
        const auto third = cap.enter(two);
        ASSERT_TRUE(third.has_value());
        EXPECT_EQ(cap.enter(two).error().code, "http.too_many_streams");  // in all
    }
    EXPECT_TRUE(cap.enter(one).has_value());
    EXPECT_TRUE(cap.enter(two).has_value());
}

TEST(StreamRequest, TheHeaderOfWhoComesBackWins) {
    Request request;
    request.query = {{"after", "7"}, {"seconds", "30"}};
    auto wanted = stream_request(request);
    ASSERT_TRUE(wanted.has_value());
    EXPECT_EQ(wanted->after, 7);
    EXPECT_EQ(wanted->lasts, std::chrono::seconds{30});
    request.headers.add("Last-Event-ID", "9");
    wanted = stream_request(request);
    ASSERT_TRUE(wanted.has_value());
    EXPECT_EQ(wanted->after, 9);
    EXPECT_FALSE(stream_request({})->after.has_value());
}

TEST(StreamRequest, WhatIsNoNumberOfAnEventIsRefused) {
    for (const char* text : {"", "-1", "x", "1x", "9007199254740992", "99999999999999999999"}) {
        SCOPED_TRACE(text);
        Request request;
        request.headers.add("Last-Event-ID", text);
        const auto wanted = stream_request(request);
        ASSERT_FALSE(wanted.has_value());
        EXPECT_EQ(wanted.error().code, "http.bad_event_id");
    }
}

TEST(EventFrame, IsOneEvent) {
    EXPECT_EQ(event_frame(41, "sample", "{}"), "id: 41\nevent: sample\ndata: {}\n\n");
}

}  // namespace
}  // namespace accubooks::net
