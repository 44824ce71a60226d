#pragma once

#include <cstdint>
#include <vector>

#include "interchange/internal/book.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

/// One amount on one account, with what it weighs in the entry's balance.
struct ResolvedLine {
    std::uint32_t posting = 0;  // index in the transaction
    std::uint32_t account = 0;
    std::uint32_t commodity = 0;
    base::Decimal amount{};
    bool written = true;  // as opposed to inferred or assigned

    /// `none`: the line weighs its amount. `exact`: `cost`, the total. `share`: the amount's share
    /// of an exchange that two commodities imply, amount × `cost` / `exchanged`, which may be no
    /// finite decimal.
    enum class Weighs : std::uint8_t { amount, exact, share };
    Weighs weighs = Weighs::amount;
    bool derived = false;  // no cost was written
    bool inexact = false;  // the total has more than 38 digits, and `cost` the first of them
    std::uint32_t cost_commodity = 0;
    base::Decimal cost{};
    base::Decimal exchanged{};
};

/// Whether the line's cost is in the commodity of its amount.
inline bool is_at_own_commodity(const ResolvedLine& line) {
    return line.weighs != ResolvedLine::Weighs::amount && line.cost_commodity == line.commodity;
}

/// Exact sums by commodity, reused from entry to entry.
class CommoditySums {
public:
    struct Sum {
        std::uint32_t commodity = 0;
        base::Decimal value{};
    };

    void clear();
    /// False when the sum doesn't fit 38 digits.
    bool add(std::uint32_t commodity, const base::Decimal& value);
    /// In order of first appearance, zeros too.
    const std::vector<Sum>& all() const { return sums_; }

private:
    std::vector<Sum> sums_;
    std::vector<std::uint32_t> slots_;  // by commodity, index + 1 into sums_
};

/// Makes a transaction balance as hledger does: infers the amount that is missing, derives the rate
/// of an exchange of two commodities without a written cost, and checks that the sum is zero in
/// each commodity at cost. Real postings and those in square brackets balance apart.
class Balancer {
public:
    Balancer(const Book& book, Refusal& refusal, Like like)
        : book_{book}, refusal_{refusal}, like_{like} {}

    /// The same rules with refusals going elsewhere, for a trial.
    Balancer(const Balancer& other, Refusal& refusal)
        : book_{other.book_},
          refusal_{refusal},
          like_{other.like_},
          style_commodity_{other.style_commodity_},
          style_precision_{other.style_precision_} {}

    /// `D` of the first file's end: its precision is one of the display styles.
    void set_default_style(std::uint32_t commodity, std::uint8_t precision);

    /// `lines` holds what is known, in posting order, and gets what was inferred. Postings without
    /// a line in `lines` are those whose amount is missing. Refuses two missing amounts and what
    /// doesn't balance.
    bool balance(const RawTransaction& transaction, std::vector<ResolvedLine>& lines);

    /// Gives `line` the total cost of its amount. Refuses what has 38 digits before the point.
    bool set_cost(const RawTransaction& transaction, const RawCost& cost, ResolvedLine& line);

private:
    struct Group {
        bool balanced_virtual = false;
        const RawPosting* missing = nullptr;
        std::uint32_t missing_index = 0;
        bool empty = true;
    };
    bool find_missing(
        const RawTransaction& transaction, const std::vector<ResolvedLine>& lines, Group& group
    );
    bool balance_group(
        const RawTransaction& transaction, std::vector<ResolvedLine>& lines, Group& group
    );
    bool infer_exchange(
        const RawTransaction& transaction, std::vector<ResolvedLine>& lines, const Group& group
    );
    bool costs_cancel(
        const RawTransaction& transaction,
        const std::vector<ResolvedLine>& lines,
        const Group& group
    );
    void infer_amount(std::vector<ResolvedLine>& lines, const Group& group);
    bool check(const RawTransaction& transaction);
    bool out_of_range(const RawTransaction& transaction, std::uint32_t posting);
    unsigned display_precision(const RawTransaction& transaction, std::uint32_t commodity) const;

    const Book& book_;
    Refusal& refusal_;
    Like like_;
    std::uint32_t style_commodity_ = kNoCommodity;
    std::uint8_t style_precision_ = 0;
    CommoditySums sums_;
    CommoditySums plain_sums_;
    std::vector<const ResolvedLine*> priced_;
};

}  // namespace accubooks::interchange
