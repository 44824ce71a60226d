#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "ledger/chain.h"
#include "ledger/entry.h"
#include "ledger/period.h"
#include "ledger/verification.h"

namespace accubooks::ledger {

struct BalanceKey {
    std::int64_t account;
    std::int32_t month;  // its first day, days since 1970
    std::string commodity;

    friend bool operator==(const BalanceKey&, const BalanceKey&) = default;
};

struct BalanceKeyHash {
    std::size_t operator()(const BalanceKey& key) const {
        return std::hash<std::string>{}(key.commodity) ^
               (static_cast<std::size_t>(key.account) * 0x9E3779B97F4A7C15ULL) ^
               (static_cast<std::size_t>(key.month) * 0xC2B2AE3D27D4EB4FULL);
    }
};

/// Totals of one account, commodity and month; 128 bits, so that adding them up can't itself go
/// wrong.
struct Totals {
    __int128 debit = 0;
    __int128 credit = 0;
    __int128 base_debit = 0;
    __int128 base_credit = 0;

    friend bool operator==(const Totals&, const Totals&) = default;
};

/// One tenant's journal, replayed entry by entry from wherever it is kept, and compared with all
/// that is derived from it. What doesn't hold is a breach of the result; nothing is refused.
class Replay {
public:
    Replay(
        base::TenantId tenant,
        std::string base_commodity,
        std::vector<Epoch> epochs = {},
        std::vector<PeriodAct> acts = {}
    )
        : tenant_{tenant}, base_commodity_{std::move(base_commodity)}, acts_{std::move(acts)} {
        result_.epochs = std::move(epochs);
    }

    /// In the order of their numbers.
    void add(const PostedEntry& posted);
    // After the last entry:
    void compare_head(std::int64_t last_number, const base::Digest& head_hash);
    void compare_epoch(std::int32_t stored);
    void compare_periods(std::int32_t acts, const Closure& stored);
    void compare_line_count(std::int64_t stored);
    void compare_balance(const BalanceKey& key, const Totals& stored);
    /// After every stored balance was compared: what the journal has and the balances lack.
    void compare_rest();
    void breach(std::string check, std::string detail);
    Verification take() { return std::move(result_); }
    std::uint64_t entries() const { return result_.entries; }

private:
    void follow_links();
    bool begin_epoch();
    bool follow_act();
    void check_period(const PostedEntry& posted);
    void check_lines(const PostedEntry& posted);
    void check_hashes(const PostedEntry& posted);
    void add_balances(const PostedEntry& posted);

    base::TenantId tenant_;
    std::string base_commodity_;
    std::int64_t last_number_ = 0;
    base::Digest head_ = genesis_hash();
    std::size_t epochs_begun_ = 0;
    std::vector<PeriodAct> acts_;
    std::size_t acts_followed_ = 0;
    Closure closure_;
    std::unordered_map<BalanceKey, Totals, BalanceKeyHash> balances_;
    Verification result_;
};

}  // namespace accubooks::ledger
