// GnuCash books, read from a file as an import does.
//
// Laws: a refusal has a code and a reason that can be shown; every entry that is handed out sums to
// zero at cost and names what there is; no two entries have one identity; the same file gives the
// same entries again.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "interchange/gnucash_import.h"
#include "law.h"
#include "testing/temporary_folder.h"

namespace {

using namespace accubooks;

/// One folder for the whole run, with the file that is read.
class Folder {
public:
    std::filesystem::path write(std::string_view bytes) const {
        std::ofstream{folder_.path() / "book", std::ios::binary} << bytes;
        return folder_.path() / "book";
    }

private:
    testing::TemporaryFolder folder_;
};

void check_refusal(const interchange::ImportProblem& problem) {
    demand(problem.code.starts_with("interchange."), "a refusal has a code of this room");
    demand(!problem.reason.empty() && problem.reason.size() < 4000, "and a short reason");
    demand(base::is_plain_text(problem.reason), "which can be shown on a terminal");
}

/// Contents by identity; none where the file is refused.
using Contents = std::map<base::Digest, base::Digest>;

std::optional<Contents> contents_of(const std::filesystem::path& file) {
    auto import = interchange::GnucashImport::open(file, {});
    if (!import) {
        check_refusal(import.error());
        for (const interchange::ImportProblem& problem : import.error().more) {
            check_refusal(problem);
        }
        return std::nullopt;
    }
    for (std::size_t at = 0; at < import->accounts().size(); ++at) {
        const auto& account = import->accounts()[at];
        demand(!account.path.empty() && base::is_plain_text(account.path), "a path can be shown");
        demand(!account.parent || *account.parent < at, "parents come before children");
    }
    Contents contents;
    while (const auto* entry = import->next()) {
        std::map<std::uint32_t, __int128> sums;
        for (const auto& line : entry->lines) {
            demand(line.account < import->accounts().size(), "a line names an account");
            demand(line.commodity < import->commodities().size(), "a line names a commodity");
            demand(base::is_plain_text(line.memo), "a memo can be shown");
            sums[line.cost ? line.cost->commodity : line.commodity] +=
                line.cost ? line.cost->units : line.units;
        }
        for (const auto& [commodity, sum] : sums) {
            demand(sum == 0, "an entry sums to zero at cost");
        }
        demand(entry->identity.has_value(), "an entry has an identity");
        demand(contents.emplace(*entry->identity, entry->digest).second, "which no other has");
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
    const auto file = folder.write({reinterpret_cast<const char*>(data), size});
    const auto first = contents_of(file);
    if (first) {
        demand(contents_of(file) == first, "the same file gives the same entries");
    }
    return 0;
}
