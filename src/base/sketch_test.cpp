#include "base/sketch.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

using Values = std::vector<std::uint64_t>;

Sketch sketch_of(const Values& values) {
    Sketch sketch;
    for (const std::uint64_t value : values) {
        sketch.add(value);
    }
    return sketch;
}

/// Numbers of every length alike: a plain draw would nearly always have 64 bits.
rc::Gen<std::uint64_t> any_size() {
    return rc::gen::map(
        rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(0, 64)),
        [](const std::pair<std::uint64_t, int>& drawn) { return drawn.first >> drawn.second; }
    );
}

rc::Gen<Values> some_values() {
    return rc::gen::nonEmpty(rc::gen::container<Values>(any_size()));
}

RC_GTEST_PROP(Sketch, QuantilesAreWithinOnePercent, ()) {
    Values values = *some_values();
    const Sketch sketch = sketch_of(values);
    std::ranges::sort(values);
    for (const double share : {0.0, 0.01, 0.5, 0.95, 0.99, 1.0}) {
        const double wanted = std::ceil(share * static_cast<double>(values.size()));
        const auto rank = std::max<std::size_t>(1, static_cast<std::size_t>(wanted));
        const auto exact = static_cast<long double>(values[rank - 1]);
        const auto told = static_cast<long double>(sketch.quantile(share));
        RC_ASSERT(std::fabs(told - exact) <= exact * 0.01L);
    }
    RC_ASSERT(sketch.min() == values.front());
    RC_ASSERT(sketch.max() == values.back());
    RC_ASSERT(sketch.count() == values.size());
}

RC_GTEST_PROP(Sketch, SmallValuesAreExact, ()) {
    const auto value = *rc::gen::inRange<std::uint64_t>(0, 128);
    RC_ASSERT(sketch_of({value}).quantile(0.5) == value);
}

RC_GTEST_PROP(Sketch, AMergeIsTheSketchOfAllValues, ()) {
    const Values left = *some_values();
    const Values right = *some_values();
    Values both = left;
    both.insert(both.end(), right.begin(), right.end());
    Sketch merged = sketch_of(left);
    merged.merge(sketch_of(right));
    RC_ASSERT(merged == sketch_of(both));
    Sketch the_other_way = sketch_of(right);
    the_other_way.merge(sketch_of(left));
    RC_ASSERT(merged == the_other_way);
}

RC_GTEST_PROP(Sketch, IsReadBackAsItWasWritten, ()) {
    const Sketch sketch = sketch_of(*rc::gen::container<Values>(any_size()));
    const auto read = Sketch::from_bytes(sketch.to_bytes());
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == sketch);
    RC_ASSERT(read->to_bytes() == sketch.to_bytes());
}

RC_GTEST_PROP(Sketch, RefusesOrReadsAnyBytesWithoutContradiction, (const std::string& bytes)) {
    const auto read = Sketch::from_bytes('\x01' + bytes);
    if (read && read->count() > 0) {
        RC_ASSERT(read->min() <= read->quantile(0.5));
        RC_ASSERT(read->quantile(0.5) <= read->max());
    }
}

TEST(Sketch, RefusesBytesThatAreNone) {
    std::string cut = sketch_of({1, 1000, 1'000'000}).to_bytes();
    cut.pop_back();
    const std::string cases[] = {"", std::string(1, '\x02'), "\x01", cut, cut + "\x7f\x01"};
    for (const std::string& bytes : cases) {
        const auto read = Sketch::from_bytes(bytes);
        ASSERT_FALSE(read.has_value());
        EXPECT_EQ(read.error().code, "base.bad_sketch");
    }
}

TEST(Sketch, AnEmptyOneSaysNothing) {
    const Sketch none;
    EXPECT_EQ(none.count(), 0U);
    EXPECT_EQ(none.quantile(0.95), 0U);
    EXPECT_EQ(none.min(), 0U);
    Sketch some = sketch_of({7});
    some.merge(none);
    EXPECT_EQ(some, sketch_of({7}));
}

TEST(Sketch, TheSumStopsAtTheLargestNumber) {
    Sketch sketch;
    sketch.add(~std::uint64_t{0}, 2);
    EXPECT_EQ(sketch.sum(), ~std::uint64_t{0});
    EXPECT_EQ(sketch.count(), 2U);
}

TEST(Sketch, SinceIsWhatWasAddedInBetween) {
    Sketch earlier;
    earlier.add(5, 3);
    earlier.add(70'000);
    Sketch later = earlier;
    later.add(70'000, 9);
    later.add(1'000'000);
    const auto between = later.since(earlier);
    ASSERT_TRUE(between.has_value());
    EXPECT_EQ(between->count(), 10U);
    EXPECT_EQ(between->sum(), 9 * 70'000U + 1'000'000U);
    EXPECT_NEAR(static_cast<double>(between->quantile(0.5)), 70'000, 700);
    EXPECT_FALSE(earlier.since(later).has_value());
    const auto nothing = later.since(later);
    ASSERT_TRUE(nothing.has_value());
    EXPECT_EQ(nothing->count(), 0U);
}

TEST(Sketch, RanksAndCountsAgree) {
    Sketch sketch;
    for (std::uint64_t value = 1; value <= 100; ++value) {
        sketch.add(value);
    }
    EXPECT_EQ(sketch.value_at(0), 1U);
    EXPECT_EQ(sketch.value_at(95), 95U);
    EXPECT_EQ(sketch.value_at(1000), 100U);
    EXPECT_EQ(sketch.count_up_to(95), 95U);
    EXPECT_EQ(sketch.count_up_to(0), 0U);
    EXPECT_EQ(sketch.count_up_to(1'000'000), 100U);
}

}  // namespace
}  // namespace accubooks::base
