#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <list>
#include <map>
#include <mutex>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"

namespace accubooks::identity {

/// How often a password may be tried: `burst` at once, then one per `interval`.
struct AttemptLimits {
    /// Of one account from one address; past it refused.
    int pair_burst = 10;
    std::chrono::seconds pair_interval{60};
    /// From one address, whatever the account; past it refused.
    int address_burst = 60;
    std::chrono::seconds address_interval{5};
    /// Of one account from everywhere; past it each attempt waits a second longer than the last.
    int account_burst = 100;
    std::chrono::seconds account_interval{10};
    std::chrono::seconds wait_max{5};
    std::size_t keys_max = 30'000;  // remembered; about 150 bytes each
};

/// Bounds how often a password is guessed. An account (whether it exists or not) is closed only to
/// the address that guesses: who knows an owner's e-mail address can't lock the owner out from
/// elsewhere. Guesses from many addresses make every attempt at that account wait, up to
/// `wait_max`. An address is a net::network_of.
///
/// Past `keys_max` the key that was tried longest ago is forgotten: forgetting one on purpose takes
/// a third as many attempts at the price of a password hash each. Safe from any thread; knows this
/// process only.
class AttemptLimiter {
public:
    explicit AttemptLimiter(AttemptLimits limits = {}) : limits_{limits} {}

    /// Takes one attempt and says how long it must wait before the password is looked at; when
    /// there is none left nothing is taken, and the error is when there will be one.
    std::expected<std::chrono::seconds, base::Instant> take(
        std::string_view account, std::string_view address, base::Instant now
    );

    /// Who came from there has proven to own the account: the attempts of both together are given
    /// back, those of each alone aren't.
    void forgive(std::string_view account, std::string_view address);

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
