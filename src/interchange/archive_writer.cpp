#include "interchange/archive_writer.h"

#include <optional>
#include <utility>

#include "ledger/period_json.h"

namespace accubooks::interchange {
namespace {

base::JsonWriter begin(ArchiveKind kind) {
    base::JsonWriter json;
    json.begin_object().member("kind", to_string(kind));
    return json;
}

/// Nothing where there is none.
void write_day(
    base::JsonWriter& json, std::string_view name, const std::optional<base::Date>& day
) {
    if (day) {
        json.member(name, base::to_string(*day));
    }
}

std::optional<std::int64_t> value_of(const auto& id) {
    return id ? std::optional{id->value} : std::nullopt;
}

}  // namespace

std::string ArchiveWriter::amount(std::int64_t units, const std::string& commodity) const {
    const auto found = scales_.find(commodity);
    base::ensure(found != scales_.end(), "the database refuses lines of unknown commodities");
    return base::units_to_string(units, found->second);
}

std::string ArchiveWriter::finish(ArchiveKind kind, base::JsonWriter json) {
    json.end_object();
    std::string line = std::move(json).take();
    sums_.add(kind, line);
    return line + '\n';
}

std::string ArchiveWriter::head(const ArchiveHead& head) {
    base_ = head.base_currency;
    base::JsonWriter json = begin(ArchiveKind::books);
    json.member("format", ArchiveHead::kFormat).member("version", ArchiveHead::kVersion);
    json.member("tenant_id", head.tenant.value).member("base_currency", head.base_currency);
    json.member("epoch", head.epoch).member("last_entry", head.last_entry.value);
    json.member("head_hash", base::to_hex(head.head_hash));
    write_day(json, "closed_through", head.closure.closed_through);
    write_day(json, "locked_through", head.closure.locked_through);
    json.member("fiscal_year_start", ledger::year_start_of(head.calendar));
    json.member("time_zone", head.calendar.time_zone);
    json.member("exported_at", base::to_rfc3339(head.exported_at));
    return finish(ArchiveKind::books, std::move(json));
}

std::string ArchiveWriter::commodity(const base::Commodity& commodity) {
    scales_.emplace(commodity.code, commodity.scale);
    base::JsonWriter json = begin(ArchiveKind::commodity);
    json.member("code", commodity.code).member("scale", commodity.scale);
    return finish(ArchiveKind::commodity, std::move(json));
}

std::string ArchiveWriter::account(const ledger::Account& account) {
    base::JsonWriter json = begin(ArchiveKind::account);
    json.member("id", account.id.value).member("code", account.code).member("name", account.name);
    json.member("type", ledger::to_string(account.type)).member("subtype", account.subtype);
    json.member("parent_id", value_of(account.parent)).member("commodity", account.commodity);
    json.member("active", account.active).member("imported", account.imported);
    json.member("type_assumed", account.type_assumed);
    return finish(ArchiveKind::account, std::move(json));
}

std::string ArchiveWriter::price(const ArchivedPrice& price) {
    base::JsonWriter json = begin(ArchiveKind::price);
    json.member("commodity", price.commodity).member("quote_commodity", price.quote_commodity);
    json.member("date", base::to_string(price.date)).member("price", base::to_string(price.price));
    return finish(ArchiveKind::price, std::move(json));
}

std::string ArchiveWriter::epoch(const ledger::Epoch& epoch) {
    base::JsonWriter json = begin(ArchiveKind::epoch);
    json.member("number", epoch.number).member("after", epoch.after.value);
    json.member("previous_hash", base::to_hex(epoch.previous));
    json.member("restored_to", base::to_rfc3339(epoch.restored_to));
    json.member("restored_at", base::to_rfc3339(epoch.restored_at));
    json.member("replaced", value_of(epoch.replaced)).member("reason", epoch.reason);
    return finish(ArchiveKind::epoch, std::move(json));
}

std::string ArchiveWriter::period_act(const ledger::PeriodAct& act) {
    base::JsonWriter json = begin(ArchiveKind::period_act);
    json.member("number", act.number).member("after", act.after.value).member("act", act.act);
    json.member("first_day", base::to_string(act.period.first_day));
    json.member("last_day", base::to_string(act.period.last_day));
    json.member("by", act.by).member("at", base::to_rfc3339(act.at)).member("reason", act.reason);
    json.member("chain_hash", base::to_hex(act.chain_hash));
    return finish(ArchiveKind::period_act, std::move(json));
}

void ArchiveWriter::write_line(base::JsonWriter& json, const ledger::Line& line) const {
    json.begin_object().member("account_id", line.account.value);
    json.member("amount", amount(line.amount, line.commodity)).member("currency", line.commodity);
    json.member("base_amount", amount(line.base_amount, base_));
    if (line.cost) {
        json.key("cost").begin_object();
        json.member("amount", amount(line.cost->units, line.cost->commodity));
        json.member("currency", line.cost->commodity).end_object();
    }
    json.member("memo", line.memo).end_object();
}

std::string ArchiveWriter::entry(const ledger::PostedEntry& posted) {
    const ledger::Entry& entry = posted.entry;
    base::JsonWriter json = begin(ArchiveKind::entry);
    json.member("number", posted.number.value).member("date", base::to_string(entry.date));
    json.member(
        "document_date",
        entry.document_date ? std::optional{base::to_string(*entry.document_date)} : std::nullopt
    );
    json.member("description", entry.description).member("reference", entry.reference);
    json.key("tags").begin_object();
    for (const auto& [name, value] : entry.tags) {
        json.member(name, value);
    }
    json.end_object();
    json.member("source", entry.source).member("posted_by", posted.posted_by);
    json.member("posted_at", base::to_rfc3339(posted.posted_at));
    json.member("reverses", value_of(entry.reverses)).member("reason", entry.reason);
    if (!entry.late_reason.empty()) {
        json.member("late_reason", entry.late_reason);
    }
    json.member("idempotency_key", posted.idempotency_key);
    json.member("request_hash", base::to_hex(posted.request_hash));
    json.member("entry_hash", base::to_hex(posted.entry_hash));
    json.member("chain_hash", base::to_hex(posted.chain_hash));
    json.member("line_count", posted.line_count);
    json.key("lines").begin_array();
    for (const ledger::Line& line : entry.lines) {
        write_line(json, line);
    }
    json.end_array();
    return finish(ArchiveKind::entry, std::move(json));
}

std::string ArchiveWriter::balance(const ArchivedBalance& balance) {
    base::JsonWriter json = begin(ArchiveKind::balance);
    json.member("account_id", balance.account.value).member("currency", balance.commodity);
    json.member("month", base::to_string(balance.month));
    json.member("debit", amount(balance.debit, balance.commodity));
    json.member("credit", amount(balance.credit, balance.commodity));
    json.member("base_debit", amount(balance.base_debit, base_));
    json.member("base_credit", amount(balance.base_credit, base_));
    return finish(ArchiveKind::balance, std::move(json));
}

std::string ArchiveWriter::audit_event(const ledger::AuditEvent& event) {
    base::JsonWriter json = begin(ArchiveKind::audit_event);
    json.member("number", event.number).member("at", base::to_rfc3339(event.at));
    json.member("actor", event.actor).member("from", event.peer).member("event", event.kind);
    json.member("act", event.act).member("object", event.object);
    // Texts, not values: the hash holds their bytes.
    json.member("before", event.before).member("after", event.after);
    json.member("reason", event.reason);
    json.member("chain_hash", base::to_hex(event.chain_hash));
    return finish(ArchiveKind::audit_event, std::move(json));
}

std::string ArchiveWriter::end() {
    base::JsonWriter json = begin(ArchiveKind::end);
    json.key("sums").begin_object();
    for (std::size_t at = 0; at < static_cast<std::size_t>(ArchiveKind::end); ++at) {
        json.key(to_string(static_cast<ArchiveKind>(at))).begin_object();
        json.member("count", sums_.counts[at]).member("digest", base::to_hex(sums_.digests[at]));
        json.end_object();
    }
    json.end_object();
    return finish(ArchiveKind::end, std::move(json));
}

}  // namespace accubooks::interchange
