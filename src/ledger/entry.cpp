#include "ledger/entry.h"

#include <limits>

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::ledger {
namespace {

using base::ErrorKind;
using base::FieldError;

/// Field errors of one draft, gathered so that a person corrects them all at once.
class Breaches {
public:
    void add(std::string pointer, std::string detail) {
        fields_.push_back({std::move(pointer), std::move(detail)});
    }
    bool empty() const { return fields_.empty(); }
    std::vector<FieldError> take() { return std::move(fields_); }

private:
    std::vector<FieldError> fields_;
};

std::string line_pointer(std::size_t at, std::string_view member) {
    return fmt::format("/lines/{}/{}", at, member);
}

bool is_text_of(std::size_t characters_max, std::string_view text) {
    return base::is_plain_text(text) && base::characters_in(text) <= characters_max;
}

/// Of a draft, and of an unfinished one.
void check_texts(const auto& draft, Breaches& breaches) {
    if (!is_text_of(kTextLengthMax, draft.description)) {
        breaches.add("/description", "at most 1000 characters of plain text");
    }
    if (!is_text_of(kReferenceLengthMax, draft.reference)) {
        breaches.add("/reference", "at most 200 characters of plain text");
    }
    if (!is_text_of(kTextLengthMax, draft.late_reason)) {
        breaches.add("/late_reason", "at most 1000 characters of plain text");
    }
    if (draft.tags.size() > kTagsMax) {
        breaches.add("/tags", "at most 50 tags");
    }
    for (const auto& [key, value] : draft.tags) {
        if (key.empty() || !is_text_of(kReferenceLengthMax, key) ||
            !is_text_of(kTextLengthMax, value)) {
            breaches.add(
                "/tags", "a key of 1 to 200 and a value of at most 1000 characters of plain text"
            );
        }
    }
}

void check_memo(std::size_t at, std::string_view memo, Breaches& breaches) {
    if (!is_text_of(kTextLengthMax, memo)) {
        breaches.add(line_pointer(at, "memo"), "at most 1000 characters of plain text");
    }
}

bool has_other_sign(std::int64_t left, std::int64_t right) {
    return (left < 0 && right > 0) || (left > 0 && right < 0);
}

/// Amounts measured against their commodities; lines that can't be are reported and left at zero.
std::vector<Line> measure(const Draft& draft, const Terms& terms, Breaches& breaches) {
    std::vector<Line> lines;
    lines.reserve(draft.lines.size());
    for (std::size_t at = 0; at < draft.lines.size(); ++at) {
        const DraftLine& from = draft.lines[at];
        Line line{.account = from.account, .commodity = from.commodity, .memo = from.memo};
        check_memo(at, line.memo, breaches);
        const base::Commodity& commodity = terms.commodities.at(from.commodity);
        const auto amount = from.amount.units_at(commodity.scale);
        if (amount) {
            line.amount = *amount;
        } else {
            breaches.add(
                line_pointer(at, "amount"),
                fmt::format(
                    "{} has at most {} digits after the point and 18 in all",
                    commodity.code,
                    commodity.scale
                )
            );
        }
        if (from.base_amount) {
            const auto base_amount = from.base_amount->units_at(terms.base.scale);
            if (base_amount) {
                line.base_amount = *base_amount;
            } else {
                breaches.add(
                    line_pointer(at, "base_amount"),
                    fmt::format(
                        "{} has at most {} digits after the point and 18 in all",
                        terms.base.code,
                        terms.base.scale
                    )
                );
            }
            if (line.commodity == terms.base.code && line.base_amount != line.amount) {
                breaches.add(
                    line_pointer(at, "base_amount"),
                    "is the amount itself for a line in the base currency"
                );
            } else if (has_other_sign(line.base_amount, line.amount)) {
                breaches.add(line_pointer(at, "base_amount"), "has the sign of the amount");
            }
        } else if (line.commodity == terms.base.code) {
            line.base_amount = line.amount;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

void check_zero_lines(const std::vector<Line>& lines, const Terms& terms, Breaches& breaches) {
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (lines[at].amount == 0 && lines[at].base_amount == 0 &&
            !terms.accounts.at(lines[at].account)) {
            breaches.add(line_pointer(at, "amount"), "a line must move something");
        }
    }
}

struct CommoditySums {
    __int128 amount = 0;
    bool any_worth = false;  // some line's base amount isn't zero
    std::optional<std::size_t> first{};
    __int128 base_amount = 0;
    bool any_valued = false;
    bool any_unvalued = false;
    std::size_t first_unvalued = 0;

    /// Whether other commodities balance this one: it was exchanged, or (sums of zero, worth more
    /// or less than before) settled or revalued, with a gain or loss beside it.
    bool is_exchange() const { return amount != 0 || base_amount != 0; }
};

/// Gives a foreign commodity that is exchanged its base amounts as cost; refuses where they are
/// missing.
void state_costs(
    const Draft& draft, const Terms& terms, std::vector<Line>& lines, Breaches& breaches
) {
    std::map<std::string_view, CommoditySums> sums;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (lines[at].commodity == terms.base.code) {
            continue;
        }
        CommoditySums& sum = sums[lines[at].commodity];
        sum.amount += lines[at].amount;
        sum.base_amount += lines[at].base_amount;
        sum.any_worth = sum.any_worth || lines[at].base_amount != 0;
        sum.first = sum.first.value_or(at);
        if (draft.lines[at].base_amount) {
            sum.any_valued = true;
        } else if (!sum.any_unvalued) {
            sum.any_unvalued = true;
            sum.first_unvalued = at;
        }
    }
    for (const auto& [commodity, sum] : sums) {
        if (sum.any_unvalued && (sum.any_valued || sum.amount != 0)) {
            breaches.add(
                line_pointer(sum.first_unvalued, "base_amount"),
                fmt::format(
                    "state the worth in {} of every {} line, since {}",
                    terms.base.code,
                    commodity,
                    sum.any_valued ? "others state it" : "they don't sum to zero"
                )
            );
        } else if (sum.amount != 0 && !sum.any_worth) {
            // At a cost of zero any amount would balance, debits alone too.
            breaches.add(
                line_pointer(*sum.first, "base_amount"),
                fmt::format("what {} was exchanged for can't all be zero", commodity)
            );
        }
    }
    for (Line& line : lines) {
        if (line.commodity != terms.base.code && sums.at(line.commodity).is_exchange()) {
            line.cost = Cost{.commodity = terms.base.code, .units = line.base_amount};
        }
    }
}

base::Result<std::int64_t> opposite_of(std::int64_t units) {
    if (units == std::numeric_limits<std::int64_t>::min()) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.out_of_range",
            "The opposite of this amount doesn't fit 64 bits."
        );
    }
    return -units;
}

base::Result<void> check_accounts(const Draft& draft, const Terms& terms) {
    Breaches unknown_accounts;
    Breaches unknown_commodities;
    for (std::size_t at = 0; at < draft.lines.size(); ++at) {
        if (!terms.accounts.contains(draft.lines[at].account)) {
            unknown_accounts.add(
                line_pointer(at, "account_id"), "there is no such account in these books"
            );
        }
        if (!terms.commodities.contains(draft.lines[at].commodity)) {
            unknown_commodities.add(
                line_pointer(at, "currency"), "these books have no such currency or commodity"
            );
        }
    }
    if (!unknown_accounts.empty()) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.unknown_account",
            "Give accounts of these books.",
            unknown_accounts.take()
        );
    }
    if (!unknown_commodities.empty()) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.unknown_commodity",
            "Give ISO 4217 currencies or commodities of these books.",
            unknown_commodities.take()
        );
    }
    return {};
}

}  // namespace

std::vector<base::FieldError> wrong_texts(const Unfinished& entry) {
    Breaches breaches;
    check_texts(entry, breaches);
    for (std::size_t at = 0; at < entry.lines.size(); ++at) {
        check_memo(at, entry.lines[at].memo, breaches);
        if (!is_text_of(kCommodityLengthMax, entry.lines[at].commodity)) {
            breaches.add(line_pointer(at, "currency"), "at most 100 characters of plain text");
        }
    }
    return breaches.take();
}

std::optional<std::string> imbalance_of(const std::vector<Line>& lines) {
    __int128 base_sum = 0;
    std::map<std::string_view, __int128> at_cost;
    for (const Line& line : lines) {
        base_sum += line.base_amount;
        if (line.cost) {
            at_cost[line.cost->commodity] += line.cost->units;
        } else {
            at_cost[line.commodity] += line.amount;
        }
    }
    if (base_sum != 0) {
        return fmt::format("debits and credits differ by {} units of the base currency", base_sum);
    }
    for (const auto& [commodity, sum] : at_cost) {
        if (sum != 0) {
            return fmt::format("{} doesn't sum to zero: {} units are left", commodity, sum);
        }
    }
    return std::nullopt;
}

base::Result<Entry> prepare(const Draft& draft, const Terms& terms) {
    if (draft.lines.size() < 2) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.too_few_lines",
            "An entry has at least two lines.",
            {{"/lines", "at least two lines"}}
        );
    }
    if (draft.lines.size() > kLinesMax) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.bad_entry",
            "Split the entry: it may have at most 10000 lines.",
            {{"/lines", "at most 10000 lines"}}
        );
    }
    if (auto known = check_accounts(draft, terms); !known) {
        return std::unexpected(std::move(known).error());
    }
    Breaches breaches;
    check_texts(draft, breaches);
    std::vector<Line> lines = measure(draft, terms, breaches);
    if (breaches.empty()) {
        check_zero_lines(lines, terms, breaches);
        state_costs(draft, terms, lines, breaches);
    }
    if (!breaches.empty()) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.bad_entry",
            "Nothing was posted; correct the named fields.",
            breaches.take()
        );
    }
    if (const auto imbalance = imbalance_of(lines)) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.unbalanced",
            fmt::format("Nothing was posted: {}.", *imbalance),
            {{"/lines", *imbalance}}
        );
    }
    return Entry{
        .date = draft.date,
        .description = draft.description,
        .reference = draft.reference,
        .tags = draft.tags,
        .source = "api",
        .late_reason = draft.late_reason,
        .lines = std::move(lines),
    };
}

base::Result<Entry> reversal_of(
    const PostedEntry& posted, base::Date date, std::string reason, std::string late_reason
) {
    if (reason.empty() || !is_text_of(kTextLengthMax, reason)) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.reason_required",
            "Say why the entry is reversed.",
            {{"/reason", "1 to 1000 characters of plain text"}}
        );
    }
    if (!is_text_of(kTextLengthMax, late_reason)) {
        return base::refuse(
            ErrorKind::invalid,
            "ledger.bad_entry",
            "Nothing was posted; correct the named field.",
            {{"/late_reason", "at most 1000 characters of plain text"}}
        );
    }
    Entry reversal = posted.entry;
    reversal.date = date;
    reversal.document_date.reset();
    reversal.source = "reversal";
    reversal.reverses = posted.number;
    reversal.reason = std::move(reason);
    reversal.late_reason = std::move(late_reason);
    for (Line& line : reversal.lines) {
        AB_TRY(amount, opposite_of(line.amount));
        AB_TRY(base_amount, opposite_of(line.base_amount));
        line.amount = amount;
        line.base_amount = base_amount;
        if (line.cost) {
            AB_TRY(units, opposite_of(line.cost->units));
            line.cost->units = units;
        }
    }
    return reversal;
}

}  // namespace accubooks::ledger
