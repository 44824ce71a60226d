#include "interchange/csv_mapping.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::interchange {
namespace {

using Pairs = CsvMapping::Pairs;

constexpr std::string_view kKeys[] = {
    "account",     "amount", "amount_or", "base_credit", "base_debit", "charset",      "commodity",
    "counter",     "credit", "date",      "date_order",  "debit",      "decimal_mark", "delimiter",
    "description", "entry",  "footer",    "header",      "memo",       "reference",    "sign",
};
constexpr std::string_view kAccountNamed = "account:";

constexpr std::size_t kValueBytesMax = 200;
constexpr std::size_t kPairsMax = 500;
constexpr std::size_t kBytesMax = 50'000;
constexpr std::size_t kRowsMax = 100;

std::unexpected<base::Error> bad_mapping(
    std::string detail, std::vector<base::FieldError> fields = {}
) {
    return base::refuse(
        base::ErrorKind::invalid, "import.bad_mapping", std::move(detail), std::move(fields)
    );
}

std::optional<std::size_t> rows_in(std::string_view text) {
    std::size_t rows = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), rows);
    const bool is_number = fault == std::errc{} && end == text.data() + text.size();
    return is_number && rows <= kRowsMax ? std::optional{rows} : std::nullopt;
}

/// What the value of a key must be; empty where it is that.
std::string_view breach_of(std::string_view key, std::string_view value) {
    const auto is_one_of = [value](std::initializer_list<std::string_view> values) {
        return std::ranges::find(values, value) != values.end();
    };
    if (value.empty() || value.size() > kValueBytesMax || !base::is_plain_text(value)) {
        return "1 to 200 bytes on one line";
    }
    if (key == "charset" && !is_one_of({"utf-8", "windows-1252"})) {
        return "utf-8 or windows-1252";
    }
    if (key == "date_order" && !is_one_of({"ymd", "dmy", "mdy"})) {
        return "ymd, dmy or mdy";
    }
    if (key == "decimal_mark" && !is_one_of({".", ","})) {
        return ". or ,";
    }
    if (key == "delimiter" && value != "tab" && (value.size() != 1 || value == "\"")) {
        return "one character, or tab";
    }
    if ((key == "header" || key == "footer") && !rows_in(value)) {
        return "a number of rows, at most 100";
    }
    return {};
}

base::Result<void> check_each(const Pairs& pairs) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : pairs) {
        bytes += key.size() + value.size();
        const bool is_known =
            std::ranges::find(kKeys, key) != std::end(kKeys) ||
            (key.starts_with(kAccountNamed) && key.size() > kAccountNamed.size() &&
             key.size() <= kValueBytesMax && base::is_plain_text(key));
        const std::string_view breach = is_known ? breach_of(key, value) : "no key of a mapping";
        if (!breach.empty()) {
            return bad_mapping(
                fmt::format("The mapping's {} is wrong: {}.", base::printable(key), breach),
                {{.pointer = "/" + base::printable(key), .detail = std::string{breach}}}
            );
        }
    }
    if (pairs.size() > kPairsMax || bytes > kBytesMax) {
        return bad_mapping("A mapping has at most 500 pairs and 50000 bytes.");
    }
    return {};
}

}  // namespace

std::string_view CsvMapping::operator[](std::string_view key) const {
    const auto found = pairs_.find(key);
    return found == pairs_.end() ? std::string_view{} : std::string_view{found->second};
}

std::size_t CsvMapping::rows(std::string_view key) const {
    return rows_in((*this)[key]).value_or(0);
}

std::string_view CsvMapping::account_code(std::string_view text) const {
    const std::string_view code = (*this)[std::string{kAccountNamed} += text];
    return code.empty() ? text : code;
}

base::Result<CsvMapping> CsvMapping::of(Pairs pairs) {
    AB_CHECK(check_each(pairs));
    CsvMapping mapping;
    mapping.pairs_ = std::move(pairs);
    if (!mapping.has("date") || !mapping.has("account")) {
        return bad_mapping("Say which columns are date and account.");
    }
    const bool is_signed = mapping.has("amount");
    if (is_signed == (mapping.has("debit") || mapping.has("credit")) ||
        mapping.has("debit") != mapping.has("credit")) {
        return bad_mapping("Say which column is the amount, or which two are debit and credit.");
    }
    if (!is_signed && (mapping.has("sign") || mapping.has("amount_or"))) {
        return bad_mapping("Only an amount has a sign, or amount_or beside it.");
    }
    if (mapping.has("entry") == mapping.has("counter")) {
        return bad_mapping(
            "Say which column is the counter account, or which one tells the rows of an entry."
        );
    }
    if (mapping.has("base_debit") != mapping.has("base_credit")) {
        return bad_mapping("Name both of base_debit and base_credit, or none.");
    }
    return mapping;
}

}  // namespace accubooks::interchange
