#include "reports/xlsx.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

namespace accubooks::reports {

namespace {

constexpr lxw_row_t kRowsMax = 1'048'576;
/// So many digits come back from a double as they went in (DBL_DIG).
constexpr std::ptrdiff_t kDigitsMax = 15;
constexpr double kWidth = 16;
constexpr lxw_col_t kWideColumns = 96;
/// 1980-01-01, the first day that the parts of a ZIP file can have. Not the clock's: the same rows
/// give the same bytes.
constexpr std::time_t kMadeAt = 315'532'800;

/// A file that lives in memory alone; libxlsxwriter writes to a name.
class MemoryFile {
public:
    MemoryFile() : descriptor_{::memfd_create("report.xlsx", MFD_CLOEXEC)} {
        if (descriptor_ < 0) {
            throw std::system_error{errno, std::generic_category(), "memfd_create"};
        }
    }
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    std::string name() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

    std::string content() const {
        const off_t end = ::lseek(descriptor_, 0, SEEK_END);
        std::string bytes(static_cast<std::size_t>(std::max<off_t>(end, 0)), '\0');
        std::size_t at = 0;
        while (at < bytes.size()) {
            const ssize_t got =
                ::pread(descriptor_, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
            if (got <= 0) {
                throw std::runtime_error{"a file in memory can't be read"};
            }
            at += static_cast<std::size_t>(got);
        }
        return bytes;
    }

private:
    int descriptor_;
};

bool fits_a_double(std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_of("123456789"), digits.size()));
    return std::ranges::count_if(digits, [](char c) { return c >= '0' && c <= '9'; }) <= kDigitsMax;
}

/// The double nearest to a decimal.
double nearest(std::string_view digits) {
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    base::ensure(
        error == std::errc{} && end == digits.data() + digits.size(), "a decimal is plain digits"
    );
    return value;
}

}  // namespace

struct XlsxRows::Workbook {
    MemoryFile file{};
    lxw_workbook* book = nullptr;
    lxw_worksheet* sheet = nullptr;
    lxw_format* head = nullptr;
    std::map<int, lxw_format*> by_places{};
    lxw_row_t row = 0;
    lxw_col_t column = 0;

    Workbook() {
        // A row is written out before the next one begins.
        lxw_workbook_options options{};
        options.constant_memory = LXW_TRUE;
        book = workbook_new_opt(file.name().c_str(), &options);
        base::ensure(book != nullptr, "a workbook takes little memory until it has rows");
        lxw_doc_properties properties{};
        properties.created = kMadeAt;
        workbook_set_properties(book, &properties);
        sheet = workbook_add_worksheet(book, "Report");
        head = workbook_add_format(book);
        format_set_bold(head);
        worksheet_freeze_panes(sheet, 1, 0);
        worksheet_set_column(sheet, 0, kWideColumns, kWidth, nullptr);
    }
    ~Workbook() {
        if (book != nullptr) {
            lxw_workbook_free(book);
        }
    }
    Workbook(const Workbook&) = delete;
    Workbook& operator=(const Workbook&) = delete;

    /// "#,##0.00"; a spreadsheet shows the separators of its own language.
    lxw_format* format_of(int places) {
        lxw_format*& format = by_places[places];
        if (format == nullptr) {
            const std::string zeros(static_cast<std::size_t>(places), '0');
            format = workbook_add_format(book);
            format_set_num_format(
                format, fmt::format("#,##0{}{}", places > 0 ? "." : "", zeros).c_str()
            );
        }
        return format;
    }

    static void expect(lxw_error error) {
        if (error != LXW_NO_ERROR) {
            throw std::runtime_error{lxw_strerror(error)};
        }
    }
};

XlsxRows::XlsxRows() : workbook_{std::make_unique<Workbook>()} {}

XlsxRows::~XlsxRows() = default;

void XlsxRows::text(std::string_view text) {
    Workbook& to = *workbook_;
    const lxw_col_t column = to.column++;
    if (to.row < kRowsMax && !text.empty()) {
        Workbook::expect(worksheet_write_string(
            to.sheet, to.row, column, std::string{text}.c_str(), to.row == 0 ? to.head : nullptr
        ));
    }
}

void XlsxRows::decimal(std::string_view digits, int places) {
    if (!fits_a_double(digits)) {
        text(digits);
        return;
    }
    Workbook& to = *workbook_;
    const lxw_col_t column = to.column++;
    if (to.row < kRowsMax) {
        Workbook::expect(
            worksheet_write_number(to.sheet, to.row, column, nearest(digits), to.format_of(places))
        );
    }
}

void XlsxRows::end_row() {
    ++workbook_->row;
    workbook_->column = 0;
}

base::Result<std::string> XlsxRows::take() && {
    Workbook& made = *workbook_;
    if (made.row > kRowsMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "reports.too_many_rows",
            fmt::format(
                "A sheet has {} rows at most and this report has {}; ask for fewer days, or CSV.",
                kRowsMax,
                made.row
            )
        );
    }
    // Which frees the book also when it fails.
    Workbook::expect(workbook_close(std::exchange(made.book, nullptr)));
    return made.file.content();
}

}  // namespace accubooks::reports
