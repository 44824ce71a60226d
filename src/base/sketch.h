#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace accubooks::base {

/// How many values of which size there were, in bounded memory: a log-linear histogram of unsigned
/// integers (durations are kept in nanoseconds). Every power of two is cut into 64 buckets of one
/// width, so a quantile is off by less than 1 % of its value, and below 128 by nothing. Covers all
/// 64-bit values in at most 30 KB.
///
/// Sketches of several times, pools or instances are merged without any further error. For one
/// thread at a time.
class Sketch {
public:
    void add(std::uint64_t value, std::uint64_t times = 1);
    /// As if every value of the other had been added here.
    void merge(const Sketch& other);

    std::uint64_t count() const { return count_; }
    std::uint64_t sum() const { return sum_; }  // exact; stops at the largest 64-bit value
    std::uint64_t min() const { return count_ == 0 ? 0 : min_; }  // exact
    std::uint64_t max() const { return max_; }                    // exact
    /// The value that `share` (0 to 1) of all values don't exceed, by nearest rank; 0 when there
    /// is none.
    std::uint64_t quantile(double share) const;

    /// The value of that rank, from 1 to `count()`, when all are sorted; ranks beyond are the
    /// ends'.
    std::uint64_t value_at(std::uint64_t rank) const;
    /// The value that stands for all of the bucket that holds `value`.
    static std::uint64_t middle_of(std::uint64_t value);
    /// How many values lie no higher than the bucket of `value`.
    std::uint64_t count_up_to(std::uint64_t value) const;
    /// What was added after `earlier` was taken of this same sketch; its least and greatest value
    /// are only as exact as their buckets. Errors: `base.bad_sketch` when it isn't an earlier one.
    Result<Sketch> since(const Sketch& earlier) const;

    /// A few bytes per bucket that holds something; the same for equal sketches on every machine.
    std::string to_bytes() const;
    /// Reads what `to_bytes` wrote. Errors: `base.bad_sketch`.
    static Result<Sketch> from_bytes(std::string_view bytes);

    friend bool operator==(const Sketch& left, const Sketch& right);

private:
    std::vector<std::uint64_t> counts_;  // up to the highest bucket used
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t min_ = ~std::uint64_t{0};
    std::uint64_t max_ = 0;
};

}  // namespace accubooks::base
