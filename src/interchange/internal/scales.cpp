#include "interchange/internal/scales.h"

#include <algorithm>

#include <fmt/format.h>

#include "interchange/internal/exact.h"

namespace accubooks::interchange {

namespace {

bool overflow(
    Refusal& refusal, SourcePosition at, const base::Decimal& value, const CommodityFacts& facts
) {
    return refusal.refuse(
        at,
        "interchange.out_of_range",
        fmt::format(
            "{} is too large: amounts have 64 bits, at the most digits that the commodity has "
            "anywhere in the files",
            amount_text(normalised(value), facts)
        )
    );
}

}  // namespace

bool ScaleFinder::note_size(CommodityFacts& facts, const base::Decimal& value, SourcePosition at) {
    std::int64_t unused = 0;
    const auto places = std::min(value.places(), base::Commodity::kMaxScale);
    if (!round_to_units(unused, value, places)) {
        return overflow(refusal_, at, value, facts);
    }
    const base::Decimal size{unused < 0 ? -base::Decimal::Mantissa{unused} : unused, places};
    if (facts.largest < size) {
        facts.largest = size;
        facts.largest_at = at;
    }
    return true;
}

bool ScaleFinder::see_amount(const RawTransaction& transaction, const ResolvedLine& line) {
    const RawPosting& posting = transaction.postings[line.posting];
    CommodityFacts& facts = book_.commodities()[line.commodity];
    SourcePosition at = place_of(transaction, posting);
    if (line.written) {
        at.column = posting.amount.column;
    }
    const base::Decimal plain = normalised(line.amount);
    const std::uint8_t limit = facts.known_scale.value_or(base::Commodity::kMaxScale);
    if (plain.places() > limit) {
        return refusal_.refuse(
            at,
            "interchange.too_fine",
            fmt::format(
                "{} has more than {} digits after the decimal mark{}",
                amount_text(plain, facts),
                limit,
                facts.known_scale ? ", which is what the commodity was made with"
                                  : ", the most there can be"
            )
        );
    }
    // Zeros written behind the mark tell how fine the commodity is; those that a calculation leaves
    // don't.
    const std::uint8_t places =
        line.written && line.amount.places() <= limit ? line.amount.places() : plain.places();
    if (!facts.in_lines || places > facts.scale) {
        facts.scale = std::max(facts.scale, places);
        facts.finest = at;
    }
    facts.in_lines = true;
    facts.posted = true;
    book_.accounts()[line.account].posted = true;
    return note_size(facts, plain, at);
}

bool ScaleFinder::see_cost(const RawTransaction& transaction, const ResolvedLine& line) {
    const RawPosting& posting = transaction.postings[line.posting];
    CommodityFacts& facts = book_.commodities()[line.cost_commodity];
    facts.posted = true;
    if (line.weighs != ResolvedLine::Weighs::exact || line.derived) {
        return true;
    }
    const RawAmount& written = line.written ? posting.cost.amount : posting.assertion.cost.amount;
    const SourcePosition at{
        .file = transaction.file, .line = posting.line, .column = written.column
    };
    const auto kind = line.written ? posting.cost.kind : posting.assertion.cost.kind;
    const std::uint8_t places =
        std::min(normalised(written.value).places(), base::Commodity::kMaxScale);
    if (kind == CostKind::total && places > facts.scale) {
        facts.scale = places;
        facts.finest = at;
    }
    if (places > facts.cost_scale) {
        facts.cost_scale = places;
        facts.finest_cost = at;
    }
    return note_size(facts, line.cost, at);
}

bool ScaleFinder::see(const RawTransaction& transaction, const std::vector<ResolvedLine>& lines) {
    return std::all_of(lines.begin(), lines.end(), [&](const ResolvedLine& line) {
        return see_amount(transaction, line) &&
               (line.weighs == ResolvedLine::Weighs::amount || see_cost(transaction, line));
    });
}

bool ScaleFinder::settle() {
    for (CommodityFacts& facts : book_.commodities()) {
        if (facts.known_scale) {
            facts.scale = *facts.known_scale;
        } else {
            if (!facts.in_lines && facts.cost_scale > facts.scale) {
                facts.scale = facts.cost_scale;  // only ever a cost: its rates tell how fine it is
                facts.finest = facts.finest_cost;
            }
            facts.scale = std::max(
                facts.scale,
                std::min(facts.declared_precision.value_or(0), base::Commodity::kMaxScale)
            );
        }
        std::int64_t unused = 0;
        if (!round_to_units(unused, facts.largest, facts.scale)) {
            return overflow(refusal_, facts.largest_at, facts.largest, facts);
        }
    }
    return true;
}

}  // namespace accubooks::interchange
