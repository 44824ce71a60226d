// Plain-text journals, read from a file as an import does.
//
// Laws: a refusal names a line and a code; every entry that is handed out sums to zero at cost; the
// same text gives the same entries again; two entries of one import never have the same content and
// occurrence.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "interchange/journal_import.h"
#include "law.h"
#include "testing/temporary_folder.h"

namespace {

using namespace accubooks;

/// One folder for the whole run, with a file that inputs may include.
class Folder {
public:
    Folder() { write("other.journal", "2024-01-01 included\n  a  1 EUR\n  b\n"); }

    std::filesystem::path write(const char* name, std::string_view text) const {
        std::ofstream{folder_.path() / name, std::ios::binary} << text;
        return folder_.path() / name;
    }

private:
    testing::TemporaryFolder folder_;
};

using Contents = std::vector<std::pair<base::Digest, std::uint32_t>>;

std::optional<Contents> contents_of(
    const std::filesystem::path& file, const interchange::JournalOptions& options
) {
    auto import = interchange::JournalImport::open(file, options);
    if (!import) {
        const auto& error = import.error();
        demand(error.code.starts_with("interchange."), "a refusal has a code of this room");
        demand(error.line > 0, "a refusal names a line");
        demand(!error.reason.empty() && error.reason.size() < 4000, "a refusal has a short reason");
        demand(base::is_plain_text(error.reason), "a reason can be shown on a terminal");
        return std::nullopt;
    }
    Contents contents;
    while (const auto* entry = import->next()) {
        std::map<std::uint32_t, __int128> sums;
        for (const auto& line : entry->lines) {
            demand(line.account < import->accounts().size(), "a line names an account");
            demand(line.commodity < import->commodities().size(), "a line names a commodity");
            sums[line.cost ? line.cost->commodity : line.commodity] +=
                line.cost ? line.cost->units : line.units;
        }
        for (const auto& [commodity, sum] : sums) {
            demand(sum == 0, "an entry sums to zero at cost");
        }
        contents.emplace_back(entry->digest, entry->occurrence);
    }
    std::uint64_t prices = 0;
    while (import->next_price()) {
        ++prices;
    }
    demand(prices == import->report().prices, "every price is handed out");
    demand(contents.size() == import->report().entries, "every entry is handed out");
    return contents;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    if (size == 0) {
        return 0;
    }
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    interchange::JournalOptions options;
    options.like = static_cast<interchange::Like>(data[0] % 3);
    const auto file = folder.write("books.journal", text);
    const auto first = contents_of(file, options);
    if (!first) {
        return 0;
    }
    demand(contents_of(file, options) == first, "the same text gives the same entries");
    const std::set<Contents::value_type> different(first->begin(), first->end());
    demand(different.size() == first->size(), "content and occurrence name an entry");
    return 0;
}
