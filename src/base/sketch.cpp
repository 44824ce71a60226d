#include "base/sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>

namespace accubooks::base {

namespace {

constexpr unsigned kBits = 6;  // 64 buckets to a power of two
constexpr std::size_t kParts = std::size_t{1} << kBits;
constexpr std::size_t kExact = 2 * kParts;  // below it every value has its own bucket
constexpr std::size_t kBuckets = kExact + (64 - kBits - 1) * kParts;
constexpr char kVersion = 1;

std::size_t bucket_of(std::uint64_t value) {
    if (value < kExact) {
        return static_cast<std::size_t>(value);
    }
    const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
    const auto part = static_cast<std::size_t>(value >> (power - kBits)) - kParts;
    return kExact + (power - kBits - 1) * kParts + part;
}

/// The middle of a bucket, so that the error to either side is half its width.
std::uint64_t value_of(std::size_t bucket) {
    if (bucket < kExact) {
        return bucket;
    }
    const std::size_t above = bucket - kExact;
    const unsigned shift = static_cast<unsigned>(above / kParts) + 1;
    const std::uint64_t lower = (kParts + above % kParts) << shift;
    return lower + (std::uint64_t{1} << (shift - 1));
}

std::uint64_t saturating_sum(std::uint64_t left, std::uint64_t right) {
    const std::uint64_t sum = left + right;
    return sum < left ? ~std::uint64_t{0} : sum;
}

std::uint64_t saturating_product(std::uint64_t left, std::uint64_t right) {
    std::uint64_t product = 0;
    return __builtin_mul_overflow(left, right, &product) ? ~std::uint64_t{0} : product;
}

/// Seven bits to a byte, lowest first; the top bit says that more follow (LEB128).
void append(std::string& bytes, std::uint64_t value) {
    while (value >= 0x80U) {
        bytes.push_back(static_cast<char>(value | 0x80U));
        value >>= 7U;
    }
    bytes.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> take(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        bytes.remove_prefix(1);
        const std::uint64_t part = byte & 0x7fU;
        if ((part << shift) >> shift != part) {
            return std::nullopt;
        }
        value |= part << shift;
        if ((byte & 0x80U) == 0) {
            return value;
        }
    }
    return std::nullopt;
}

std::unexpected<Error> unreadable() {
    return refuse(ErrorKind::invalid, "base.bad_sketch", "These bytes aren't a sketch.");
}

}  // namespace

void Sketch::add(std::uint64_t value, std::uint64_t times) {
    if (times == 0) {
        return;
    }
    const std::size_t bucket = bucket_of(value);
    if (bucket >= counts_.size()) {
        counts_.resize(bucket + 1);
    }
    counts_[bucket] += times;
    count_ += times;
    sum_ = saturating_sum(sum_, saturating_product(value, times));
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
}

void Sketch::merge(const Sketch& other) {
    if (counts_.size() < other.counts_.size()) {
        counts_.resize(other.counts_.size());
    }
    for (std::size_t at = 0; at < other.counts_.size(); ++at) {
        counts_[at] += other.counts_[at];
    }
    count_ += other.count_;
    sum_ = saturating_sum(sum_, other.sum_);
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

std::uint64_t Sketch::quantile(double share) const {
    if (count_ == 0) {
        return 0;
    }
    const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
    return value_at(static_cast<std::uint64_t>(wanted));
}

std::uint64_t Sketch::value_at(std::uint64_t rank) const {
    if (count_ == 0) {
        return 0;
    }
    rank = std::max<std::uint64_t>(1, rank);
    std::uint64_t seen = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
        seen += counts_[at];
        if (seen >= rank) {
            return std::clamp(value_of(at), min_, max_);
        }
    }
    return max_;
}

std::uint64_t Sketch::middle_of(std::uint64_t value) {
    return value_of(bucket_of(value));
}

std::uint64_t Sketch::count_up_to(std::uint64_t value) const {
    const std::size_t end = std::min(bucket_of(value) + 1, counts_.size());
    return std::accumulate(
        counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(end), std::uint64_t{0}
    );
}

Result<Sketch> Sketch::since(const Sketch& earlier) const {
    Sketch later;
    for (std::size_t at = 0; at < std::max(counts_.size(), earlier.counts_.size()); ++at) {
        const std::uint64_t now = at < counts_.size() ? counts_[at] : 0;
        const std::uint64_t before = at < earlier.counts_.size() ? earlier.counts_[at] : 0;
        if (before > now) {
            return refuse(
                ErrorKind::invalid,
                "base.bad_sketch",
                "The sketch isn't an earlier one of the same."
            );
        }
        later.add(std::clamp(value_of(at), min(), max_), now - before);
    }
    // Both sums are exact unless they stopped at the largest value.
    later.sum_ = sum_ - std::min(sum_, earlier.sum_);
    return later;
}

std::string Sketch::to_bytes() const {
    std::string bytes(1, kVersion);
    append(bytes, count_);
    if (count_ == 0) {
        return bytes;
    }
    append(bytes, sum_);
    append(bytes, min_);
    append(bytes, max_);
    std::size_t next = 0;
    for (std::size_t at = 0; at < counts_.size(); ++at) {
        if (counts_[at] != 0) {
            append(bytes, at - next);
            append(bytes, counts_[at]);
            next = at + 1;
        }
    }
    return bytes;
}

Result<Sketch> Sketch::from_bytes(std::string_view bytes) {
    if (bytes.empty() || bytes.front() != kVersion) {
        return unreadable();
    }
    bytes.remove_prefix(1);
    Sketch sketch;
    const auto count = take(bytes);
    if (!count || (*count == 0 && !bytes.empty())) {
        return unreadable();
    }
    if (*count == 0) {
        return sketch;
    }
    const auto sum = take(bytes);
    const auto min = take(bytes);
    const auto max = take(bytes);
    if (!sum || !min || !max || *min > *max) {
        return unreadable();
    }
    std::uint64_t seen = 0;
    std::size_t next = 0;
    while (!bytes.empty()) {
        const auto gap = take(bytes);
        const auto times = take(bytes);
        if (!gap || !times || *times == 0 || *gap >= kBuckets - next || *times > *count - seen) {
            return unreadable();
        }
        const std::size_t bucket = next + static_cast<std::size_t>(*gap);
        sketch.counts_.resize(bucket + 1);
        sketch.counts_[bucket] = *times;
        seen += *times;
        next = bucket + 1;
    }
    // The ends lie in the outermost buckets, or the sketch would contradict itself.
    const bool agrees = seen == *count && !sketch.counts_.empty() &&
                        sketch.counts_.size() == bucket_of(*max) + 1 &&
                        sketch.counts_[bucket_of(*min)] != 0;
    if (!agrees) {
        return unreadable();
    }
    sketch.count_ = *count;
    sketch.sum_ = *sum;
    sketch.min_ = *min;
    sketch.max_ = *max;
    return sketch;
}

bool operator==(const Sketch& left, const Sketch& right) {
    return left.count_ == right.count_ && left.sum_ == right.sum_ && left.min() == right.min() &&
           left.max_ == right.max_ && left.counts_ == right.counts_;
}

}  // namespace accubooks::base
