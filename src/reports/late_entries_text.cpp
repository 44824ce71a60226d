#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/utf8.h"
#include "reports/late_entries.h"
#include "reports/text_table.h"

namespace accubooks::reports {
namespace {

void write_entry(base::JsonWriter& json, const LateEntry& entry, const base::Commodity& base) {
    json.begin_object();
    json.member("period", ledger::name_of(entry.period));
    json.member("date", base::to_string(entry.date));
    json.member("number", entry.number.value);
    json.member("description", entry.description);
    json.member("reference", entry.reference);
    json.member("base_debit", to_text(entry.base_debit, base));
    json.member("posted_by", entry.posted_by);
    json.member("posted_at", base::to_rfc3339(entry.posted_at));
    json.member("reason", entry.reason);
    json.end_object();
}

std::string sentence_of(const LateEntries& late) {
    return late.entries.empty()       ? "No entry is late."
           : late.entries.size() == 1 ? "1 entry is late."
                                      : fmt::format("{} entries are late.", late.entries.size());
}

}  // namespace

void write_rows(const LateEntries& late, ReportRows& rows) {
    rows.head(
        {"period",
         "date",
         "number",
         "description",
         "reference",
         "base_debit",
         "posted_by",
         "posted_at",
         "reason"},
        {},
        0
    );
    for (const LateEntry& entry : late.entries) {
        rows.text(ledger::name_of(entry.period));
        rows.text(base::to_string(entry.date));
        rows.number(entry.number.value);
        rows.text(entry.description);
        rows.text(entry.reference);
        rows.amount(entry.base_debit, late.base);
        rows.text(entry.posted_by);
        rows.text(base::to_rfc3339(entry.posted_at));
        rows.text(entry.reason);
        rows.end_row();
    }
    rows.end(sentence_of(late), late.last_entry, "description");
}

std::string to_json(const LateEntries& late) {
    base::JsonWriter json;
    json.begin_object();
    write_range(json, late.range);
    write_scope(json, late.scope);
    json.member("base_currency", late.base.code);
    json.member("last_entry", late.last_entry.value);
    json.key("items").begin_array();
    for (const LateEntry& entry : late.entries) {
        write_entry(json, entry, late.base);
    }
    json.end_array().end_object();
    return std::move(json).take();
}

std::string to_table(const LateEntries& late) {
    constexpr std::size_t kTexts = 6;
    TextTable table{
        {"Date",
         "Number",
         "Description",
         "Posted by",
         "Posted at",
         "Reason",
         base::printable(late.base.code)},
        kTexts
    };
    const LateEntry* before = nullptr;
    for (const LateEntry& entry : late.entries) {
        if (before == nullptr || before->period != entry.period) {
            table.add({"", "", "Period " + ledger::name_of(entry.period)});
        }
        before = &entry;
        table.add({
            base::to_string(entry.date),
            fmt::to_string(entry.number.value),
            base::printable(entry.description),
            base::printable(entry.posted_by),
            base::to_rfc3339(entry.posted_at),
            base::printable(entry.reason),
            to_text(entry.base_debit, late.base),
        });
    }
    return fmt::format(
        "Late entries {}, {}\n\n{}\n{} As of entry {}.\n",
        to_string(late.range),
        base::printable(to_string(late.scope)),
        table.text(),
        sentence_of(late),
        late.last_entry.value
    );
}

}  // namespace accubooks::reports
