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

/// Books of GnuCash 2 and later kept as XML, plain or gzip: read, checked, and handed out entry by
/// entry by date.
///
/// `GnucashImport::open` reads everything, in bounded memory, and refuses what has a wrong line;
/// each wrong transaction is named. Figures are exact: a fraction that has no end as a decimal
/// number is refused, never rounded, but for prices. Source: docs/accounting.md, "GnuCash import".
namespace accubooks::interchange {

/// Bounds of what is read; past one of them the file is refused.
struct GnucashLimits {
    static constexpr std::uint64_t kXmlBytes = std::uint64_t{4} << 30U;  // when expanded
    /// How many times its size a compressed file may be, once it is more than kExpansionFrom.
    /// GnuCash's own are 10 to 25 times as large.
    static constexpr std::uint64_t kExpansion = 60;
    static constexpr std::uint64_t kExpansionFrom = std::uint64_t{16} << 20U;
    static constexpr std::uint64_t kElements = 200'000'000;
    static constexpr std::size_t kDepth = 64;
    static constexpr std::size_t kNames = 10'000;            // of elements and attributes
    static constexpr std::size_t kNameBytes = 200;           // of one of them
    static constexpr std::uint64_t kTagBytes = 1 << 20;      // of a tag or a comment
    static constexpr std::size_t kRecordBytes = 4 << 20;     // of one transaction or account
    static constexpr std::size_t kRecordElements = 500'000;  // of the same
    static constexpr std::size_t kAccounts = 200'000;
    static constexpr std::size_t kAccountBytes = 1000;       // of a full path, and of an id
    static constexpr std::size_t kAccountsBytes = 24 << 20;  // of all paths and ids together
    static constexpr std::size_t kCommodities = 20'000;
    static constexpr std::size_t kCommodityBytes = 1000;  // of one's space and id
};

struct GnucashOptions {
    /// Commodity as the file has it, "NASDAQ:AAPL" or "AAPL", and the code that it becomes. Two may
    /// become one.
    std::vector<std::pair<std::string, std::string>> symbols{};
    /// Commodities whose scale is fixed already; a finer amount is refused with its line.
    std::vector<base::Commodity> known_commodities{};
    /// Where spool files are made (unlinked at once). Takes about half the size of the XML.
    std::filesystem::path spool_folder = std::filesystem::temp_directory_path();
    /// Called now and then with the fraction done of the whole `open`, 0 to 1.
    std::function<void(double)> on_progress{};
};

/// Whether a file that begins so is to be read as GnuCash's: gzip, XML, or the SQLite that GnuCash
/// keeps books in too, which is refused with what to do. No journal begins like one of them.
bool looks_like_gnucash(std::string_view first_bytes);

/// One import of a GnuCash book.
class GnucashImport final : public ImportSource {
public:
    /// Reads a regular file. Errors: see docs/errors.md, `interchange.*`. A file or a spool that
    /// can't be read or written throws std::system_error.
    static std::expected<GnucashImport, SourceError> open(
        const std::filesystem::path& file, const GnucashOptions& options
    );

    GnucashImport(GnucashImport&&) noexcept;
    GnucashImport& operator=(GnucashImport&&) noexcept;
    ~GnucashImport() override;

    std::string_view format() const override { return "gnucash"; }
    bool may_hold_marks() const override { return false; }
    const std::vector<ImportedAccount>& accounts() const override;
    const std::vector<ImportedCommodity>& commodities() const override;
    const SourceReport& report() const override;

    /// By date, those of a day in the order of the file.
    const ImportedEntry* next() override;
    std::optional<ImportedPrice> next_price() override;

private:
    struct State;
    explicit GnucashImport(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::interchange
