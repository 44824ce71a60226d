#include "interchange/file_import.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "interchange/book_import.h"
#include "interchange/csv_import.h"
#include "interchange/gnucash_import.h"

namespace accubooks::interchange {
namespace {

/// A folder with one file in it, which goes with it.
class FolderOfFile {
public:
    explicit FolderOfFile(std::string_view content) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "accubooks-import-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::system_error{errno, std::generic_category(), "a folder for an import"};
        }
        folder_ = pattern;
        std::ofstream out{file(), std::ios::binary};
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) {
            remove();
            throw std::system_error{EIO, std::generic_category(), "a file for an import"};
        }
    }
    ~FolderOfFile() { remove(); }
    FolderOfFile(const FolderOfFile&) = delete;
    FolderOfFile& operator=(const FolderOfFile&) = delete;

    std::filesystem::path file() const { return folder_ / "sent"; }

private:
    void remove() const {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::filesystem::path folder_;
};

/// One file under way.
class FileImporter {
public:
    FileImporter(
        pg::Pool& pool,
        const base::Clock& clock,
        base::TenantId tenant,
        SentFile file,
        BookImportOptions options,
        base::Deadline deadline
    )
        : pool_{pool},
          clock_{clock},
          tenant_{tenant},
          file_{std::move(file)},
          options_{std::move(options)},
          deadline_{deadline} {
        options_.file_name = file_.name;
        options_.accounts = std::move(file_.accounts);
        report_.format = file_.format;
    }

    base::Task<base::Result<FileReport>> run() {
        switch (file_.format) {
            case FileFormat::csv:
                return csv();
            case FileFormat::gnucash:
                return gnucash();
            case FileFormat::journal:
                return journal();
        }
        std::unreachable();
    }

private:
    base::Task<base::Result<FileReport>> csv();
    base::Task<base::Result<FileReport>> gnucash();
    base::Task<base::Result<FileReport>> journal();
    /// Posts what was opened, or tells why it couldn't be.
    template <class Source>
    base::Task<base::Result<FileReport>> post(std::expected<Source, SourceError> source);
    void refuse(const ImportProblem& problem, std::optional<ImportQuestion> question);

    pg::Pool& pool_;
    const base::Clock& clock_;
    base::TenantId tenant_;
    SentFile file_;
    BookImportOptions options_;
    base::Deadline deadline_;
    FileReport report_;
};

void FileImporter::refuse(const ImportProblem& problem, std::optional<ImportQuestion> question) {
    ++report_.result.problem_count;
    report_.result.problems.push_back(problem);
    report_.result.problems.back().file = file_.name;
    if (question) {
        question->line = problem.line;
        question->column = problem.column;
        report_.questions.push_back(*std::move(question));
    }
}

base::Task<base::Result<FileReport>> FileImporter::csv() {
    base::ensure(file_.mapping.has_value(), "CSV comes with its mapping");
    auto table = read_table(file_.content, *file_.mapping);
    if (!table) {
        for (CsvError& error : table.error()) {
            refuse(problem_of(error, file_.name), std::move(error.question));
        }
        co_return std::move(report_);
    }
    report_.csv = table->format;
    report_.left_out = table->left_out;
    AB_CO_TRY(
        result, co_await import_csv(pool_, clock_, tenant_, *std::move(table), options_, deadline_)
    );
    report_.result = std::move(result);
    co_return std::move(report_);
}

base::Task<base::Result<FileReport>> FileImporter::journal() {
    using std::chrono::floor;
    const std::chrono::sys_time<std::chrono::microseconds> now{
        std::chrono::microseconds{clock_.now().unix_micros()}
    };
    const std::chrono::year_month_day today{floor<std::chrono::days>(now)};
    file_.journal.default_year = static_cast<int>(today.year());
    file_.journal.known_commodities = co_await settled_commodities(pool_, tenant_, deadline_);
    // All of the file is read when it has been opened.
    co_return co_await post(JournalImport::open(FolderOfFile{file_.content}.file(), file_.journal));
}

base::Task<base::Result<FileReport>> FileImporter::gnucash() {
    GnucashOptions options{
        .symbols = std::move(file_.journal.symbols),
        .known_commodities = co_await settled_commodities(pool_, tenant_, deadline_),
    };
    co_return co_await post(GnucashImport::open(FolderOfFile{file_.content}.file(), options));
}

template <class Source>
base::Task<base::Result<FileReport>> FileImporter::post(std::expected<Source, SourceError> source) {
    if (!source) {
        SourceError& error = source.error();
        refuse(error, std::move(error.question));
        for (const ImportProblem& problem : error.more) {
            refuse(problem, std::nullopt);
        }
        co_return std::move(report_);
    }
    AB_CO_TRY(
        result, co_await import_into_books(pool_, clock_, tenant_, *source, options_, deadline_)
    );
    report_.result = std::move(result);
    const std::vector<Remark>& remarks = source->report().remarks;
    const auto shown = static_cast<std::ptrdiff_t>(std::min(remarks.size(), kNamedMax));
    report_.remarks.assign(remarks.begin(), remarks.begin() + shown);
    co_return std::move(report_);
}

}  // namespace

std::string_view to_string(FileFormat format) {
    switch (format) {
        case FileFormat::csv:
            return "csv";
        case FileFormat::gnucash:
            return "gnucash";
        case FileFormat::journal:
            return "journal";
    }
    std::unreachable();
}

base::Task<base::Result<FileReport>> import_file(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    SentFile file,
    BookImportOptions options,
    base::Deadline deadline
) {
    FileImporter importer{pool, clock, tenant, std::move(file), std::move(options), deadline};
    co_return co_await importer.run();
}

}  // namespace accubooks::interchange
