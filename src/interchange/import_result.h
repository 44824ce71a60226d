#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/ids.h"
#include "interchange/import_problem.h"
#include "ledger/account.h"

namespace accubooks::interchange {

/// How many problems, repeated entries, accounts and effects a result names; it counts all.
inline constexpr std::size_t kNamedMax = 200;

/// Whether an import is kept, or does all that it would do and is then undone.
enum class Rehearsal : std::uint8_t { no, yes };

/// Accounts of a file that are accounts of the books already: by name in the file, their codes.
using AccountsTold = std::map<std::string, std::string, std::less<>>;

struct BookImportOptions {
    std::string actor;                          // who imports: posted_by of every entry
    std::string peer{};                         // the address that the request came from
    std::string file_name{};                    // of every place and the batch; empty: as opened
    std::function<void(double)> on_progress{};  // fraction done, 0 to 1
    Rehearsal rehearsal = Rehearsal::no;
    AccountsTold accounts{};
};

/// An entry of the file that an earlier import had added.
struct RepeatedEntry {
    std::uint32_t line = 0;
    base::EntryNumber number;
};

/// An account that the import made, or would make.
struct AccountMade {
    std::string account;     // as the file names it
    std::uint32_t line = 0;  // where it is first; 0: the import needs it itself
    std::string code;
    ledger::AccountType type = ledger::AccountType::asset;
    bool type_assumed = false;  // nothing in the file tells it
};

/// What the import does to an account's balance, debit positive.
struct BalanceEffect {
    std::string account_code;
    std::string account;
    std::string commodity;
    base::Decimal change;
    base::Decimal after;
};

/// What an import did to the books, or would do. With problems it did nothing: what is counted is
/// what would have been posted beside them.
struct BookImportResult {
    std::uint64_t posted = 0;    // entries added
    std::uint64_t repeated = 0;  // entries that an earlier import had added
    std::uint64_t without_lines = 0;
    std::uint64_t accounts_made = 0;
    std::uint64_t commodities_made = 0;
    /// As which it can be reversed: the number of its first entry; none when it added none.
    std::optional<base::EntryNumber> batch{};

    std::uint64_t problem_count = 0;
    std::vector<ImportProblem> problems{};
    std::vector<std::string> unknown_accounts{};  // that the file names and nobody makes
    std::vector<AccountMade> accounts{};
    std::vector<RepeatedEntry> repeats{};
    std::vector<BalanceEffect> effects{};  // of a rehearsal

    bool has_problems() const { return problem_count != 0; }
};

}  // namespace accubooks::interchange
