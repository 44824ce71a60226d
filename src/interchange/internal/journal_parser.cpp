#include "interchange/internal/journal_parser.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "interchange/internal/comment_tags.h"
#include "interchange/internal/journal_date.h"

namespace accubooks::interchange {

namespace {

bool starts_comment(char c) {
    return c == ';' || c == '#' || c == '*';
}

Mark take_mark(Cursor& cursor) {
    if (cursor.take('*')) {
        return Mark::cleared;
    }
    return cursor.take('!') ? Mark::pending : Mark::none;
}

}  // namespace

JournalParser::JournalParser(
    Book& book, Refusal& refusal, const JournalOptions& options, JournalSink sink
)
    : book_{book},
      refusal_{refusal},
      options_{options},
      sink_{std::move(sink)},
      names_{book, refusal, options.like},
      amounts_{book, refusal, options.like},
      year_{options.default_year} {
    text_.reserve(JournalLimits::kTransactionBytes);
}

SourcePosition JournalParser::position() const {
    return {.file = sources_.back().index, .line = sources_.back().lines.number(), .column = 1};
}

bool JournalParser::refuse(
    const Cursor& cursor, std::size_t at, std::string_view code, std::string reason
) {
    SourcePosition where = position();
    where.column = column_of(cursor.line(), at);
    return refusal_.refuse(where, code, std::move(reason));
}

bool JournalParser::read_line(std::string_view line) {
    Cursor cursor{line};
    if (context_ == Context::comment) {
        if (cursor.take("end comment")) {
            cursor.skip_spaces();
            if (cursor.ended()) {
                context_ = Context::none;
            }
        }
        return true;
    }
    if (cursor.skip_spaces()) {
        if (!cursor.ended()) {
            return read_indented(cursor);
        }
        end_context();
        return true;
    }
    end_context();
    const char first = cursor.peek();
    if (line.empty() || starts_comment(first)) {
        return true;
    }
    if (is_digit(first)) {
        return begin_transaction(cursor);
    }
    if (first == '~') {
        return refuse(
            cursor,
            0,
            "interchange.periodic_rule",
            "periodic transactions (~) are plans, not entries; take the rule out"
        );
    }
    if (first == '=') {
        return refuse(
            cursor,
            0,
            "interchange.auto_rule",
            "automated postings (=) are not applied; take the rule out, or write its postings into "
            "the entries"
        );
    }
    return read_directive(cursor);
}

bool JournalParser::read_indented(Cursor& cursor) {
    const char first = cursor.peek();
    switch (context_) {
        case Context::transaction:
            return first == ';' ? add_comment(cursor) : read_posting(cursor);
        case Context::account:
            if (cursor.take(';')) {
                return read_account_tags(cursor);
            }
            return true;
        case Context::commodity:
            return first == ';' || read_format(cursor);
        case Context::skipped:
            return true;
        case Context::none:
        case Context::comment:
            break;
    }
    if (starts_comment(first)) {
        return true;
    }
    return refuse(
        cursor,
        cursor.at(),
        "interchange.posting_outside",
        "an indented line belongs to no transaction: a blank line ends one"
    );
}

void JournalParser::end_context() {
    switch (context_) {
        case Context::transaction:
            sink_.transaction(transaction_);
            break;
        case Context::comment:
            // hledger takes a block that runs to the end of its file for what was meant; it may
            // also have swallowed the rest of the books.
            book_.remark(
                RemarkKind::warning,
                {.file = sources_.back().index, .line = context_line_, .column = 1},
                "the comment block that starts here has no `end comment`: the rest of the file is "
                "taken for a comment"
            );
            break;
        case Context::none:
        case Context::account:
        case Context::commodity:
        case Context::skipped:
            break;
    }
    context_ = Context::none;
}

bool JournalParser::keep(std::string_view text, std::string_view& kept) {
    if (text_.size() + text.size() + 1 > text_.capacity()) {
        return refusal_.refuse(
            position(),
            "interchange.transaction_too_large",
            fmt::format(
                "the transaction has more than {} bytes of text", JournalLimits::kTransactionBytes
            )
        );
    }
    const std::size_t start = text_.size();
    text_ += text;
    kept = std::string_view{text_}.substr(start);
    return true;
}

bool JournalParser::append_line(std::string_view text, std::string_view& kept) {
    if (kept.empty()) {
        return keep(text, kept);
    }
    // A comment's lines follow one another, so the earlier ones end where the text ends.
    std::string_view newline;
    std::string_view added;
    if (!keep("\n", newline) || !keep(text, added)) {
        return false;
    }
    kept = {kept.data(), kept.size() + newline.size() + added.size()};
    return true;
}

bool JournalParser::begin_transaction(Cursor& cursor) {
    text_.clear();
    transaction_.postings.clear();
    transaction_.date2.reset();
    transaction_.code = transaction_.description = transaction_.comment = {};
    transaction_.file = sources_.back().index;
    transaction_.line = sources_.back().lines.number();
    context_ = Context::transaction;
    if (!read_date_here(cursor, year_, transaction_.date)) {
        return false;
    }
    if (cursor.take('=')) {
        std::int32_t second = 0;
        if (!read_date_here(cursor, year_of(transaction_.date), second)) {
            return false;
        }
        transaction_.date2 = second;
    }
    if (!cursor.ended() && space_length(cursor.line(), cursor.at()) == 0) {
        return refuse(
            cursor, cursor.at(), "interchange.bad_date", "white space is expected behind the date"
        );
    }
    Cursor ahead = cursor;
    ahead.skip_spaces();
    transaction_.mark = take_mark(ahead);
    if (transaction_.mark != Mark::none) {
        cursor = ahead;
    }
    ahead = cursor;
    if (ahead.skip_spaces() && ahead.take('(')) {
        const std::size_t close = ahead.line().find(')', ahead.at());
        if (close == std::string_view::npos) {
            return refuse(
                ahead,
                ahead.at() - 1,
                "interchange.bad_code",
                "the code has no closing bracket on this line"
            );
        }
        if (!keep(ahead.line().substr(ahead.at(), close - ahead.at()), transaction_.code)) {
            return false;
        }
        cursor = ahead;
        cursor.move_to(close + 1);
    }
    const std::size_t semicolon =
        std::min(cursor.line().find(';', cursor.at()), cursor.line().size());
    const auto description = stripped(cursor.line().substr(cursor.at(), semicolon - cursor.at()));
    if (!keep(description, transaction_.description)) {
        return false;
    }
    cursor.move_to(semicolon);
    return cursor.ended() || add_comment(cursor);
}

bool JournalParser::add_comment(Cursor& cursor) {
    cursor.take(';');
    const auto comment = stripped(cursor.rest());
    if (comment.empty()) {
        return true;
    }
    if (transaction_.postings.empty()) {
        return append_line(comment, transaction_.comment);
    }
    RawPosting& posting = transaction_.postings.back();
    return read_comment_date(cursor, posting) && append_line(comment, posting.comment);
}

bool JournalParser::read_comment_date(Cursor& cursor, RawPosting& posting) {
    const auto comment = cursor.rest();
    if (comment.find("date") == std::string_view::npos &&
        comment.find('[') == std::string_view::npos) {
        return true;
    }
    DateFault fault;
    if (!find_posting_date(comment, year_of(transaction_.date), posting.date, fault)) {
        return refuse(
            cursor, cursor.at() + fault.at, "interchange.bad_date", std::move(fault.reason)
        );
    }
    return true;
}

bool JournalParser::read_posting(Cursor& cursor) {
    const std::size_t start = cursor.at();
    const Mark mark = take_mark(cursor);
    cursor.skip_spaces();
    if (cursor.ended()) {
        // A lone star is hledger's comment line, and ends the transaction.
        if (mark == Mark::cleared) {
            end_context();
            return true;
        }
        return refuse(cursor, start, "interchange.bad_account", "the posting has no account");
    }
    if (transaction_.postings.size() >= JournalLimits::kTransactionLines) {
        return refuse(
            cursor,
            start,
            "interchange.transaction_too_large",
            fmt::format(
                "the transaction has more than {} postings", JournalLimits::kTransactionLines
            )
        );
    }
    RawPosting& posting = transaction_.postings.emplace_back();
    SourcePosition at = position();
    at.column = column_of(cursor.line(), cursor.at());
    posting.line = at.line;
    posting.column = at.column;
    posting.mark = mark;
    NamedAccount account;
    if (!names_.resolve(names_.read(cursor), at, account)) {
        return false;
    }
    posting.account = account.index;
    posting.balanced_virtual = account.balanced_virtual;
    amounts_.at_line(at.file, at.line);
    cursor.skip_spaces();
    return read_posting_tail(cursor, posting);
}

bool JournalParser::read_posting_tail(Cursor& cursor, RawPosting& posting) {
    if (!cursor.ended() && cursor.peek() != ';' && cursor.peek() != '=') {
        if (!amounts_.read(cursor, posting.amount)) {
            return false;
        }
        auto& facts = book_.commodities()[posting.amount.commodity];
        facts.inferred_precision =
            std::max(facts.inferred_precision.value_or(0), posting.amount.precision);
        while (true) {
            cursor.skip_spaces();
            const char next = cursor.peek();
            std::string_view written;
            if ((next == '@' || (next == '(' && cursor.peek(1) == '@')) &&
                posting.cost.kind == CostKind::none) {
                if (!amounts_.read_cost(cursor, posting.amount, posting.cost)) {
                    return false;
                }
            } else if (next == '{' && posting.lot_price.empty()) {
                if (!amounts_.read_lot_price(cursor, written) ||
                    !keep(written, posting.lot_price)) {
                    return false;
                }
            } else if (next == '[' && posting.lot_date.empty()) {
                const std::size_t open = cursor.at();
                cursor.take('[');
                cursor.skip_spaces();
                std::int32_t ignored = 0;
                if (!read_date_here(cursor, year_, ignored)) {
                    return false;
                }
                cursor.skip_spaces();
                if (!cursor.take(']')) {
                    return refuse(
                        cursor, open, "interchange.bad_lot", "the lot date has no closing bracket"
                    );
                }
                if (!keep(cursor.line().substr(open, cursor.at() - open), posting.lot_date)) {
                    return false;
                }
            } else {
                break;
            }
        }
    }
    if (cursor.peek() == '=' && !read_assertion(cursor, posting)) {
        return false;
    }
    cursor.skip_spaces();
    if (cursor.ended()) {
        return true;
    }
    if (cursor.peek() != ';') {
        return refuse(
            cursor,
            cursor.at(),
            "interchange.unexpected_text",
            fmt::format("{} is not expected behind the posting's amount", shown(cursor.rest()))
        );
    }
    return add_comment(cursor);
}

bool JournalParser::read_assertion(Cursor& cursor, RawPosting& posting) {
    RawAssertion& assertion = posting.assertion;
    assertion.column = column_of(cursor.line(), cursor.at());
    cursor.take('=');
    assertion.total = cursor.take('=');
    assertion.inclusive = cursor.take('*');
    cursor.skip_spaces();
    if (!amounts_.read(cursor, assertion.amount)) {
        return false;
    }
    cursor.skip_spaces();
    if ((cursor.peek() == '@' || (cursor.peek() == '(' && cursor.peek(1) == '@')) &&
        !amounts_.read_cost(cursor, assertion.amount, assertion.cost)) {
        return false;
    }
    Account& account = book_.accounts()[posting.account];
    account.asserted = true;
    account.asserted_inclusive = account.asserted_inclusive || assertion.inclusive;
    return true;
}

}  // namespace accubooks::interchange
