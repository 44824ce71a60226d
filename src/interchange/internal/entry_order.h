#pragma once

#include <cstdint>
#include <functional>

#include "base/digest.h"
#include "interchange/external_sort.h"

namespace accubooks::interchange {

/// A spooled transaction in the order of judgement: by day, and on a day as in the files. A
/// transaction with postings dated apart has one more place for each of their days, at which only
/// these postings count.
struct EntryPlace {
    std::int32_t day = 0;
    std::uint32_t bytes = 0;
    std::uint64_t number = 0;  // of the transaction in the files
    std::uint64_t offset = 0;  // in the spool
    bool dated_apart = false;

    friend bool operator<(const EntryPlace& left, const EntryPlace& right) {
        return left.day != right.day ? left.day < right.day : left.number < right.number;
    }
};

using EntryOrder = ExternalSort<EntryPlace, std::less<>>;

/// The content of an entry and its number in the order of `next`.
struct EntryDigest {
    base::Digest digest{};
    std::uint64_t number = 0;

    friend bool operator<(const EntryDigest& left, const EntryDigest& right) {
        return left.digest != right.digest ? left.digest < right.digest
                                           : left.number < right.number;
    }
};

/// How often the content of an entry came before it; kept only where it did.
struct EntryOccurrence {
    std::uint64_t number = 0;
    std::uint32_t occurrence = 0;

    friend bool operator<(const EntryOccurrence& left, const EntryOccurrence& right) {
        return left.number < right.number;
    }
};

}  // namespace accubooks::interchange
