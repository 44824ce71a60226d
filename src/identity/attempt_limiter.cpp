#include "identity/attempt_limiter.h"

#include <algorithm>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace accubooks::identity {

namespace {

base::Digest account_key(std::string_view account) {
    return base::Sha256{}.update("account\n").update(account).finish();
}

base::Digest address_key(std::string_view address) {
    boost::system::error_code not_an_address;
    const auto parsed = boost::asio::ip::make_address(std::string{address}, not_an_address);
    base::Sha256 key;
    key.update("address\n");
    if (!not_an_address && parsed.is_v6() && !parsed.to_v6().is_v4_mapped()) {
        const auto bytes = parsed.to_v6().to_bytes();
        key.update({reinterpret_cast<const char*>(bytes.data()), 8});
    } else {
        key.update(address);
    }
    return key.finish();
}

base::Instant after_one_more(
    base::Instant paid_until, std::chrono::seconds interval, base::Instant now
) {
    return std::max(paid_until, now) + interval;
}

}  // namespace

bool AttemptLimiter::take(std::string_view account, std::string_view address, base::Instant now) {
    const base::Digest of_account = account_key(account);
    const base::Digest of_address = address_key(address);
    const std::lock_guard lock{mutex_};
    Entry& by_account = entry(of_account);
    Entry& by_address = entry(of_address);
    const auto account_until = after_one_more(by_account.paid_until, limits_.account_interval, now);
    const auto address_until = after_one_more(by_address.paid_until, limits_.address_interval, now);
    if (account_until - now > limits_.account_interval * limits_.account_burst ||
        address_until - now > limits_.address_interval * limits_.address_burst) {
        return false;
    }
    by_account.paid_until = account_until;
    by_address.paid_until = address_until;
    return true;
}

void AttemptLimiter::forgive(std::string_view account) {
    const base::Digest key = account_key(account);
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
    // Two keys are in use at a time, so the last one is never the other of the same attempt.
    if (by_use_.size() >= std::max<std::size_t>(limits_.keys_max, 2)) {
        by_key_.erase(by_use_.back().key);
        by_use_.pop_back();
    }
    by_use_.push_front({.key = key, .paid_until = {}});
    by_key_.emplace(key, by_use_.begin());
    return by_use_.front();
}

}  // namespace accubooks::identity
