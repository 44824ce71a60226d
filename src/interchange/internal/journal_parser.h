#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "interchange/internal/account_names.h"
#include "interchange/internal/amount_reader.h"
#include "interchange/internal/book.h"
#include "interchange/internal/line_reader.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"
#include "interchange/internal/source_folder.h"

namespace accubooks::interchange {

/// What the parser finds, in the order of the files. The views in them live during the call.
struct JournalSink {
    std::function<void(const RawTransaction&)> transaction;
    std::function<void(const ImportedPrice&, bool open_comma)> price;
    std::function<void(double)> progress;  // fraction of the first file read
};

/// Reads a journal and what it includes, line by line, in the memory of its longest transaction.
/// Directives act on the book, transactions and prices go to the sink.
class JournalParser {
public:
    JournalParser(Book& book, Refusal& refusal, const JournalOptions& options, JournalSink sink);

    /// False after a refusal.
    bool run(const std::filesystem::path& file);

    /// `D` as it stood at the end of the first file.
    const std::optional<AmountDefaults::Commodity>& final_default() const { return final_default_; }

private:
    /// What indented lines belong to.
    enum class Context : std::uint8_t {
        none,  // nothing: only comments may be indented here
        transaction,
        account,    // an account directive: its comments may hold tags, the rest is skipped
        commodity,  // a commodity directive without an amount: `format` lines
        skipped,    // a directive whose details aren't kept, or a transaction that was left
        comment,    // a comment block: no line is read until its end
    };

    /// A file being read. State that an included file must not change is kept here and put back.
    struct Source {
        LineReader lines;
        std::string path;  // relative to the first file's folder
        std::uint32_t index = 0;
        std::pair<dev_t, ino_t> identity{};
        std::vector<std::string> pending{};  // files of an include with a pattern, last first
        SourcePosition include_at{};  // where the include that `pending` is of names its files
        NamingState naming{};
        AmountDefaults amounts{};
        int year = 0;
    };

    // journal_sources.cpp: which line is next
    bool read_all();
    bool open_source(SourceFile file, std::string path, std::string shown_path);
    bool open_pending();
    bool close_source();
    bool include(Cursor& cursor);
    bool refuse_line(LineReader::Next what, std::string_view line);
    bool leave_transaction();

    // journal_parser.cpp: transactions
    bool read_line(std::string_view line);
    bool read_indented(Cursor& cursor);
    bool begin_transaction(Cursor& cursor);
    bool read_posting(Cursor& cursor);
    bool read_posting_tail(Cursor& cursor, RawPosting& posting);
    bool read_assertion(Cursor& cursor, RawPosting& posting);
    bool add_comment(Cursor& cursor);
    bool read_comment_date(Cursor& cursor, RawPosting& posting);
    bool keep(std::string_view text, std::string_view& kept);
    bool append_line(std::string_view text, std::string_view& kept);
    void end_context();
    bool refuse(const Cursor& cursor, std::size_t at, std::string_view code, std::string reason);
    /// Where the line being read begins.
    SourcePosition position() const;

    // journal_directives.cpp
    bool read_directive(Cursor& cursor);
    bool read_end_directive(Cursor& cursor);
    bool read_account(Cursor& cursor);
    bool read_account_tags(const Cursor& comment);
    bool read_commodity(Cursor& cursor);
    bool read_format(Cursor& cursor);
    bool declare_format(
        Cursor& cursor, std::size_t at, const RawAmount& amount, const Number& number
    );
    bool read_default_commodity(Cursor& cursor);
    bool read_price(Cursor& cursor);
    bool read_year(Cursor& cursor);
    bool read_decimal_mark(Cursor& cursor);
    bool read_alias(Cursor& cursor);
    bool read_apply_account(Cursor& cursor);
    bool read_date_here(Cursor& cursor, int year, std::int32_t& days);
    bool expect_space(Cursor& cursor);
    bool has_decimal_mark(const Cursor& cursor, std::size_t at, const Number& number);

    Book& book_;
    Refusal& refusal_;
    const JournalOptions& options_;
    JournalSink sink_;
    AccountNames names_;
    AmountReader amounts_;
    int year_;

    std::optional<SourceFolder> folder_{};
    std::vector<Source> sources_{};
    TextMap<std::uint32_t> file_index_{};
    std::optional<AmountDefaults::Commodity> final_default_{};
    std::size_t included_ = 0;
    std::uint64_t first_size_ = 0;
    std::uint64_t reported_ = 0;

    Context context_ = Context::none;
    std::uint32_t context_line_ = 0;
    std::uint32_t context_account_ = 0;
    std::uint32_t context_commodity_ = 0;
    RawTransaction transaction_{};
    std::string text_;  // of the transaction; reserved to its limit, so that views into it stay
};

}  // namespace accubooks::interchange
