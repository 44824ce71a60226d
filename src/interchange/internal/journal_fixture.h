#pragma once

#include <cstdlib>
#include <expected>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/money.h"
#include "interchange/journal_import.h"

/// For tests alone: files in a temporary folder, and what an import of them comes to.
namespace accubooks::interchange {

/// A folder that goes with the object, and files in it.
class JournalFolder {
public:
    JournalFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "accubooks-journal-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("no temporary folder can be made");
        }
        path_ = pattern;
    }
    ~JournalFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    JournalFolder(const JournalFolder&) = delete;
    JournalFolder& operator=(const JournalFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, std::string_view text) const {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream{file, std::ios::binary} << text;
        return file;
    }

private:
    std::filesystem::path path_;
};

/// Plain digits without trailing zeros: how the expected figures are written.
inline std::string plain_number(std::int64_t units, std::uint8_t scale) {
    std::string text = base::units_to_string(units, scale);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') {
            text.pop_back();
        }
    }
    return text;
}

/// An entry that outlives the importer's buffers.
struct KeptLine {
    std::string account;
    std::string amount;  // "12.5 USD"
    std::string cost;    // empty: none
    std::string memo;
    std::map<std::string, std::string> tags;
};
struct KeptEntry {
    std::string date;
    std::string document_date;
    std::string reference;
    std::string description;
    std::string payee;
    std::string note;
    std::string comment;
    std::map<std::string, std::string> tags;
    std::vector<KeptLine> lines;
    base::Digest digest{};
    std::uint32_t occurrence = 0;
    std::uint32_t line = 0;
};

/// A whole import, entry by entry, with closing balances that aren't zero by (account, commodity).
struct ReadJournal {
    std::optional<SourceError> error;
    std::string error_text;
    std::map<std::pair<std::string, std::string>, std::string> balances;
    std::vector<KeptEntry> entries;
    std::vector<ImportedAccount> accounts;
    std::vector<ImportedCommodity> commodities;
    std::vector<ImportedPrice> prices;
    SourceReport report;
    bool balanced = true;  // every entry sums to zero at cost in each commodity

    std::size_t remarks(RemarkKind kind) const {
        std::size_t count = 0;
        for (const auto& remark : report.remarks) {
            count += remark.kind == kind ? 1 : 0;
        }
        return count;
    }
    const ImportedAccount* account(std::string_view path) const {
        for (const auto& each : accounts) {
            if (each.path == path) {
                return &each;
            }
        }
        return nullptr;
    }
};

inline KeptEntry keep_entry(const ImportSource& import, const ImportedEntry& entry) {
    const auto amount = [&](std::int64_t units, std::uint32_t index) {
        const auto& commodity = import.commodities()[index].commodity;
        const std::string number = plain_number(units, commodity.scale);
        return commodity.code.empty() ? number : number + " " + commodity.code;
    };
    const auto tags_of = [](std::span<const ImportedTag> tags) {
        std::map<std::string, std::string> kept;
        for (const auto& tag : tags) {
            kept.emplace(tag.name, tag.value);
        }
        return kept;
    };
    KeptEntry kept{
        .date = base::to_string(entry.date),
        .document_date = entry.document_date ? base::to_string(*entry.document_date) : "",
        .reference = std::string{entry.reference},
        .description = std::string{entry.description},
        .payee = std::string{entry.payee},
        .note = std::string{entry.note},
        .comment = std::string{entry.comment},
        .tags = tags_of(entry.tags),
        .lines = {},
        .digest = entry.digest,
        .occurrence = entry.occurrence,
        .line = entry.source.line,
    };
    for (const auto& line : entry.lines) {
        kept.lines.push_back({
            .account = import.accounts()[line.account].path,
            .amount = amount(line.units, line.commodity),
            .cost = line.cost ? amount(line.cost->units, line.cost->commodity) : "",
            .memo = std::string{line.memo},
            .tags = tags_of(line.tags),
        });
    }
    return kept;
}

/// What a source gives that was opened, or why it couldn't be.
template <class Source>
ReadJournal read_source(std::expected<Source, SourceError> import) {
    ReadJournal read;
    if (!import) {
        read.error = import.error();
        read.error_text = to_string(import.error());
        return read;
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, __int128> sums;
    while (const ImportedEntry* entry = import->next()) {
        std::map<std::uint32_t, __int128> weights;
        for (const auto& line : entry->lines) {
            sums[{line.account, line.commodity}] += line.units;
            weights[line.cost ? line.cost->commodity : line.commodity] +=
                line.cost ? line.cost->units : line.units;
        }
        for (const auto& [commodity, sum] : weights) {
            read.balanced = read.balanced && sum == 0;
        }
        read.entries.push_back(keep_entry(*import, *entry));
    }
    while (const auto price = import->next_price()) {
        read.prices.push_back(*price);
    }
    for (const auto& [key, sum] : sums) {
        const auto& commodity = import->commodities()[key.second].commodity;
        if (sum != 0) {
            read.balances[{import->accounts()[key.first].path, commodity.code}] =
                plain_number(static_cast<std::int64_t>(sum), commodity.scale);
        }
    }
    read.accounts = import->accounts();
    read.commodities = import->commodities();
    read.report = import->report();
    return read;
}

inline ReadJournal read_journal(
    const std::filesystem::path& file, const JournalOptions& options = {}
) {
    return read_source(JournalImport::open(file, options));
}

/// The import of one file with this text.
inline ReadJournal read_text(std::string_view text, const JournalOptions& options = {}) {
    const JournalFolder folder;
    return read_journal(folder.write("books.journal", text), options);
}

}  // namespace accubooks::interchange
