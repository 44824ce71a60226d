#include "identity/attempt_limiter.h"

#include <algorithm>
#include <string>

#include "net/peer.h"

namespace accubooks::identity {

namespace {

// Hashed one by one, so that no account's text can meet another key.
base::Digest key_of(std::string_view kind, std::string_view account, std::string_view network) {
    return base::Sha256{}
        .update(kind)
        .update(base::to_hex(base::sha256(account)))
        .update(base::to_hex(base::sha256(network)))
        .finish();
}

base::Digest pair_key(std::string_view account, std::string_view network) {
    return key_of("pair", account, network);
}

base::Instant after_one_more(
    base::Instant paid_until, std::chrono::seconds interval, base::Instant now
) {
    return std::max(paid_until, now) + interval;
}

}  // namespace

std::expected<std::chrono::seconds, base::Instant> AttemptLimiter::take(
    std::string_view account, std::string_view address, base::Instant now
) {
    const std::string network = net::network_of(address);
    const base::Digest of_pair = pair_key(account, network);
    const base::Digest of_address = key_of("address", "", network);
    const base::Digest of_account = key_of("account", account, "");
    const std::lock_guard lock{mutex_};
    Entry& by_pair = entry(of_pair);
    Entry& by_address = entry(of_address);
    Entry& by_account = entry(of_account);
    const auto pair_until = after_one_more(by_pair.paid_until, limits_.pair_interval, now);
    const auto address_until = after_one_more(by_address.paid_until, limits_.address_interval, now);
    const auto free_in = std::max(
        pair_until - now - limits_.pair_interval * limits_.pair_burst,
        address_until - now - limits_.address_interval * limits_.address_burst
    );
    if (free_in.count() > 0) {
        return std::unexpected(now + free_in);
    }
    by_pair.paid_until = pair_until;
    by_address.paid_until = address_until;
    const auto account_until = after_one_more(by_account.paid_until, limits_.account_interval, now);
    const auto paid =
        (account_until - now + limits_.account_interval - std::chrono::microseconds{1}) /
        limits_.account_interval;
    const auto wait =
        std::clamp(std::chrono::seconds{paid - limits_.account_burst}, {}, limits_.wait_max);
    if (wait < limits_.wait_max) {
        by_account.paid_until =
            account_until;  // else as far as it goes: an attack's end is felt soon
    }
    return wait;
}

void AttemptLimiter::forgive(std::string_view account, std::string_view address) {
    const base::Digest key = pair_key(account, net::network_of(address));
    const std::lock_guard lock{mutex_};
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        by_use_.erase(found->second);
        by_key_.erase(found);
    }
}

AttemptLimiter::Entry& AttemptLimiter::entry(const base::Digest& key) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        by_use_.splice(by_use_.begin(), by_use_, found->second);
        return by_use_.front();
    }
    // Three keys are in use at a time, so the last one is never another of the same attempt.
    if (by_use_.size() >= std::max<std::size_t>(limits_.keys_max, 3)) {
        by_key_.erase(by_use_.back().key);
        by_use_.pop_back();
    }
    by_use_.push_front({.key = key, .paid_until = {}});
    by_key_.emplace(key, by_use_.begin());
    return by_use_.front();
}

}  // namespace accubooks::identity
