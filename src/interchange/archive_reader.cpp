#include "interchange/archive_reader.h"

#include <array>
#include <limits>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "ledger/period_json.h"
#include "net/body_fields.h"

namespace accubooks::interchange {
namespace {

using net::BodyFields;

std::int64_t integer(
    BodyFields& fields, std::string_view name, std::int64_t least, std::int64_t most
) {
    const boost::json::value* value = fields.optional_value(name);
    const std::int64_t* number = value == nullptr ? nullptr : value->if_int64();
    if (number == nullptr || *number < least || *number > most) {
        fields.breach(name, fmt::format("a whole number from {} to {}", least, most));
        return least;
    }
    return *number;
}

constexpr std::int64_t kNumberMax = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> optional_id(
    BodyFields& fields, std::string_view name, std::int64_t least
) {
    const boost::json::value* value = fields.optional_value(name);
    if (value == nullptr || value->is_null()) {
        return std::nullopt;
    }
    return integer(fields, name, least, kNumberMax);
}

bool truth(BodyFields& fields, std::string_view name) {
    const auto given = fields.optional_truth(name);
    if (!given) {
        fields.breach(name, "true or false");
    }
    return given.value_or(false);
}

base::Digest digest(BodyFields& fields, std::string_view name) {
    const auto read = base::digest_from_hex(fields.text(name));
    if (!read) {
        fields.breach(name, "64 hexadecimal digits");
    }
    return read.value_or(base::Digest{});
}

base::Instant instant(BodyFields& fields, std::string_view name) {
    const auto read = base::parse_rfc3339(fields.text(name));
    if (!read) {
        fields.breach(name, "a time such as 2026-01-31T09:30:00Z");
    }
    return read.value_or(base::Instant{});
}

ledger::AccountType account_type(BodyFields& fields) {
    const auto read = ledger::parse_account_type(fields.text("type"));
    if (!read) {
        fields.breach("type", read.error().detail);
    }
    return read.value_or(ledger::AccountType::asset);
}

/// As new books have it, where nothing is said.
ledger::Calendar calendar_of(BodyFields& fields) {
    ledger::Calendar calendar;
    const auto start = fields.optional_text("fiscal_year_start");
    if (start && !ledger::read_year_start(*start, calendar)) {
        fields.breach("fiscal_year_start", "a day as MM-DD, up to the 28th of its month");
    }
    if (auto zone = fields.optional_text("time_zone")) {
        calendar.time_zone = *std::move(zone);
    }
    return calendar;
}

ledger::Tags tags_of(BodyFields& fields) {
    ledger::Tags tags;
    const boost::json::value* value = fields.optional_value("tags");
    const boost::json::object* object = value == nullptr ? nullptr : value->if_object();
    if (object == nullptr) {
        fields.breach("tags", "an object of texts");
        return tags;
    }
    for (const auto& [name, of] : *object) {
        const boost::json::string* text = of.if_string();
        if (text == nullptr) {
            fields.breach("tags", "an object of texts");
            return tags;
        }
        tags.emplace(std::string{name}, std::string{*text});
    }
    return tags;
}

ledger::Epoch epoch_of(BodyFields& fields) {
    const auto replaced = optional_id(fields, "replaced", 0);
    return {
        .number = static_cast<std::int32_t>(
            integer(fields, "number", 2, std::numeric_limits<std::int32_t>::max())
        ),
        .after = base::EntryNumber{integer(fields, "after", 0, kNumberMax)},
        .previous = digest(fields, "previous_hash"),
        .restored_to = instant(fields, "restored_to"),
        .restored_at = instant(fields, "restored_at"),
        .replaced = replaced ? std::optional{base::EntryNumber{*replaced}} : std::nullopt,
        .reason = fields.text("reason"),
    };
}

ledger::PeriodAct period_act_of(BodyFields& fields) {
    return {
        .number = static_cast<std::int32_t>(
            integer(fields, "number", 1, std::numeric_limits<std::int32_t>::max())
        ),
        .after = base::EntryNumber{integer(fields, "after", 0, kNumberMax)},
        .act = fields.text("act"),
        .period = {.first_day = fields.date("first_day"), .last_day = fields.date("last_day")},
        .by = fields.text("by"),
        .at = instant(fields, "at"),
        .reason = fields.text("reason"),
        .chain_hash = digest(fields, "chain_hash"),
    };
}

ledger::AuditEvent audit_event_of(BodyFields& fields) {
    return {
        .number = integer(fields, "number", 1, kNumberMax),
        .at = instant(fields, "at"),
        .actor = fields.text("actor"),
        .peer = fields.text("from"),
        .kind = fields.text("event"),
        .act = fields.text("act"),
        .object = fields.text("object"),
        .before = fields.optional_text("before"),
        .after = fields.optional_text("after"),
        .reason = fields.text("reason"),
        .chain_hash = digest(fields, "chain_hash"),
    };
}

ArchiveEnd end_of(BodyFields& fields, std::vector<base::FieldError>& wrong) {
    ArchiveEnd end;
    const boost::json::value* sums = fields.optional_value("sums");
    if (sums == nullptr) {
        fields.breach("sums", "an object");
        return end;
    }
    BodyFields kinds{*sums, "/sums", wrong};
    for (std::size_t at = 0; at < static_cast<std::size_t>(ArchiveKind::end); ++at) {
        const std::string name{to_string(static_cast<ArchiveKind>(at))};
        const boost::json::value* of = kinds.optional_value(name);
        if (of == nullptr) {
            kinds.breach(name, "an object");
            continue;
        }
        BodyFields sum{*of, "/sums/" + name, wrong};
        end.sums.counts[at] = static_cast<std::uint64_t>(integer(sum, "count", 0, kNumberMax));
        end.sums.digests[at] = digest(sum, "digest");
        sum.refuse_unknown();
    }
    kinds.refuse_unknown();
    return end;
}

/// Which kinds may follow one.
bool may_follow(ArchiveKind kind, std::optional<ArchiveKind> last) {
    if (!last) {
        return kind == ArchiveKind::books;
    }
    return kind > *last || (kind == *last && kind != ArchiveKind::books);
}

std::uint64_t most_of(ArchiveKind kind) {
    switch (kind) {
        case ArchiveKind::commodity:
            return ArchiveLimits::kCommodities;
        case ArchiveKind::account:
            return ArchiveLimits::kAccounts;
        case ArchiveKind::epoch:
            return ArchiveLimits::kEpochs;
        case ArchiveKind::period_act:
            return ArchiveLimits::kPeriodActs;
        case ArchiveKind::books:
        case ArchiveKind::price:
        case ArchiveKind::entry:
        case ArchiveKind::balance:
        case ArchiveKind::audit_event:
        case ArchiveKind::end:
            break;
    }
    return std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

std::unexpected<base::Error> ArchiveReader::refused(std::string_view reason) const {
    return base::refuse(
        base::ErrorKind::invalid,
        "interchange.bad_archive",
        fmt::format("{}:{}: {}", name_, line_, base::printable(reason))
    );
}

/// False at the end of the file.
base::Result<bool> ArchiveReader::read_line() {
    std::array<char, std::size_t{64} << 10U> chunk{};
    text_.clear();
    ++line_;
    while (true) {
        in_.getline(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        const auto got = static_cast<std::size_t>(in_.gcount());
        if (in_.bad()) {
            return refused("the file can't be read");
        }
        if (in_.eof()) {
            text_.append(chunk.data(), got);
            return text_.empty() ? base::Result<bool>{false}
                                 : refused("the file breaks off within this line");
        }
        if (!in_.fail()) {
            text_.append(chunk.data(), got - 1);  // without the line's end
            break;
        }
        text_.append(chunk.data(), got);
        if (got == 0 || text_.size() > ArchiveLimits::kLineBytes) {
            return refused("the line is longer than 32 MiB");
        }
        in_.clear();
    }
    return text_.size() <= ArchiveLimits::kLineBytes ? base::Result<bool>{true}
                                                     : refused("the line is longer than 32 MiB");
}

base::Result<ArchiveKind> ArchiveReader::kind_of(const std::string& text) {
    for (std::size_t at = 0; at < kArchiveKinds; ++at) {
        const auto kind = static_cast<ArchiveKind>(at);
        if (text != to_string(kind)) {
            continue;
        }
        if (!may_follow(kind, last_)) {
            return refused(fmt::format("a record of the kind {} doesn't belong here", text));
        }
        if (sums_.counts[at] >= most_of(kind)) {
            return refused(fmt::format("there are more than {} of the kind {}", most_of(kind), text)
            );
        }
        return kind;
    }
    return refused("the record's kind isn't known");
}

base::Result<std::optional<ArchiveRecord>> ArchiveReader::next() {
    AB_TRY(is_there, read_line());
    const bool has_ended = last_ == ArchiveKind::end;
    if (!is_there) {
        return has_ended ? base::Result<std::optional<ArchiveRecord>>{std::nullopt}
                         : refused("the file breaks off: it has no record of the kind end");
    }
    if (has_ended) {
        return refused("nothing follows the record of the kind end");
    }
    const auto json = base::parse_json(text_);
    if (!json) {
        return refused(json.error().detail);
    }
    wrong_.clear();
    BodyFields fields{*json, "", wrong_};
    AB_TRY(kind, kind_of(fields.text("kind")));
    ArchiveRecord record = record_of(kind, fields);
    fields.refuse_unknown();
    if (!wrong_.empty()) {
        return refused(fmt::format("{}: {}", wrong_.front().pointer, wrong_.front().detail));
    }
    last_ = kind;
    if (kind != ArchiveKind::end) {
        sums_.add(kind, text_);
    }
    return record;
}

ArchiveRecord ArchiveReader::record_of(ArchiveKind kind, BodyFields& fields) {
    switch (kind) {
        case ArchiveKind::books:
            return head_of(fields);
        case ArchiveKind::commodity:
            return commodity_of(fields);
        case ArchiveKind::account:
            return account_of(fields);
        case ArchiveKind::price:
            return ArchivedPrice{
                .commodity = fields.text("commodity"),
                .quote_commodity = fields.text("quote_commodity"),
                .date = fields.date("date"),
                .price = fields.decimal("price"),
            };
        case ArchiveKind::epoch:
            return epoch_of(fields);
        case ArchiveKind::period_act:
            return period_act_of(fields);
        case ArchiveKind::entry:
            return entry_of(fields);
        case ArchiveKind::balance: {
            const std::string commodity = fields.text("currency");
            return ArchivedBalance{
                .account = base::AccountId{fields.id("account_id")},
                .commodity = commodity,
                .month = fields.date("month"),
                .debit = amount_of(fields, "debit", commodity),
                .credit = amount_of(fields, "credit", commodity),
                .base_debit = amount_of(fields, "base_debit", base_),
                .base_credit = amount_of(fields, "base_credit", base_),
            };
        }
        case ArchiveKind::audit_event:
            return audit_event_of(fields);
        case ArchiveKind::end:
            return end_of(fields, wrong_);
    }
    std::unreachable();
}

ArchiveHead ArchiveReader::head_of(BodyFields& fields) {
    if (fields.text("format") != ArchiveHead::kFormat) {
        fields.breach("format", "accubooks-archive");
    }
    integer(fields, "version", ArchiveHead::kVersion, ArchiveHead::kVersion);
    base_ = fields.text("base_currency");
    return {
        .tenant = base::TenantId{fields.id("tenant_id")},
        .base_currency = base_,
        .epoch = static_cast<std::int32_t>(
            integer(fields, "epoch", 1, std::numeric_limits<std::int32_t>::max())
        ),
        .last_entry = base::EntryNumber{integer(fields, "last_entry", 0, kNumberMax)},
        .head_hash = digest(fields, "head_hash"),
        .closure =
            {.closed_through = fields.optional_date("closed_through"),
             .locked_through = fields.optional_date("locked_through")},
        .calendar = calendar_of(fields),
        .exported_at = instant(fields, "exported_at"),
    };
}

base::Commodity ArchiveReader::commodity_of(BodyFields& fields) {
    base::Commodity commodity{
        .code = fields.text("code"),
        .scale = static_cast<std::uint8_t>(integer(fields, "scale", 0, base::Commodity::kMaxScale)),
    };
    if (!scales_.emplace(commodity.code, commodity.scale).second) {
        fields.breach("code", "a commodity that wasn't named before");
    }
    return commodity;
}

ledger::Account ArchiveReader::account_of(BodyFields& fields) {
    const auto parent = optional_id(fields, "parent_id", 1);
    return {
        .id = base::AccountId{fields.id("id")},
        .code = fields.text("code"),
        .name = fields.text("name"),
        .type = account_type(fields),
        .subtype = fields.text("subtype"),
        .parent = parent ? std::optional{base::AccountId{*parent}} : std::nullopt,
        .commodity = fields.optional_text("commodity"),
        .active = truth(fields, "active"),
        .imported = truth(fields, "imported"),
        .type_assumed = truth(fields, "type_assumed"),
    };
}

std::int64_t ArchiveReader::amount_of(
    BodyFields& fields, std::string_view name, std::string_view of
) {
    const base::Decimal amount = fields.decimal(name);
    const auto scale = scales_.find(of);
    if (scale == scales_.end()) {
        fields.breach(name, "an amount of a commodity that was named before");
        return 0;
    }
    const auto units = amount.units_at(scale->second);
    if (!units) {
        fields.breach(name, units.error().detail);
    }
    return units.value_or(0);
}

ledger::Line ArchiveReader::line_of(const boost::json::value& value, const std::string& pointer) {
    BodyFields fields{value, pointer, wrong_};
    ledger::Line line{
        .account = base::AccountId{fields.id("account_id")},
        .commodity = fields.text("currency"),
        .memo = fields.text("memo"),
    };
    line.amount = amount_of(fields, "amount", line.commodity);
    line.base_amount = amount_of(fields, "base_amount", base_);
    if (const boost::json::value* given = fields.optional_value("cost")) {
        BodyFields cost{*given, pointer + "/cost", wrong_};
        line.cost = ledger::Cost{.commodity = cost.text("currency")};
        line.cost->units = amount_of(cost, "amount", line.cost->commodity);
        cost.refuse_unknown();
    }
    fields.refuse_unknown();
    return line;
}

ledger::PostedEntry ArchiveReader::entry_of(BodyFields& fields) {
    ledger::PostedEntry posted;
    posted.number = base::EntryNumber{fields.id("number")};
    posted.posted_by = fields.text("posted_by");
    posted.posted_at = instant(fields, "posted_at");
    posted.idempotency_key = fields.text("idempotency_key");
    posted.request_hash = digest(fields, "request_hash");
    posted.entry_hash = digest(fields, "entry_hash");
    posted.chain_hash = digest(fields, "chain_hash");
    posted.line_count = static_cast<std::int16_t>(
        integer(fields, "line_count", 0, std::numeric_limits<std::int16_t>::max())
    );
    ledger::Entry& entry = posted.entry;
    entry.date = fields.date("date");
    entry.document_date = fields.optional_date("document_date");
    entry.description = fields.text("description");
    entry.reference = fields.text("reference");
    entry.tags = tags_of(fields);
    entry.source = fields.text("source");
    if (const auto reverses = optional_id(fields, "reverses", 1)) {
        entry.reverses = base::EntryNumber{*reverses};
    }
    entry.reason = fields.text("reason");
    entry.late_reason = fields.optional_text("late_reason").value_or("");
    if (const boost::json::array* lines = fields.array("lines")) {
        entry.lines.reserve(lines->size());
        // What is wrong with the first line is told; a million more of them aren't gathered.
        for (std::size_t at = 0; at < lines->size() && wrong_.empty(); ++at) {
            entry.lines.push_back(line_of((*lines)[at], fmt::format("/lines/{}", at)));
        }
    }
    return posted;
}

}  // namespace accubooks::interchange
