#include "interchange/archive_verification.h"

#include <optional>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "interchange/archive_reader.h"
#include "ledger/chain.h"
#include "ledger/replay.h"

namespace accubooks::interchange {
namespace {

constexpr std::uint64_t kReportEvery = 1000;

/// Compares an archive's records, as they come, with each other.
class Verifier {
public:
    void take(ArchiveHead head) {
        head_ = std::move(head);
        audit_ = ledger::AuditChain{head_.tenant};
    }
    void take(const base::Commodity&) {}
    void take(const ledger::Account& account);
    void take(const ArchivedPrice&) {}
    void take(ledger::Epoch epoch) { epochs_.push_back(std::move(epoch)); }
    void take(ledger::PeriodAct act) { acts_.push_back(std::move(act)); }
    void take(const ledger::PostedEntry& posted);
    void take(const ArchivedBalance& balance);
    void take(const ledger::AuditEvent& event);
    void take(const ArchiveEnd& end) { stated_ = end.sums; }
    /// After the last record.
    ArchiveVerification finish(const ArchiveSums& read);

    std::uint64_t entries() const { return replay_ ? replay_->entries() : 0; }
    std::int64_t last_entry() const { return head_.last_entry.value; }

private:
    /// Begins when every link of the chain between entries is known.
    ledger::Replay& replay();
    void end_journal();

    ArchiveHead head_;
    std::unordered_set<std::int64_t> accounts_;
    std::vector<std::int64_t> orphans_;  // accounts without the parent that they name
    std::vector<ledger::Epoch> epochs_;
    std::vector<ledger::PeriodAct> acts_;
    std::int32_t act_count_ = 0;
    std::optional<ledger::Replay> replay_;
    bool journal_ended_ = false;
    ledger::AuditChain audit_{base::TenantId{}};
    ArchiveSums stated_;
};

ledger::Replay& Verifier::replay() {
    if (!replay_) {
        act_count_ = static_cast<std::int32_t>(acts_.size());
        replay_.emplace(head_.tenant, head_.base_currency, std::move(epochs_), std::move(acts_));
    }
    return *replay_;
}

void Verifier::take(const ledger::Account& account) {
    if (account.parent && !accounts_.contains(account.parent->value)) {
        orphans_.push_back(account.id.value);
    }
    accounts_.insert(account.id.value);
}

void Verifier::take(const ledger::PostedEntry& posted) {
    const std::int64_t number = posted.number.value;
    for (const ledger::Line& line : posted.entry.lines) {
        if (!accounts_.contains(line.account.value)) {
            replay().breach(
                "accounts",
                fmt::format("entry {}: there is no account {}", number, line.account.value)
            );
        }
    }
    replay().add(posted);
}

void Verifier::end_journal() {
    if (!std::exchange(journal_ended_, true)) {
        replay().compare_head(head_.last_entry.value, head_.head_hash);
        replay().compare_epoch(head_.epoch);
        replay().compare_periods(act_count_, head_.closure);
    }
}

void Verifier::take(const ArchivedBalance& balance) {
    end_journal();
    replay().compare_balance(
        {balance.account.value, balance.month.unix_days(), balance.commodity},
        {balance.debit, balance.credit, balance.base_debit, balance.base_credit}
    );
}

void Verifier::take(const ledger::AuditEvent& event) {
    if (!audit_.follows(event)) {
        replay().breach("audit", ledger::broken_event(event.number));
    }
}

ArchiveVerification Verifier::finish(const ArchiveSums& read) {
    end_journal();
    replay().compare_rest();
    for (const std::int64_t account : orphans_) {
        replay().breach("accounts", fmt::format("account {} names no parent above it", account));
    }
    for (std::size_t at = 0; at < static_cast<std::size_t>(ArchiveKind::end); ++at) {
        if (read.counts[at] != stated_.counts[at] || read.digests[at] != stated_.digests[at]) {
            replay().breach(
                "records",
                fmt::format(
                    "the {} records of the kind {} aren't the {} that were written",
                    read.counts[at],
                    to_string(static_cast<ArchiveKind>(at)),
                    stated_.counts[at]
                )
            );
        }
    }
    return {.head = std::move(head_), .books = replay().take()};
}

}  // namespace

base::Result<ArchiveVerification> verify_archive(
    std::istream& in,
    const std::string& name,
    const std::function<void(std::uint64_t, std::uint64_t)>& on_progress
) {
    ArchiveReader reader{in, name};
    Verifier verifier;
    while (true) {
        AB_TRY(record, reader.next());
        if (!record) {
            return verifier.finish(reader.sums());
        }
        std::visit([&verifier](auto& of) { verifier.take(std::move(of)); }, *record);
        if (on_progress && reader.line() % kReportEvery == 0) {
            on_progress(verifier.entries(), static_cast<std::uint64_t>(verifier.last_entry()));
        }
    }
}

}  // namespace accubooks::interchange
