#include "interchange/external_sort.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::interchange {
namespace {

struct Record {
    std::int32_t key = 0;
    std::uint32_t number = 0;

    friend bool operator<(const Record& left, const Record& right) {
        return left.key != right.key ? left.key < right.key : left.number < right.number;
    }
    friend bool operator==(const Record&, const Record&) = default;
};

using Sort = ExternalSort<Record, std::less<>>;

std::vector<Record> drained(Sort& sort) {
    std::vector<Record> out;
    while (const auto record = sort.pop()) {
        out.push_back(*record);
    }
    return out;
}

RC_GTEST_PROP(ExternalSort, GivesWhatASortInMemoryGives, (const std::vector<std::int8_t>& keys)) {
    const auto memory = *rc::gen::inRange<std::size_t>(1, 200);
    Sort sort{std::filesystem::temp_directory_path(), memory};
    std::vector<Record> expected;
    for (const auto key : keys) {
        expected.push_back({.key = key, .number = static_cast<std::uint32_t>(expected.size())});
        sort.push(expected.back());
    }
    std::sort(expected.begin(), expected.end());
    RC_ASSERT(drained(sort) == expected);
    sort.rewind();
    RC_ASSERT(drained(sort) == expected);
}

TEST(ExternalSort, RewindsInTheMiddle) {
    Sort sort{std::filesystem::temp_directory_path(), 4 * sizeof(Record)};
    for (std::uint32_t i = 0; i < 100; ++i) {
        sort.push({.key = static_cast<std::int32_t>(i * 37 % 100), .number = i});
    }
    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(sort.pop());
    }
    sort.rewind();
    const auto all = drained(sort);
    ASSERT_EQ(all.size(), 100U);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
}

TEST(ExternalSort, OfNothingIsEmpty) {
    Sort sort{std::filesystem::temp_directory_path()};
    EXPECT_FALSE(sort.pop());
}

}  // namespace
}  // namespace accubooks::interchange
