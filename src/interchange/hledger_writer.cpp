#include "interchange/hledger_writer.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/comment_tags.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/entry_tags.h"
#include "interchange/internal/marks.h"
#include "ledger/valuation.h"

namespace accubooks::interchange {
namespace {

constexpr std::string_view kIndent = "    ";

bool is_bare(std::string_view text) {
    return !text.empty() && base::is_plain_text(text) && stripped(text) == text;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether a transaction's first line gives the description back.
bool is_description(std::string_view text) {
    return text.empty() ||
           (is_bare(text) && !text.contains(';') && !std::string_view{"*!(="}.contains(text[0]));
}

bool is_code(std::string_view text) {
    return text.empty() || (is_bare(text) && text.find_first_of("();") == std::string_view::npos);
}

/// Whether each line of the text comes back as a comment's line.
bool is_comment(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        const bool ends_in_newline = end + 1 == text.size();
        if (!is_bare(line) || holds_marks(line) || ends_in_newline) {
            return false;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

/// A posting's comment may also hold its date.
bool is_memo(std::string_view text) {
    return is_comment(text) && !text.contains("date") && !text.contains('[');
}

bool has_space(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (space_length(text, at) > 0) {
            return true;
        }
    }
    return false;
}

bool is_tag(std::string_view name, std::string_view value) {
    const bool is_word = is_bare(name) && !has_space(name) &&
                         name.find_first_of(":,") == std::string_view::npos && name != "comment" &&
                         name != "status" && name != kMarksTag;
    return is_word && (value.empty() || (is_bare(value) && !value.contains(',')));
}

/// The text for people who read the journal, where it can't stand as it is.
std::string legible(std::string_view text) {
    std::string shown = base::printable(text);
    std::ranges::replace(shown, ';', ',');
    std::string_view rest = stripped(shown);
    while (!rest.empty() && std::string_view{"*!(= "}.contains(rest[0])) {
        rest.remove_prefix(1);
    }
    return std::string{rest};
}

/// A part of an account's name: no colon, one blank at a time, nothing that begins something else.
std::string account_part(std::string_view text) {
    std::string part;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t space = space_length(text, at);
        if (space == 0) {
            part += text[at] == ':' ? '-' : text[at];
        } else if (!part.empty() && part.back() != ' ') {
            part += ' ';
        }
        at += std::max<std::size_t>(space, 1);
    }
    part = base::printable(part);
    std::ranges::replace(part, ';', ',');
    while (!part.empty() && part.back() == ' ') {
        part.pop_back();
    }
    if (part.empty() ||
        !(is_letter(part[0]) || is_digit(part[0]) || static_cast<unsigned char>(part[0]) >= 0x80)) {
        part.insert(0, "_");
    }
    return part;
}

/// Whether the path is a name that a journal can write.
bool is_account_name(std::string_view path) {
    if (!is_bare(path) || std::string_view{"*!([;"}.contains(path[0]) || path.contains(';')) {
        return false;
    }
    for (std::size_t at = 0; at < path.size(); ++at) {
        const std::size_t space = space_length(path, at);
        if (space > 1 || (space == 1 && space_length(path, at + 1) > 0)) {
            return false;
        }
    }
    return true;
}

std::string_view type_letter(const ledger::Account& account) {
    switch (account.type) {
        case ledger::AccountType::asset:
            return account.subtype == "cash" ? "C" : "A";
        case ledger::AccountType::liability:
            return "L";
        case ledger::AccountType::equity:
            return "E";
        case ledger::AccountType::revenue:
            return "R";
        case ledger::AccountType::expense:
            return "X";
    }
    std::unreachable();
}

std::string symbol(const std::string& commodity) {
    if (!commodity.empty() && std::ranges::all_of(commodity, is_letter)) {
        return commodity;
    }
    return '"' + commodity + '"';
}

std::vector<std::string> tag_lines(const ledger::Tags& tags) {
    std::vector<std::string> lines;
    for (const auto& [name, value] : tags) {
        if (is_tag(name, value)) {
            lines.push_back(fmt::format("{}:{}{}", name, value.empty() ? "" : " ", value));
        }
    }
    return lines;
}

std::string comment_of(const ledger::Tags& tags) {
    const auto own = tags.find("comment");
    if (own != tags.end() && is_comment(own->second)) {
        return own->second;
    }
    return fmt::format("{}", fmt::join(tag_lines(tags), "\n"));
}

std::string_view status_of(const ledger::Tags& tags) {
    const auto status = tags.find("status");
    if (status == tags.end()) {
        return "";
    }
    return status->second == "cleared" ? "* " : status->second == "pending" ? "! " : "";
}

/// What an import makes of the comment and the status mark.
ledger::Tags tags_read_back(std::string_view comment, std::string_view status) {
    std::vector<ImportedTag> tags;
    collect_tags(comment, tags);
    if (!status.empty()) {
        tags.push_back({.name = "status", .value = status[0] == '*' ? "cleared" : "pending"});
    }
    return tags_in_books(tags, comment);
}

Marks marks_of(const ledger::Entry& entry, std::string_view comment) {
    Marks marks;
    if (!is_description(entry.description)) {
        marks.emplace("description", entry.description);
    }
    if (!is_code(entry.reference)) {
        marks.emplace("reference", entry.reference);
    }
    if (tags_read_back(comment, status_of(entry.tags)) != entry.tags) {
        for (const auto& [name, value] : entry.tags) {
            marks.emplace("tag:" + name, value);
        }
    }
    return marks;
}

void append_comment(std::string& to, std::string_view comment) {
    while (!comment.empty()) {
        const auto line = comment.substr(0, comment.find('\n'));
        comment.remove_prefix(std::min(line.size() + 1, comment.size()));
        to += fmt::format("{}; {}\n", kIndent, line);
    }
}

void append_marks(std::string& to, const Marks& marks) {
    if (!marks.empty()) {
        append_comment(to, to_comment(marks));
    }
}

/// Whether an import gives these lines the base amounts that they have.
bool base_amounts_follow(const ledger::Entry& entry, std::string_view base) {
    std::vector<ledger::Line> lines = entry.lines;
    return ledger::value_at_cost(lines, base) && lines == entry.lines;
}

/// A cost of nothing, or of the other sign: hledger gives a cost the sign of its amount.
bool is_costed_oddly(const ledger::Line& line) {
    return line.cost && line.cost->units != 0 &&
           (line.amount == 0 || (line.cost->units < 0) != (line.amount < 0));
}

}  // namespace

std::string HledgerWriter::amount(std::int64_t units, const std::string& commodity) const {
    std::string text = base::units_to_string(units, scales_.at(commodity));
    return commodity.empty() ? text : text + ' ' + symbol(commodity);
}

std::string HledgerWriter::head(const ArchiveHead& head) {
    base_ = head.base_currency;
    return fmt::format(
        "; AccuBooks: books {} in {}, as of entry {}, exported {}\n\ndecimal-mark .\n\n",
        head.tenant.value,
        head.base_currency,
        head.last_entry.value,
        base::to_rfc3339(head.exported_at)
    );
}

std::string HledgerWriter::commodity(const base::Commodity& commodity) {
    scales_.emplace(commodity.code, commodity.scale);
    const std::string digits = "1000." + std::string(commodity.scale, '0');
    return commodity.code.empty()
               ? fmt::format("commodity {}\n", digits)
               : fmt::format("commodity {} {}\n", digits, symbol(commodity.code));
}

std::string HledgerWriter::account(const ledger::Account& account) {
    const std::int64_t id = account.id.value;
    const std::string above = account.parent ? names_.at(account.parent->value) + ':' : "";
    const auto above_code =
        account.parent ? std::optional{codes_.at(account.parent->value)} : std::nullopt;
    const std::string leaf = account.code.substr(account.code.rfind(':') + 1);
    // The code of an imported account is its path already.
    const bool is_path =
        account.imported && is_account_name(account.code) &&
        (above_code ? account.code == *above_code + ':' + leaf : leaf == account.code) &&
        (above_code ? names_.at(account.parent->value) == *above_code : true);
    std::string name = is_path ? account.code
                               : above + account_part(
                                             account.imported || account.name == account.code
                                                 ? account.name
                                                 : account.code + ' ' + account.name
                                         );
    for (int number = 2; !taken_.insert(name).second; ++number) {
        name = fmt::format("{}{} {}", above, account_part(account.code), number);
    }
    Marks marks;
    if (account.code != name) {
        marks.emplace("code", account.code);
    }
    if (account.name != name.substr(name.rfind(':') + 1)) {
        marks.emplace("name", account.name);
    }
    if (account.subtype != (type_letter(account) == "C" ? "cash" : "")) {
        marks.emplace("subtype", account.subtype);
    }
    if (account.commodity) {
        marks.emplace("commodity", *account.commodity);
    }
    if (!account.imported) {
        marks.emplace("rules", "own");
    }
    if (!account.active) {
        marks.emplace("active", "no");
    }
    names_.emplace(id, name);
    codes_.emplace(id, account.code);
    std::string text = fmt::format("account {}", name);
    if (!account.type_assumed) {
        text += fmt::format("  ; type:{}", type_letter(account));
    }
    text += '\n';
    append_marks(text, marks);
    return text;
}

std::string HledgerWriter::price(const ArchivedPrice& price) const {
    return fmt::format(
        "P {} {} {}{}\n",
        base::to_string(price.date),
        symbol(price.commodity),
        base::to_string(price.price),
        price.quote_commodity.empty() ? "" : ' ' + symbol(price.quote_commodity)
    );
}

void HledgerWriter::append_comments(std::string& to, const ledger::Entry& entry) const {
    const std::string comment = comment_of(entry.tags);
    append_comment(to, comment);
    append_marks(to, marks_of(entry, comment));
}

void HledgerWriter::append_posting(std::string& to, const ledger::Line& line) const {
    to += fmt::format(
        "{}{}  {}", kIndent, names_.at(line.account.value), amount(line.amount, line.commodity)
    );
    if (line.cost) {
        const std::int64_t units = line.cost->units < 0 ? -line.cost->units : line.cost->units;
        to += " @@ " + amount(units, line.cost->commodity);
    }
    to += '\n';
}

void HledgerWriter::append_line(std::string& to, const ledger::Line& line, BaseAmounts told) const {
    Marks marks;
    if (!is_memo(line.memo)) {
        marks.emplace("memo", line.memo);
    }
    if (told == BaseAmounts::told) {
        marks.emplace("base", base::units_to_string(line.base_amount, scales_.at(base_)));
    }
    const auto append_texts = [&] {
        append_comment(to, is_memo(line.memo) ? line.memo : "");
        append_marks(to, marks);
    };
    if (!is_costed_oddly(line)) {
        append_posting(to, line);
        append_texts();
        return;
    }
    // One unit at the whole cost, and the rest for nothing.
    ledger::Line costed = line;
    costed.amount = line.cost->units > 0 ? 1 : -1;
    ledger::Line rest = line;
    rest.amount = line.amount - costed.amount;
    rest.cost->units = 0;
    append_posting(to, costed);
    append_texts();
    append_posting(to, rest);
    marks = {{"joined", "yes"}};
    if (told == BaseAmounts::told) {
        marks.emplace("base", base::units_to_string(0, scales_.at(base_)));
    }
    append_marks(to, marks);
}

std::string HledgerWriter::entry(const ledger::PostedEntry& posted) const {
    const ledger::Entry& entry = posted.entry;
    std::string text = '\n' + base::to_string(entry.date);
    if (entry.document_date) {
        text += '=' + base::to_string(*entry.document_date);
    }
    text += ' ';
    text += status_of(entry.tags);
    if (!entry.reference.empty()) {
        std::string code = is_code(entry.reference) ? entry.reference : legible(entry.reference);
        std::erase_if(code, [](char c) { return c == '(' || c == ')'; });
        text += fmt::format("({}) ", code);
    }
    text += is_description(entry.description) ? entry.description : legible(entry.description);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
    append_comments(text, entry);
    const auto told = base_amounts_follow(entry, base_) ? BaseAmounts::follow : BaseAmounts::told;
    for (const ledger::Line& line : entry.lines) {
        append_line(text, line, told);
    }
    return text;
}

std::string HledgerWriter::end() const {
    return "\n; end of the books\n";
}

}  // namespace accubooks::interchange
