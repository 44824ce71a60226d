#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"

namespace accubooks::identity {

/// How often a password may be tried: `burst` at once, then one per `interval`.
struct AttemptLimits {
    int account_burst = 10;
    std::chrono::seconds account_interval{60};
    int address_burst = 60;
    std::chrono::seconds address_interval{5};
    std::size_t keys_max = 20'000;  // accounts and addresses remembered; about 150 bytes each
};

/// Bounds how often a password is guessed, per account (whether it exists or not) and per address.
/// Addresses of IPv6 count by their first 64 bits, since a home has that many of its own.
///
/// Past `keys_max` the key that was tried longest ago is forgotten: forgetting one on purpose takes
/// `keys_max` attempts at the price of a password hash each. Safe from any thread; knows this
/// process only.
class AttemptLimiter {
public:
    explicit AttemptLimiter(AttemptLimits limits = {}) : limits_{limits} {}

    /// Takes one attempt from both, or none when either has none left.
    bool take(std::string_view account, std::string_view address, base::Instant now);

    /// The account's owner has proven to be one: its attempts are given back, the address's aren't.
    void forgive(std::string_view account);

private:
    struct Entry {
        base::Digest key;
        base::Instant paid_until;  // attempts reach into the future by an interval each
    };

    Entry& entry(const base::Digest& key);

    AttemptLimits limits_;
    std::mutex mutex_;
    std::list<Entry> by_use_;  // last used first
    std::map<base::Digest, std::list<Entry>::iterator> by_key_;
};

}  // namespace accubooks::identity
