#include "ledger/entry_json.h"

#include "base/decimal.h"

namespace accubooks::ledger {
namespace {

std::string amount_text(std::int64_t units, const std::string& commodity, const EntryNames& names) {
    const auto found = names.scales.find(commodity);
    base::ensure(found != names.scales.end(), "the database refuses lines of unknown commodities");
    return base::units_to_string(units, found->second);
}

void write_line(base::JsonWriter& json, const Line& line, const EntryNames& names) {
    const auto account = names.account_codes.find(line.account);
    json.begin_object();
    json.member("account_id", line.account.value);
    json.member("account_code", account == names.account_codes.end() ? "" : account->second);
    json.member("amount", amount_text(line.amount, line.commodity, names));
    json.member("currency", line.commodity);
    json.member("base_amount", base::units_to_string(line.base_amount, names.base_scale));
    if (line.cost) {
        json.key("cost").begin_object();
        json.member("amount", amount_text(line.cost->units, line.cost->commodity, names));
        json.member("currency", line.cost->commodity);
        json.end_object();
    }
    json.member("memo", line.memo);
    json.end_object();
}

std::optional<std::int64_t> value_of(const std::optional<base::EntryNumber>& number) {
    return number ? std::optional{number->value} : std::nullopt;
}

}  // namespace

void write_entry(base::JsonWriter& json, const PostedEntry& posted, const EntryNames& names) {
    const Entry& entry = posted.entry;
    json.begin_object();
    json.member("number", posted.number.value);
    json.member("date", base::to_string(entry.date));
    json.key("document_date");
    if (entry.document_date) {
        json.value(base::to_string(*entry.document_date));
    } else {
        json.value(nullptr);
    }
    json.member("description", entry.description);
    json.member("reference", entry.reference);
    json.key("tags").begin_object();
    for (const auto& [key, value] : entry.tags) {
        json.member(key, value);
    }
    json.end_object();
    json.member("source", entry.source);
    json.member("posted_by", posted.posted_by);
    json.member("posted_at", base::to_rfc3339(posted.posted_at));
    json.member("reverses", value_of(entry.reverses));
    json.member("reversed_by", value_of(posted.reversed_by));
    json.member("reason", entry.reason);
    json.member("late", !entry.late_reason.empty());
    json.member("late_reason", entry.late_reason);
    json.member("hash", base::to_hex(posted.chain_hash));
    write_lines(json, entry.lines, names);
    json.end_object();
}

void write_lines(base::JsonWriter& json, const std::vector<Line>& lines, const EntryNames& names) {
    json.key("lines").begin_array();
    for (const Line& line : lines) {
        write_line(json, line, names);
    }
    json.end_array();
}

void write_account(base::JsonWriter& json, const Account& account) {
    json.begin_object();
    json.member("id", account.id.value);
    json.member("code", account.code);
    json.member("name", account.name);
    json.member("type", to_string(account.type));
    json.member("subtype", account.subtype);
    json.member("parent_id", account.parent ? std::optional{account.parent->value} : std::nullopt);
    json.member("commodity", account.commodity);
    json.member("active", account.active);
    json.member("type_assumed", account.type_assumed);
    json.end_object();
}

}  // namespace accubooks::ledger
