#include "ledger/chain.h"

#include <bit>

namespace accubooks::ledger {
namespace {

constexpr std::string_view kVersion = "accubooks/entry/v1";

/// Appends values so that no two different entries share their bytes.
class Writer {
public:
    explicit Writer(std::size_t expected) { bytes_.reserve(expected); }

    void integer(std::int64_t value) { big_endian(static_cast<std::uint64_t>(value), 8); }
    void text(std::string_view value) {
        big_endian(value.size(), 4);
        bytes_.append(value);
    }
    void present(bool yes) { bytes_.push_back(yes ? '\x01' : '\x00'); }
    void digest(const base::Digest& value) {
        bytes_.append(reinterpret_cast<const char*>(value.data()), value.size());
    }
    std::string take() { return std::move(bytes_); }

private:
    void big_endian(std::uint64_t value, int width) {
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
            bytes_.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
        }
    }
    std::string bytes_;
};

void write_line(Writer& to, const Line& line) {
    to.integer(line.account.value);
    to.text(line.commodity);
    to.integer(line.amount);
    to.integer(line.base_amount);
    to.present(line.cost.has_value());
    if (line.cost) {
        to.text(line.cost->commodity);
        to.integer(line.cost->units);
    }
    to.text(line.memo);
}

}  // namespace

std::string canonical_bytes(const EntryRecord& record) {
    const Entry& entry = *record.entry;
    Writer to{256 + entry.description.size() + entry.lines.size() * 64};
    to.text(kVersion);
    to.integer(record.tenant.value);
    to.integer(entry.date.unix_days());
    to.present(entry.document_date.has_value());
    if (entry.document_date) {
        to.integer(entry.document_date->unix_days());
    }
    to.text(entry.description);
    to.text(entry.reference);
    to.integer(static_cast<std::int64_t>(entry.tags.size()));
    for (const auto& [key, value] : entry.tags) {
        to.text(key);
        to.text(value);
    }
    to.text(entry.source);
    to.text(record.posted_by);
    to.integer(record.posted_at.unix_micros());
    to.present(entry.reverses.has_value());
    if (entry.reverses) {
        to.integer(entry.reverses->value);
    }
    to.text(entry.reason);
    to.text(record.idempotency_key);
    to.digest(record.request_hash);
    to.integer(static_cast<std::int64_t>(entry.lines.size()));
    for (const Line& line : entry.lines) {
        write_line(to, line);
    }
    if (!entry.late_reason.empty()) {
        to.text(entry.late_reason);
    }
    return to.take();
}

base::Digest entry_hash(const EntryRecord& record) {
    return base::sha256(canonical_bytes(record));
}

base::Digest chain_hash(
    const base::Digest& previous, base::EntryNumber number, const base::Digest& entry
) {
    Writer to{previous.size() + 8 + entry.size()};
    to.digest(previous);
    to.integer(number.value);
    to.digest(entry);
    return base::sha256(to.take());
}

std::string epoch_link(const Epoch& epoch) {
    Writer to{sizeof(base::Digest) + 40};
    to.integer(epoch.number);
    to.integer(epoch.after.value);
    to.integer(epoch.restored_to.unix_micros());
    to.integer(epoch.restored_at.unix_micros());
    to.integer(epoch.replaced ? epoch.replaced->value : -1);
    to.digest(base::sha256(epoch.reason));
    return to.take();
}

std::string period_act_link(const PeriodAct& act) {
    Writer to{3 * sizeof(base::Digest) + 40};
    to.integer(act.number);
    to.integer(act.after.value);
    to.integer(act.period.first_day.unix_days());
    to.integer(act.period.last_day.unix_days());
    to.integer(act.at.unix_micros());
    to.digest(base::sha256(act.act));
    to.digest(base::sha256(act.by));
    to.digest(base::sha256(act.reason));
    return to.take();
}

base::Digest link_hash(const base::Digest& previous, std::string_view link) {
    const std::string_view before{reinterpret_cast<const char*>(previous.data()), previous.size()};
    return base::Sha256{}.update(before).update(link).finish();
}

base::Digest epoch_hash(const base::Digest& previous, const Epoch& epoch) {
    return link_hash(previous, epoch_link(epoch));
}

base::Digest period_act_hash(const base::Digest& previous, const PeriodAct& act) {
    return link_hash(previous, period_act_link(act));
}

base::Digest audit_event_hash(
    const base::Digest& previous, base::TenantId tenant, const AuditEvent& event
) {
    Writer to{9 * previous.size() + 24};
    to.digest(previous);
    to.integer(tenant.value);
    to.integer(event.number);
    to.integer(event.at.unix_micros());
    to.digest(base::sha256(event.actor));
    to.digest(base::sha256(event.peer));
    to.digest(base::sha256(event.kind));
    to.digest(base::sha256(event.act));
    to.digest(base::sha256(event.object));
    to.digest(base::sha256(event.before.value_or("")));
    to.digest(base::sha256(event.after.value_or("")));
    to.digest(base::sha256(event.reason));
    return base::sha256(to.take());
}

bool AuditChain::follows(const AuditEvent& event) {
    const bool is_next = event.number == number_ + 1;
    const bool is_as_recorded = event.chain_hash == audit_event_hash(head_, tenant_, event);
    number_ = event.number;
    head_ = event.chain_hash;
    return is_next && is_as_recorded;
}

base::Digest genesis_hash() {
    return {};
}

}  // namespace accubooks::ledger
