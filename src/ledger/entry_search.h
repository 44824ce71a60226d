#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/entry.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Which entries a list gives: those that are all of what is asked for.
struct EntryFilter {
    std::optional<base::Date> from{};  // dated within the range, ends included
    std::optional<base::Date> to{};
    std::optional<base::AccountId> account{};  // one line is on it
    std::optional<base::Decimal> amount{};     // one line, on that account, has it, debit or credit
    std::optional<std::string> text{};         // in the description or a memo, whatever the case
    std::optional<std::string> reference{};    // exactly, and not empty
    Tags tags{};                               // all of them

    friend bool operator==(const EntryFilter&, const EntryFilter&) = default;
};

enum class EntryOrder : std::uint8_t { oldest_first, newest_first };

/// Up to `limit` entries behind the entry `after`, in the order that is asked for.
struct EntryPageQuery {
    EntryFilter filter{};
    std::optional<base::EntryNumber> after{};
    EntryOrder order = EntryOrder::oldest_first;
    std::int64_t limit = 50;
};

/// Lines that one page gives at most, unless its first entry alone has more: a page may be shorter
/// than its limit.
inline constexpr std::int64_t kPageLinesMax = 20'000;
/// Entries that are looked at for one page. Where few of them are what is asked for, a page may be
/// short, even empty, and still not be the last.
inline constexpr std::int64_t kPageLooksMax = 10'000;

struct EntryPage {
    std::vector<PostedEntry> entries;
    std::optional<base::EntryNumber> next{
    };  // behind which the next page begins; none: there is none
};

/// A page by number; where days or an account are asked for, by day and number; newest first, the
/// same the other way round. Whatever the page,
/// it costs what its own entries do: it begins at its cursor by an index, and looks at a bounded
/// number of entries, those in the months in which the account moved
/// (docs/decisions/0019-a-search-looks-at-so-many.md). Books without the entry `after` have no page
/// behind it.
base::Task<EntryPage> list_entries(pg::TenantTransaction& transaction, EntryPageQuery query);

}  // namespace accubooks::ledger
