#include "launch/internal/instance_figures.h"

#include <string>

#include <gtest/gtest.h>

#include "base/base64.h"

namespace accubooks::launch {
namespace {

const base::Instant kNow = base::Instant::from_unix_micros(1'767'225'600'000'000);

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    return at == std::string::npos ? "the text to replace isn't there"
                                   : text.replace(at, what.size(), by);
}

std::string sketch_of(std::uint64_t value, std::uint64_t times) {
    base::Sketch sketch;
    sketch.add(value, times);
    return base::to_base64(sketch.to_bytes());
}

// As GET /api/health/metrics answers, with what isn't read left out.
std::string figures() {
    const std::string route = R"({"route":")";
    return R"({"instance":"a","boot_id":"01890a5d-ac96-774b-bcce-b302099a8057","pool":{)"
           R"("effective_max":50,"used_connection_us":1200,"max_connection_us":90000,)"
           R"("timeouts":1,"refused_full":2,"no_room":3,"created":14,"sketches":{"wait":")" +
           sketch_of(700, 9) + R"("}},"routes":[)" + route +
           R"(GET /api/v1/session","traffic":"synthetic","requests":100,"errors":7,"sketch":")" +
           sketch_of(10, 100) + R"("},)" + route +
           R"(GET /api/v1/session","traffic":"real","requests":4,"errors":1,"sketch":")" +
           sketch_of(20, 4) + R"("},)" + route +
           R"(POST /api/v1/tenants/{tenant_id}/journal-entries","traffic":"synthetic",)" +
           R"("requests":30,"errors":2,"sketch":")" + sketch_of(30, 30) + R"("}]})";
}

TEST(InstanceFigures, AreASampleWithoutWhatTheProberAsked) {
    const auto sample = read_figures(figures(), "a", kNow, true);
    ASSERT_TRUE(sample) << sample.error().detail;
    EXPECT_EQ(sample->at, kNow);
    EXPECT_EQ(sample->instance, "a");
    EXPECT_EQ(base::to_string(sample->boot_id), "01890a5d-ac96-774b-bcce-b302099a8057");
    EXPECT_EQ(sample->synthetic.requests, 30);
    EXPECT_EQ(sample->synthetic.errors, 2);
    EXPECT_EQ(sample->real.requests, 4);
    EXPECT_EQ(sample->real.errors, 1);
    EXPECT_EQ(sample->pool_max, 50);
    EXPECT_EQ(sample->used_us, 1200);
    EXPECT_EQ(sample->max_us, 90000);
    EXPECT_EQ(sample->timeouts, 1);
    EXPECT_EQ(sample->refused_full, 2);
    EXPECT_EQ(sample->no_room, 3);
    EXPECT_EQ(sample->created, 14);
    ASSERT_TRUE(sample->wait);
    EXPECT_EQ(sample->wait->count(), 9U);
    ASSERT_TRUE(sample->routes);
    ASSERT_EQ(sample->routes->size(), 2U);
    EXPECT_EQ(sample->routes->at(1).took.count(), 30U);
}

TEST(InstanceFigures, AreWithoutSketchesWhereNoneAreWanted) {
    const auto sample = read_figures(figures(), "a", kNow, false);
    ASSERT_TRUE(sample) << sample.error().detail;
    EXPECT_EQ(sample->synthetic.requests, 30);
    EXPECT_FALSE(sample->wait);
    EXPECT_FALSE(sample->routes);
}

TEST(InstanceFigures, AreRefusedWhenTheyArentTheInstancesOwnOrWhole) {
    struct Case {
        const char* name;
        std::string json;
    };
    const Case cases[] = {
        {"no JSON", "<html>"},
        {"another JSON", "[]"},
        {"another instance", replaced(figures(), R"("instance":"a")", R"("instance":"b")")},
        {"no boot", replaced(figures(), "01890a5d", "x1890a5d")},
        {"a count below zero", replaced(figures(), R"("timeouts":1)", R"("timeouts":-1)")},
        {"a count that is no number", replaced(figures(), R"("created":14)", R"("created":"14")")},
        {"a count that JSON can't keep",
         replaced(figures(), R"("requests":30)", R"("requests":9007199254740992)")},
        {"a sum that JSON can't keep",
         replaced(
             replaced(figures(), R"("requests":30)", R"("requests":9007199254740991)"),
             R"("routes":[)",
             R"("routes":[{"route":"GET /x","traffic":"synthetic","requests":9007199254740991,)"
             R"("errors":0,"sketch":")" +
                 sketch_of(1, 1) + R"("},)"
         )},
        {"a count is missing", replaced(figures(), R"("no_room")", R"("no_rooms")")},
        {"traffic of no known kind", replaced(figures(), R"("real")", R"("unreal")")},
        {"a route that rings", replaced(figures(), R"("POST /api)", R"("\u0007POST /api)")},
        {"a route longer than a record keeps",
         replaced(figures(), R"("POST /api)", R"("POST /)" + std::string(4100, 'x'))},
        {"no sketch", replaced(figures(), R"("wait":")", R"("wait":"!)")},
        {"no routes", replaced(figures(), R"("routes")", R"("ways")")},
        {"longer than any answer", std::string(kFiguresBytesMax + 1, ' ')},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto sample = read_figures(c.json, "a", kNow, true);
        ASSERT_FALSE(sample);
        EXPECT_EQ(sample.error().code, "launch.bad_figures");
    }
}

}  // namespace
}  // namespace accubooks::launch
