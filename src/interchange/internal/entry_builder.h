#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "interchange/internal/balancer.h"
#include "interchange/internal/book.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

/// Accounts that the importer itself posts to.
struct OwnAccounts {
    std::uint32_t rounding = 0;
    std::uint32_t clearing = 0;
};

/// Whether building `lines` needs a rounding line: something is left over in a commodity that no
/// cost is in.
bool leaves_rest_without_cost(const std::vector<ResolvedLine>& lines, CommoditySums& sums);

/// The days of the entries that a transaction makes, its own first: more than one where postings
/// have other dates.
void days_of(const RawTransaction& transaction, std::vector<std::int32_t>& days);

/// Content of the part dated `day`: what makes two entries the same, see ImportedEntry::digest.
base::Digest digest_of(
    const Book& book,
    const RawTransaction& transaction,
    const std::vector<ResolvedLine>& lines,
    std::int32_t day,
    std::string& buffer
);

/// Makes entries of resolved transactions: units at the commodities' scales, costs rounded so that
/// the sums stay zero, tags, and one entry for each day that postings are dated. Views in the
/// entries are into the transaction.
class EntryBuilder {
public:
    EntryBuilder(Book& book, OwnAccounts own) : book_{book}, own_{own} {}

    /// Starts the entries of one transaction; `days` as `days_of` gives them.
    void build(
        const RawTransaction& transaction,
        const std::vector<ResolvedLine>& lines,
        const std::vector<std::int32_t>& days
    );

    /// The next of them; nullptr after the last.
    ImportedEntry* next();

private:
    struct LineTags {
        std::size_t first = 0;
        std::size_t count = 0;
    };

    void add_lines(const RawTransaction& transaction, const std::vector<ResolvedLine>& lines);
    std::int64_t cost_units(const ResolvedLine& line) const;
    void settle_rests(const RawTransaction& transaction);
    void settle_rest(const RawTransaction& transaction, std::uint32_t commodity, std::int64_t rest);
    void add_line_tags(const RawPosting& posting);
    void clear_between_days();
    std::string amount_of(std::int64_t units, std::uint32_t commodity) const;

    struct Rest {
        std::uint32_t commodity = 0;
        std::int64_t units = 0;
    };
    /// Sums of what the lines weigh, of one day or (none) of all.
    void sum(std::optional<std::int32_t> day, std::vector<Rest>& rests);

    Book& book_;
    OwnAccounts own_;
    std::vector<ImportedLine> lines_;
    std::vector<std::int32_t> line_days_;
    std::vector<bool> exact_cost_;  // by line: its cost was written
    std::vector<LineTags> line_tags_;
    std::vector<ImportedTag> tags_;
    std::vector<ImportedTag> entry_tags_;
    std::vector<Rest> rests_;
    std::vector<std::uint32_t> slots_;
    std::vector<ImportedLine> part_;
    std::vector<std::int32_t> days_;
    std::size_t next_day_ = 0;
    bool derived_told_ = false;
    ImportedEntry entry_{};
};

}  // namespace accubooks::interchange
