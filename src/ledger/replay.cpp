#include "ledger/replay.h"

#include <utility>

#include <fmt/format.h>

namespace accubooks::ledger {

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
    follow_links();
    check_period(posted);
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

/// The links of the chain that come after the entry before. Where an epoch and an act on a period
/// both do, the act comes first that continues the chain.
void Replay::follow_links() {
    const auto act_is_next = [this] {
        return acts_followed_ < acts_.size() &&
               period_act_hash(head_, acts_[acts_followed_]) == acts_[acts_followed_].chain_hash;
    };
    while (act_is_next() ? follow_act() : begin_epoch() || follow_act()) {
    }
}

bool Replay::begin_epoch() {
    if (epochs_begun_ == result_.epochs.size() ||
        result_.epochs[epochs_begun_].after.value > last_number_) {
        return false;
    }
    const Epoch& epoch = result_.epochs[epochs_begun_];
    const auto expected = static_cast<std::int32_t>(epochs_begun_) + 2;
    if (epoch.number != expected || epoch.after.value != last_number_ || epoch.previous != head_) {
        breach(
            "epoch",
            fmt::format(
                "epoch {} doesn't continue the chain after entry {}", epoch.number, last_number_
            )
        );
    }
    head_ = epoch_hash(head_, epoch);
    ++epochs_begun_;
    return true;
}

bool Replay::follow_act() {
    if (acts_followed_ == acts_.size() || acts_[acts_followed_].after.value > last_number_) {
        return false;
    }
    const PeriodAct& act = acts_[acts_followed_];
    const auto expected = static_cast<std::int32_t>(acts_followed_) + 1;
    if (act.number != expected || act.after.value != last_number_) {
        breach(
            "period",
            fmt::format("act {} on a period doesn't follow entry {}", act.number, last_number_)
        );
    }
    if (period_act_hash(head_, act) != act.chain_hash) {
        breach(
            "period",
            fmt::format(
                "act {} on a period: its columns don't give its hash, or it doesn't continue the "
                "chain",
                act.number
            )
        );
    }
    head_ = act.chain_hash;  // as with entries, one changed act is one breach
    closure_ = closure_after(closure_, act);
    ++acts_followed_;
    return true;
}

/// Against what was closed when the entry was posted, which the chain tells.
void Replay::check_period(const PostedEntry& posted) {
    const PeriodState state = closure_.state_of(posted.entry.date);
    const bool is_late = !posted.entry.late_reason.empty();
    if (state == PeriodState::hard_locked) {
        breach(
            "period",
            fmt::format("entry {} is in a period that was locked before", posted.number.value)
        );
    } else if (is_late != (state == PeriodState::soft_closed)) {
        breach(
            "period",
            fmt::format(
                "entry {} is {} late, and its period was {}",
                posted.number.value,
                is_late ? "marked" : "not marked",
                state == PeriodState::open ? "open" : "closed"
            )
        );
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

void Replay::compare_periods(std::int32_t acts, const Closure& stored) {
    if (acts != static_cast<std::int32_t>(acts_followed_)) {
        breach(
            "period",
            fmt::format("the books have {} acts on periods, the chain {}", acts, acts_followed_)
        );
    }
    for (std::size_t at = acts_followed_; at < acts_.size(); ++at) {
        breach(
            "period",
            fmt::format(
                "act {} on a period comes after entry {}, which isn't there",
                acts_[at].number,
                acts_[at].after.value
            )
        );
    }
    if (stored != closure_) {
        breach("period", "the days up to which the books are closed aren't those of the acts");
    }
}

void Replay::compare_head(std::int64_t last_number, const base::Digest& head_hash) {
    follow_links();
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

}  // namespace accubooks::ledger
