#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/money.h"
#include "interchange/import_source.h"

/// Plain-text journals in hledger 1.25 syntax: read, checked, balanced, and handed out entry by
/// entry.
///
/// `JournalImport::open` reads everything, in bounded memory (spool files take what is large), and
/// refuses what has a wrong line. What it returns is known to be right to the last entry, so
/// nothing can be refused half-way through `next`. It knows no database and no clock but
/// `JournalOptions::default_year`. Source: docs/accounting.md, "hledger / Ledger import"; figures
/// agree with hledger 1.25.
namespace accubooks::interchange {

/// Bounds of what is read. Past one of them the line is refused, whatever the rest of the file
/// says.
struct JournalLimits {
    static constexpr std::size_t kLineBytes = 1 << 20;
    static constexpr std::size_t kNumberDigits = 36;     // of one written number, zeros included
    static constexpr std::size_t kAccountBytes = 1000;   // of a full account path
    static constexpr std::size_t kAccountDepth = 50;     // parts between colons
    static constexpr std::size_t kCommodityBytes = 100;  // of a commodity symbol
    static constexpr std::size_t kTransactionBytes = 4 << 20;  // of all lines of one transaction
    static constexpr std::size_t kTransactionLines = 30'000;   // postings of one transaction
    static constexpr std::size_t kIncludeDepth = 32;
    static constexpr std::size_t kIncludes = 10'000;         // files read, each time counted
    static constexpr std::size_t kAccounts = 200'000;        // with parents
    static constexpr std::size_t kAccountsBytes = 16 << 20;  // of all paths together
    static constexpr std::size_t kCommodities = 20'000;
    static constexpr std::size_t kAliases = 1'000;
    static constexpr std::size_t kAssertedBalances =
        500'000;  // (account, commodity) pairs followed for assertions
    static constexpr std::size_t kRemarks =
        10'000;  // kept in the report; past it they are only counted
};

/// Whose reading of a journal is followed where the two programs differ.
enum class Like : std::uint8_t {
    /// Neither: what is ambiguous (`1,000`) or balances only by rounding is refused, and the
    /// refusal says how to go on.
    exact,
    /// hledger 1.25: a single comma is a decimal mark, assertions in date order, sums are rounded
    /// to the display
    /// precision of their commodity before they are compared with zero.
    hledger,
    /// Ledger 3: `1,000` is a thousand, `decimal-mark` isn't known, assertions in file order. Sums
    /// are exact.
    ledger,
};

struct JournalOptions {
    Like like = Like::exact;
    /// Of dates written without a year, until a `Y` directive says otherwise.
    int default_year = 1970;
    /// `--type NAME=TYPE`: the type of an account and of those below it that say nothing
    /// themselves. Wins over the file.
    std::vector<std::pair<std::string, AccountType>> types{};
    /// `--map '$=USD'`: symbol as written, code it becomes. Two symbols may become one commodity.
    std::vector<std::pair<std::string, std::string>> symbols{};
    /// Commodities whose scale is fixed already. Amounts come at that scale; a finer one is refused
    /// with its line.
    std::vector<base::Commodity> known_commodities{};
    /// Where spool files are made (unlinked at once). Takes about 1.5 times the size of the
    /// journal.
    std::filesystem::path spool_folder = std::filesystem::temp_directory_path();
    /// Called now and then with the fraction done of the whole `open`, 0 to 1.
    std::function<void(double)> on_progress{};
};

/// One import of a journal.
class JournalImport final : public ImportSource {
public:
    /// Reads `file` and what it includes (regular files beneath its folder; no link leads
    /// out, no device is opened), checks and balances all of it. Errors: see docs/errors.md,
    /// `interchange.*`. A spool that can't be written or read throws std::system_error.
    static std::expected<JournalImport, SourceError> open(
        const std::filesystem::path& file, const JournalOptions& options
    );

    JournalImport(JournalImport&&) noexcept;
    JournalImport& operator=(JournalImport&&) noexcept;
    ~JournalImport() override;

    std::string_view format() const override { return "journal"; }
    bool may_hold_marks() const override { return true; }
    const std::vector<ImportedAccount>& accounts() const override;
    const std::vector<ImportedCommodity>& commodities() const override;
    const SourceReport& report() const override;

    /// By date, those of a day in the order of the files (Like::ledger: all in the order of the
    /// files). Parts of a transaction split by posting dates follow one another.
    const ImportedEntry* next() override;
    std::optional<ImportedPrice> next_price() override;

private:
    struct State;
    explicit JournalImport(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::interchange
