#include "interchange/internal/entry_builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "interchange/internal/comment_tags.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/exact.h"

namespace accubooks::interchange {

namespace {

using Weighs = ResolvedLine::Weighs;

std::string_view mark_name(Mark mark) {
    return mark == Mark::cleared ? "cleared" : "pending";
}

std::int32_t day_of(const RawTransaction& transaction, const RawPosting& posting) {
    return posting.date.value_or(transaction.date);
}

}  // namespace

bool leaves_rest_without_cost(const std::vector<ResolvedLine>& lines, CommoditySums& sums) {
    sums.clear();
    for (const ResolvedLine& line : lines) {
        if (line.weighs == Weighs::amount) {
            sums.add(line.commodity, line.amount);
        } else if (line.weighs == Weighs::exact) {
            sums.add(line.cost_commodity, line.cost);
        }
    }
    return std::any_of(sums.all().begin(), sums.all().end(), [&](const CommoditySums::Sum& sum) {
        return !sum.value.is_zero() &&
               std::none_of(lines.begin(), lines.end(), [&](const ResolvedLine& line) {
                   return line.weighs != Weighs::amount && line.cost_commodity == sum.commodity;
               });
    });
}

void days_of(const RawTransaction& transaction, std::vector<std::int32_t>& days) {
    days.clear();
    bool own_day = transaction.postings.empty();
    for (const RawPosting& posting : transaction.postings) {
        if (posting.date && *posting.date != transaction.date) {
            days.push_back(*posting.date);
        } else {
            own_day = true;
        }
    }
    if (!days.empty()) {
        std::sort(days.begin(), days.end());
        days.erase(std::unique(days.begin(), days.end()), days.end());
    }
    if (own_day) {
        days.insert(days.begin(), transaction.date);
    }
}

std::string EntryBuilder::amount_of(std::int64_t units, std::uint32_t commodity) const {
    const CommodityFacts& facts = book_.commodities()[commodity];
    return amount_text(base::Decimal{units, facts.scale}, facts);
}

std::int64_t EntryBuilder::cost_units(const ResolvedLine& line) const {
    const std::uint8_t scale = book_.commodities()[line.cost_commodity].scale;
    std::int64_t units = 0;
    const bool fits = line.weighs == Weighs::exact
                          ? round_to_units(units, line.cost, scale)
                          : share_to_units(units, line.amount, line.cost, line.exchanged, scale);
    base::ensure(fits, "the scale was settled so that every amount and cost fits");
    return units;
}

void EntryBuilder::add_line_tags(const RawPosting& posting) {
    const std::size_t first = tags_.size();
    collect_tags(posting.comment, tags_);
    if (posting.mark != Mark::none) {
        tags_.push_back({.name = "status", .value = mark_name(posting.mark)});
    }
    if (!posting.lot_price.empty()) {
        tags_.push_back({.name = "lot_price", .value = posting.lot_price});
    }
    if (!posting.lot_date.empty()) {
        tags_.push_back({.name = "lot_date", .value = posting.lot_date});
    }
    line_tags_.push_back({.first = first, .count = tags_.size() - first});
}

void EntryBuilder::add_lines(
    const RawTransaction& transaction, const std::vector<ResolvedLine>& lines
) {
    for (const ResolvedLine& resolved : lines) {
        const RawPosting& posting = transaction.postings[resolved.posting];
        ImportedLine line{
            .account = resolved.account,
            .commodity = resolved.commodity,
            .memo = posting.comment,
            .source = place_of(transaction, posting),
        };
        const std::uint8_t scale = book_.commodities()[resolved.commodity].scale;
        base::ensure(
            resolved.amount.is_zero() || normalised(resolved.amount).places() <= scale,
            "the scale was settled so that no amount is rounded"
        );
        base::ensure(
            round_to_units(line.units, resolved.amount, scale),
            "the scale was settled so that every amount fits"
        );
        // A cost that is the amount itself was let pass because it says nothing.
        if (resolved.weighs != Weighs::amount && !is_at_own_commodity(resolved)) {
            line.cost = ImportedCost{
                .commodity = resolved.cost_commodity,
                .units = cost_units(resolved),
                .derived = resolved.derived
            };
            if (resolved.derived && !derived_told_) {
                derived_told_ = true;
                book_.remark(
                    RemarkKind::derived_cost,
                    place_of(transaction, posting),
                    fmt::format(
                        "{} is taken as exchanged for {}: no cost is written",
                        amount_of(line.units, line.commodity),
                        amount_of(line.cost->units, line.cost->commodity)
                    )
                );
            }
        }
        lines_.push_back(line);
        line_days_.push_back(day_of(transaction, posting));
        exact_cost_.push_back(line.cost && !line.cost->derived);
        add_line_tags(posting);
    }
}

void EntryBuilder::sum(std::optional<std::int32_t> day, std::vector<Rest>& rests) {
    rests.clear();
    slots_.resize(book_.commodities().size(), 0);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (day && line_days_[i] != *day) {
            continue;
        }
        const ImportedLine& line = lines_[i];
        const std::uint32_t commodity = line.cost ? line.cost->commodity : line.commodity;
        const std::int64_t units = line.cost ? line.cost->units : line.units;
        std::uint32_t& slot = slots_[commodity];
        if (slot == 0) {
            rests.push_back({.commodity = commodity});
            slot = static_cast<std::uint32_t>(rests.size());
        }
        // Sums of an entry may pass 64 bits on the way, but wrap back: their total is near zero.
        rests[slot - 1].units = static_cast<std::int64_t>(
            static_cast<std::uint64_t>(rests[slot - 1].units) + static_cast<std::uint64_t>(units)
        );
    }
    for (const Rest& rest : rests) {
        slots_[rest.commodity] = 0;
    }
}

void EntryBuilder::settle_rests(const RawTransaction& transaction) {
    sum(std::nullopt, rests_);
    for (const Rest& rest : rests_) {
        if (rest.units != 0) {
            settle_rest(transaction, rest.commodity, rest.units);
        }
    }
}

void EntryBuilder::settle_rest(
    const RawTransaction& transaction, std::uint32_t commodity, std::int64_t rest
) {
    // The largest cost changes least by the rest, in proportion.
    std::size_t largest = lines_.size();
    const auto size = [this](std::size_t i) { return std::abs(lines_[i].cost->units); };
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (lines_[i].cost && lines_[i].cost->commodity == commodity &&
            (largest == lines_.size() || size(i) > size(largest))) {
            largest = i;
        }
    }
    if (largest < lines_.size()) {
        ImportedLine& line = lines_[largest];
        line.cost->units -= rest;
        if (exact_cost_[largest]) {
            book_.remark(
                RemarkKind::rounded_cost,
                line.source,
                fmt::format(
                    "the cost of {} becomes {}: it takes the rest of {}",
                    amount_of(line.units, line.commodity),
                    amount_of(line.cost->units, commodity),
                    amount_of(-rest, commodity)
                )
            );
        }
        return;
    }
    lines_.push_back({.account = own_.rounding, .commodity = commodity, .units = -rest});
    line_days_.push_back(days_.front());
    exact_cost_.push_back(false);
    line_tags_.push_back({});
    book_.remark(
        RemarkKind::rounding_line,
        place_of(transaction),
        fmt::format(
            "{} goes to {}: the transaction balances by rounding alone",
            amount_of(-rest, commodity),
            book_.accounts()[own_.rounding].path
        )
    );
}

void EntryBuilder::clear_between_days() {
    for (const std::int32_t day : days_) {
        sum(day, rests_);
        for (const Rest& rest : rests_) {
            if (rest.units != 0) {
                lines_.push_back(
                    {.account = own_.clearing, .commodity = rest.commodity, .units = -rest.units}
                );
                line_days_.push_back(day);
                line_tags_.push_back({});
            }
        }
    }
}

void EntryBuilder::build(
    const RawTransaction& transaction,
    const std::vector<ResolvedLine>& lines,
    const std::vector<std::int32_t>& days
) {
    lines_.clear();
    line_days_.clear();
    exact_cost_.clear();
    line_tags_.clear();
    tags_.clear();
    entry_tags_.clear();
    derived_told_ = false;
    days_ = days;
    next_day_ = 0;
    add_lines(transaction, lines);
    settle_rests(transaction);
    if (days_.size() > 1) {
        clear_between_days();
        book_.remark(
            RemarkKind::note,
            place_of(transaction),
            fmt::format(
                "postings with dates of their own split the transaction into {} entries that meet "
                "on {}",
                days_.size(),
                book_.accounts()[own_.clearing].path
            )
        );
    }
    if (lines_.empty()) {
        book_.remark(
            RemarkKind::note,
            place_of(transaction),
            "the transaction has no postings: nothing to post"
        );
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        lines_[i].tags = std::span{tags_}.subspan(line_tags_[i].first, line_tags_[i].count);
    }
    collect_tags(transaction.comment, entry_tags_);
    if (transaction.mark != Mark::none) {
        entry_tags_.push_back({.name = "status", .value = mark_name(transaction.mark)});
    }
    const auto bar = transaction.description.find('|');
    const bool has_note = bar != std::string_view::npos;
    entry_ = ImportedEntry{
        .reference = transaction.code,
        .description = transaction.description,
        .payee = stripped(transaction.description.substr(0, bar)),
        .note = has_note ? stripped(transaction.description.substr(bar + 1)) : std::string_view{},
        .comment = transaction.comment,
        .tags = entry_tags_,
        .source = place_of(transaction),
    };
    if (transaction.date2) {
        entry_.document_date = base::Date::from_unix_days(*transaction.date2);
    }
}

ImportedEntry* EntryBuilder::next() {
    if (next_day_ == days_.size()) {
        return nullptr;
    }
    const std::int32_t day = days_[next_day_++];
    entry_.date = base::Date::from_unix_days(day);
    if (days_.size() == 1) {
        entry_.lines = lines_;
        return &entry_;
    }
    part_.clear();
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        if (line_days_[i] == day) {
            part_.push_back(lines_[i]);
        }
    }
    entry_.lines = part_;
    return &entry_;
}

}  // namespace accubooks::interchange
