#include "ledger/verification.h"

#include <optional>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "ledger/chain.h"
#include "ledger/entry_store.h"
#include "ledger/epoch_store.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

// Each is planned for its tenant: a plan kept from small books would be wrong for large ones.

constexpr pg::Statement kHead{
    .name = "ledger.verify_head",
    .text = R"sql(
select last_number, head_hash, base_commodity, epoch,
       (select count(*) from books.journal_line where tenant_id = $1)
  from books.ledger
 where tenant_id = $1)sql",
    .preparation = pg::Preparation::once,
};

constexpr pg::Statement kStrayEntries{
    .name = "ledger.verify_stray_entries",
    .text = R"sql(
select count(*)
  from books.journal_entry
 where tenant_id = $1
   and (number < 1 or number > $2))sql",
    .preparation = pg::Preparation::once,
};

constexpr pg::Statement kBalances{
    .name = "ledger.verify_balances",
    .text = R"sql(
select account_id, commodity, month, debit, credit, base_debit, base_credit
  from books.account_balance
 where tenant_id = $1)sql",
    .preparation = pg::Preparation::once,
};

constexpr std::int64_t kEntriesPerStep = 4000;

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

/// The journal replayed so far.
class Replay {
public:
    Replay(base::TenantId tenant, std::string base_commodity, std::vector<Epoch> epochs = {})
        : tenant_{tenant}, base_commodity_{std::move(base_commodity)} {
        result_.epochs = std::move(epochs);
    }

    void add(const PostedEntry& posted);
    /// After the last entry.
    void compare_head(std::int64_t last_number, const base::Digest& head_hash);
    void compare_epoch(std::int32_t stored);
    void compare_line_count(std::int64_t stored);
    void compare_balance(const BalanceKey& key, const Totals& stored);
    /// After every stored balance was compared: what the journal has and the balances lack.
    void compare_rest();
    void breach(std::string check, std::string detail);
    Verification take() { return std::move(result_); }
    std::uint64_t entries() const { return result_.entries; }

private:
    void begin_epochs();
    void check_lines(const PostedEntry& posted);
    void check_hashes(const PostedEntry& posted);
    void add_balances(const PostedEntry& posted);

    base::TenantId tenant_;
    std::string base_commodity_;
    std::int64_t last_number_ = 0;
    base::Digest head_ = genesis_hash();
    std::size_t epochs_begun_ = 0;
    std::unordered_map<BalanceKey, Totals, BalanceKeyHash> balances_;
    Verification result_;
};

void Replay::breach(std::string check, std::string detail) {
    ++result_.breaches;
    if (result_.first_breaches.size() < kBreachesMax) {
        result_.first_breaches.push_back({tenant_, std::move(check), std::move(detail)});
    }
}

void Replay::add(const PostedEntry& posted) {
    const std::int64_t number = posted.number.value;
    if (number != last_number_ + 1) {
        breach("gapless", fmt::format("entry {} follows entry {}", number, last_number_));
    }
    begin_epochs();
    check_lines(posted);
    check_hashes(posted);
    add_balances(posted);
    last_number_ = number;
    // From what is stored, so that one changed entry is one breach and not one for every later
    // entry.
    head_ = posted.chain_hash;
    ++result_.entries;
    result_.lines += posted.entry.lines.size();
}

/// The links of the chain that come after the entry before.
void Replay::begin_epochs() {
    for (; epochs_begun_ < result_.epochs.size(); ++epochs_begun_) {
        const Epoch& epoch = result_.epochs[epochs_begun_];
        if (epoch.after.value > last_number_) {
            return;
        }
        const auto expected = static_cast<std::int32_t>(epochs_begun_) + 2;
        if (epoch.number != expected || epoch.after.value != last_number_ ||
            epoch.previous != head_) {
            breach(
                "epoch",
                fmt::format(
                    "epoch {} doesn't continue the chain after entry {}", epoch.number, last_number_
                )
            );
        }
        head_ = epoch_hash(head_, epoch);
    }
}

void Replay::check_lines(const PostedEntry& posted) {
    const std::vector<Line>& lines = posted.entry.lines;
    if (lines.size() != static_cast<std::size_t>(posted.line_count)) {
        breach(
            "lines",
            fmt::format(
                "entry {} has {} lines and its header says {}",
                posted.number.value,
                lines.size(),
                posted.line_count
            )
        );
    }
    if (!posted.lines_are_numbered) {
        breach(
            "lines",
            fmt::format("entry {}: its lines aren't numbered from 1 on", posted.number.value)
        );
    }
    if (const auto imbalance = imbalance_of(lines)) {
        breach("balanced", fmt::format("entry {}: {}", posted.number.value, *imbalance));
    }
    for (const Line& line : lines) {
        if (line.commodity == base_commodity_ && line.amount != line.base_amount) {
            breach(
                "balanced",
                fmt::format(
                    "entry {}: a line in the base currency has another base amount",
                    posted.number.value
                )
            );
        }
    }
}

void Replay::check_hashes(const PostedEntry& posted) {
    const base::Digest recomputed = entry_hash({
        .tenant = tenant_,
        .entry = &posted.entry,
        .posted_by = posted.posted_by,
        .posted_at = posted.posted_at,
        .idempotency_key = posted.idempotency_key,
        .request_hash = posted.request_hash,
    });
    if (recomputed != posted.entry_hash) {
        breach(
            "hash", fmt::format("entry {}: its columns don't give its hash", posted.number.value)
        );
    }
    if (chain_hash(head_, posted.number, posted.entry_hash) != posted.chain_hash) {
        breach("chain", fmt::format("entry {} doesn't continue the chain", posted.number.value));
    }
}

void Replay::add_balances(const PostedEntry& posted) {
    const std::int32_t month = posted.entry.date.first_of_month().unix_days();
    for (const Line& line : posted.entry.lines) {
        Totals& totals = balances_[{line.account.value, month, line.commodity}];
        (line.amount > 0 ? totals.debit : totals.credit) +=
            line.amount > 0 ? line.amount : -static_cast<__int128>(line.amount);
        (line.base_amount > 0 ? totals.base_debit : totals.base_credit) +=
            line.base_amount > 0 ? line.base_amount : -static_cast<__int128>(line.base_amount);
    }
}

void Replay::compare_epoch(std::int32_t stored) {
    if (stored != static_cast<std::int32_t>(epochs_begun_) + 1) {
        breach(
            "epoch",
            fmt::format("the books are in epoch {}, the chain in {}", stored, epochs_begun_ + 1)
        );
    }
}

void Replay::compare_head(std::int64_t last_number, const base::Digest& head_hash) {
    begin_epochs();
    if (last_number != last_number_) {
        breach(
            "head",
            fmt::format(
                "the books say {} is the last entry, the journal ends with {}",
                last_number,
                last_number_
            )
        );
    } else if (head_hash != head_) {
        breach("head", fmt::format("the head isn't the hash of entry {}", last_number_));
    }
}

void Replay::compare_line_count(std::int64_t stored) {
    if (stored != static_cast<std::int64_t>(result_.lines)) {
        breach(
            "lines",
            fmt::format("there are {} lines, and {} belong to entries", stored, result_.lines)
        );
    }
}

void Replay::compare_balance(const BalanceKey& key, const Totals& stored) {
    const auto found = balances_.find(key);
    const Totals replayed = found == balances_.end() ? Totals{} : found->second;
    if (replayed != stored) {
        breach(
            "balances",
            fmt::format(
                "account {} in '{}', month from {}: the journal doesn't give the stored balance",
                key.account,
                key.commodity,
                base::to_string(base::Date::from_unix_days(key.month))
            )
        );
    }
    if (found != balances_.end()) {
        balances_.erase(found);
    }
}

void Replay::compare_rest() {
    for (const auto& [key, totals] : balances_) {
        if (totals != Totals{}) {
            breach(
                "balances",
                fmt::format(
                    "account {} in '{}', month from {}: there is no stored balance",
                    key.account,
                    key.commodity,
                    base::to_string(base::Date::from_unix_days(key.month))
                )
            );
        }
    }
}

void compare_balances(Replay& replay, const pg::Rows& rows) {
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        replay.compare_balance(
            {row.get<std::int64_t>(0), row.get<base::Date>(2).unix_days(), row.get<std::string>(1)},
            {row.get<std::int64_t>(3),
             row.get<std::int64_t>(4),
             row.get<std::int64_t>(5),
             row.get<std::int64_t>(6)}
        );
    }
}

}  // namespace

base::Task<Verification> verify(
    pg::Pool& pool,
    base::TenantId tenant,
    std::function<void(std::uint64_t, std::uint64_t)> on_progress,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    const pg::Rows head = co_await transaction.execute(kHead, pg::Params::of(tenant));
    if (head.empty()) {
        Replay nothing{tenant, ""};
        nothing.breach("head", "there are no books with this number");
        co_return nothing.take();
    }
    const auto last_number = head[0].get<std::int64_t>(0);
    Replay replay{tenant, head[0].get<std::string>(2), co_await epochs_of(transaction)};
    for (std::int64_t first = 1; first <= last_number; first += kEntriesPerStep) {
        const std::int64_t last = std::min(first + kEntriesPerStep - 1, last_number);
        for (const PostedEntry& posted : co_await entries_between(
                 transaction, base::EntryNumber{first}, base::EntryNumber{last}
             )) {
            replay.add(posted);
        }
        if (on_progress) {
            on_progress(static_cast<std::uint64_t>(last), static_cast<std::uint64_t>(last_number));
        }
    }
    const pg::Rows stray =
        co_await transaction.execute(kStrayEntries, pg::Params::of(tenant, last_number));
    if (stray[0].get<std::int64_t>(0) != 0) {
        replay.breach(
            "gapless",
            fmt::format(
                "{} entries have numbers outside 1 to {}",
                stray[0].get<std::int64_t>(0),
                last_number
            )
        );
    }
    replay.compare_head(last_number, head[0].get<base::Digest>(1));
    replay.compare_epoch(head[0].get<std::int32_t>(3));
    replay.compare_line_count(head[0].get<std::int64_t>(4));
    co_await transaction.stream(kBalances, pg::Params::of(tenant), [&replay](const pg::Rows& rows) {
        compare_balances(replay, rows);
    });
    replay.compare_rest();
    co_await transaction.commit();
    co_return replay.take();
}

}  // namespace accubooks::ledger
