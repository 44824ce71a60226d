#include "interchange/internal/imported_posting.h"

#include <fmt/format.h>

#include "interchange/internal/entry_tags.h"
#include "interchange/internal/marks.h"
#include "ledger/valuation.h"

namespace accubooks::interchange {
namespace {

/// Units of the source's commodity in the books' units.
base::Result<std::int64_t> units_in_books(
    std::int64_t units, std::uint32_t commodity, const Mapping& mapping
) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(units, mapping.factors[commodity], &scaled)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "money.out_of_range",
            "the amount doesn't fit 64 bits at the scale that the books keep"
        );
    }
    return scaled;
}

base::Result<ledger::Line> line_of(const ImportedLine& from, const Mapping& mapping) {
    AB_TRY(amount, units_in_books(from.units, from.commodity, mapping));
    ledger::Line line{
        .account = mapping.accounts[from.account],
        .commodity = mapping.commodities[from.commodity],
        .amount = amount,
        .memo = std::string{from.memo},
    };
    if (from.cost) {
        AB_TRY(cost, units_in_books(from.cost->units, from.cost->commodity, mapping));
        line.cost = ledger::Cost{
            .commodity = mapping.commodities[from.cost->commodity],
            .units = cost,
        };
    }
    return line;
}

/// Adds a line that an export had to write as two to its first part.
base::Result<void> join(ledger::Line& line, const ledger::Line& part) {
    const bool fits =
        line.cost && part.cost && !__builtin_add_overflow(line.amount, part.amount, &line.amount) &&
        !__builtin_add_overflow(line.cost->units, part.cost->units, &line.cost->units);
    if (!fits || line.account != part.account || line.commodity != part.commodity ||
        line.cost->commodity != part.cost->commodity) {
        return base::refuse(
            base::ErrorKind::invalid,
            "interchange.bad_mark",
            "the line isn't part of the one before, as its comment says"
        );
    }
    return {};
}

base::Result<MarkedComment> marks_apart(std::string_view text, const Mapping& mapping) {
    if (mapping.may_hold_marks) {
        return split_marks(text);
    }
    return MarkedComment{.text = std::string{text}, .marks = {}};
}

/// The base amount that a line's marks tell.
base::Result<std::int64_t> told_base_amount(std::string_view text, const base::Commodity& base) {
    AB_TRY(amount, base::Decimal::parse(text));
    return amount.units_at(base.scale);
}

/// The lines with their base amounts: told, where each line tells it, else by their costs. `at`
/// becomes the place of what is refused.
base::Result<std::vector<ledger::Line>> lines_of(
    const ImportedEntry& from, const Mapping& mapping, SourcePosition& at
) {
    std::vector<ledger::Line> lines;
    lines.reserve(from.lines.size());
    std::size_t told = 0;
    for (const ImportedLine& imported : from.lines) {
        at = imported.source.line != 0 ? imported.source : from.source;
        AB_TRY(line, line_of(imported, mapping));
        AB_TRY(comment, marks_apart(line.memo, mapping));
        line.memo = mark_or(comment.marks, "memo", std::move(comment.text));
        if (const auto base = comment.marks.find("base"); base != comment.marks.end()) {
            AB_TRY(units, told_base_amount(base->second, mapping.base));
            line.base_amount = units;
            ++told;
        }
        if (comment.marks.contains("joined") && !lines.empty()) {
            AB_CHECK(join(lines.back(), line));
        } else {
            lines.push_back(std::move(line));
        }
    }
    at = from.source;
    if (told < from.lines.size()) {
        AB_CHECK(ledger::value_at_cost(lines, mapping.base.code));
    }
    return lines;
}

/// All tags of the entry, if its marks tell them.
ledger::Tags told_tags(const Marks& marks) {
    constexpr std::string_view kTag = "tag:";
    ledger::Tags tags;
    for (const auto& [name, value] : marks) {
        if (name.starts_with(kTag)) {
            tags.emplace(name.substr(kTag.size()), value);
        }
    }
    return tags;
}

/// Unique for ever per identity, or per content and running index; the control character keeps it
/// apart from callers' own keys.
std::string key_of(const ImportedEntry& entry) {
    const base::Digest& known_by = entry.identity ? *entry.identity : entry.digest;
    const std::string digest = base::to_hex(std::span{known_by}.first(16));
    return fmt::format("\x1f{}.{}", digest, entry.occurrence);
}

}  // namespace

base::Result<ledger::Posting> posting_of(
    const ImportedEntry& from, const Mapping& mapping, const std::string& actor, SourcePosition& at
) {
    AB_TRY(comment, marks_apart(from.comment, mapping));
    ledger::Tags tags = told_tags(comment.marks);
    if (tags.empty()) {
        tags = tags_in_books(from.tags, comment.text);
    }
    AB_TRY(lines, lines_of(from, mapping, at));
    return ledger::Posting{
        .entry =
            {
                .date = from.date,
                .document_date = from.document_date,
                .description = mark_or(comment.marks, "description", std::string{from.description}),
                .reference = mark_or(comment.marks, "reference", std::string{from.reference}),
                .tags = std::move(tags),
                .source = "import",
                .lines = std::move(lines),
            },
        .commodities = mapping.scales,
        .idempotency_key = key_of(from),
        .request_hash = from.digest,
        .posted_by = actor,
    };
}

}  // namespace accubooks::interchange
