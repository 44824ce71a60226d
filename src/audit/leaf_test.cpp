#include "audit/leaf.h"

#include <gtest/gtest.h>

namespace accubooks::audit {
namespace {

Leaf example() {
    return {
        .seq = 7,
        .time = base::Instant::from_unix_micros(1'767'225'600'000'001),
        .actor = "user:018f0000-0000-7000-8000-000000000001",
        .action = "launch.decision",
        .object = "CHG-0001/rev/3",
        .object_digest = base::sha256("payload"),
        .prev_leaf = base::sha256("before"),
        .payload_sha256 = payload_digest({}, "{}"),
    };
}

TEST(Leaf, HasOneForm) {
    const std::string entry = to_entry(example());
    EXPECT_EQ(
        entry,
        R"({"action":"launch.decision","actor":"user:018f0000-0000-7000-8000-000000000001",)"
        R"("object":"CHG-0001/rev/3","object_digest":")" +
            base::to_hex(base::sha256("payload")) + R"(","payload_sha256":")" +
            base::to_hex(payload_digest({}, "{}")) + R"(","prev_leaf":")" +
            base::to_hex(base::sha256("before")) +
            R"(","seq":7,"tenant":null,"time":"2026-01-01T00:00:00.000001Z","v":1})"
    );
    const auto read = Leaf::parse(entry);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(*read, example());
    Leaf without = example();
    without.object_digest.reset();
    EXPECT_EQ(*Leaf::parse(to_entry(without)), without);
}

TEST(Leaf, RefusesAnyOtherForm) {
    const std::string good = to_entry(example());
    const auto with = [&good](std::string_view what, std::string_view instead) {
        std::string text = good;
        return text.replace(text.find(what), what.size(), instead);
    };
    for (const std::string& text :
         {std::string{},
          std::string{"{}"},
          ' ' + good,
          with("\"v\":1", "\"v\":2"),
          with("\"seq\":7", "\"seq\":-7"),
          with("\"seq\":7", "\"seq\":7.0"),
          with("\"tenant\":null", "\"tenant\":1"),
          with("\"tenant\":null,", ""),
          with("00.000001Z", "00.000001"),
          with("{", "{\"a\":1,"),
          with("launch.decision", "launch\\u002edecision"),
          good + std::string(8 * 1024, ' ')}) {
        const auto read = Leaf::parse(text);
        ASSERT_FALSE(read.has_value()) << text.substr(0, 400);
        EXPECT_EQ(read.error().code, "audit.bad_leaf");
    }
}

TEST(PayloadDigest, DependsOnTheSalt) {
    Salt other{};
    other[0] = 1;
    EXPECT_NE(payload_digest({}, "{}"), payload_digest(other, "{}"));
    EXPECT_NE(payload_digest({}, "{}"), payload_digest({}, "{ }"));
}

}  // namespace
}  // namespace accubooks::audit
