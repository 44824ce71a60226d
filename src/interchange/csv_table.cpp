#include "interchange/csv_table.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/import_result.h"
#include "interchange/internal/csv_columns.h"
#include "interchange/internal/csv_values.h"

namespace accubooks::interchange {
namespace {

constexpr std::string_view kAmounts[] = {
    "amount", "amount_or", "debit", "credit", "base_debit", "base_credit"
};
constexpr DateOrder kOrders[] = {DateOrder::ymd, DateOrder::dmy, DateOrder::mdy};

std::string shown(std::string_view text) {
    return base::printable(text.substr(0, 60));
}

/// Reads a file whose rows are known.
class TableReader {
public:
    TableReader(const CsvMapping& mapping, std::span<const CsvRow> rows, Columns columns)
        : mapping_{mapping}, rows_{rows}, columns_{std::move(columns)} {}

    std::expected<CsvTable, CsvErrors> read(CsvFormat format);

private:
    void decide_dates();
    /// False where the file has both marks: then every number of one kind is wrong.
    bool decide_marks();
    std::optional<CsvRecord> record_of(const CsvRow& row);
    base::Decimal number(const CsvRow& row, std::string_view key);
    base::Decimal amount(const CsvRow& row);
    base::Decimal signed_amount(const CsvRow& row);
    /// Of two columns of which one row has one, and no sign.
    base::Decimal difference(const CsvRow& row, std::string_view debit, std::string_view credit);
    /// A report's opening row, and what stands at its end, belong to no entry.
    bool is_left_out(const CsvRow& row) const {
        return mapping_.has("entry") && columns_.text(row, "entry").empty();
    }
    void refuse(
        const CsvRow& row,
        std::string_view key,
        std::string reason,
        std::optional<ImportQuestion> question = std::nullopt
    );

    const CsvMapping& mapping_;
    std::span<const CsvRow> rows_;
    Columns columns_;
    CsvFormat format_;
    CsvErrors errors_;
};

void TableReader::refuse(
    const CsvRow& row,
    std::string_view key,
    std::string reason,
    std::optional<ImportQuestion> question
) {
    if (errors_.size() < kNamedMax) {
        errors_.push_back({
            .at = columns_.place(row, key),
            .code = question ? "interchange.ambiguous_csv" : "interchange.bad_csv",
            .reason = std::move(reason),
            .question = std::move(question),
        });
    }
}

void TableReader::decide_dates() {
    const std::string_view told = mapping_["date_order"];
    std::vector<DateOrder> fit;
    for (const DateOrder order : kOrders) {
        if (told.empty() || told == to_string(order)) {
            fit.push_back(order);
        }
    }
    const CsvRow* last = nullptr;  // that is a day
    std::uint64_t days = 0;
    for (const CsvRow& row : rows_) {
        if (is_left_out(row)) {
            continue;
        }
        const std::string text = columns_.text(row, "date");
        const auto is_day = [&text](DateOrder order) { return date_of(text, order).has_value(); };
        if (std::ranges::none_of(fit, is_day)) {
            refuse(
                row,
                "date",
                told.empty()
                    ? fmt::format("\"{}\" is no day, written as those before it", shown(text))
                    : fmt::format("\"{}\" is no day, written as {}", shown(text), told)
            );
        } else {
            std::erase_if(fit, [&is_day](DateOrder order) { return !is_day(order); });
            last = &row;
            ++days;
        }
    }
    format_.date_order = fit.front();
    if (fit.size() > 1 && last != nullptr) {
        const std::string text = columns_.text(*last, "date");
        ImportQuestion question{
            .option = "date_order", .text = text, .readings = {}, .alike = days
        };
        for (const DateOrder order : fit) {
            const auto date = date_of(text, order);
            question.readings.push_back({
                .value = std::string{to_string(order)},
                .reads = date ? base::to_string(*date) : std::string{},
            });
        }
        refuse(
            *last,
            "date",
            "every date may be day first or month first; say date_order=dmy or date_order=mdy",
            std::move(question)
        );
    }
}

bool TableReader::decide_marks() {
    if (mapping_.has("decimal_mark")) {
        format_.decimal_mark = mapping_["decimal_mark"][0];
        return true;
    }
    struct Evidence {
        const CsvRow* row = nullptr;
        std::string_view key;
    };
    std::optional<Evidence> point;
    std::optional<Evidence> comma;
    std::optional<Evidence> open;
    std::uint64_t open_count = 0;
    for (const CsvRow& row : rows_) {
        for (const std::string_view key : kAmounts) {
            if (is_left_out(row)) {
                continue;
            }
            const MarkShown mark = mark_shown_by(columns_.text(row, key));
            open_count += mark == MarkShown::either ? 1 : 0;
            auto& of = mark == MarkShown::point ? point : mark == MarkShown::comma ? comma : open;
            if (mark != MarkShown::nothing && !of) {
                of = {.row = &row, .key = key};
            }
        }
    }
    format_.decimal_mark = comma ? ',' : '.';
    if (point && comma) {
        const Evidence& later = point->row->line < comma->row->line ? *comma : *point;
        refuse(
            *later.row,
            later.key,
            fmt::format(
                "\"{}\" has another decimal mark than line {}; say decimal_mark=. or "
                "decimal_mark=,",
                shown(columns_.text(*later.row, later.key)),
                (&later == &*comma ? point : comma)->row->line
            )
        );
        return false;
    }
    if (!point && !comma && open) {
        const std::string text = columns_.text(*open->row, open->key);
        ImportQuestion question{
            .option = "decimal_mark", .text = text, .readings = {}, .alike = open_count
        };
        for (const char mark : {'.', ','}) {
            const auto number = number_of(text, mark);
            question.readings.push_back({
                .value = std::string(1, mark),
                .reads = number ? base::to_string(*number) : std::string{},
            });
        }
        refuse(
            *open->row,
            open->key,
            fmt::format(
                "\"{}\" is {} or {}, and no number tells whether a point or a comma parts "
                "decimals; say decimal_mark=. or decimal_mark=,",
                shown(text),
                question.readings[0].reads,
                question.readings[1].reads
            ),
            question
        );
    }
    return true;
}

base::Decimal TableReader::number(const CsvRow& row, std::string_view key) {
    const std::string text = columns_.text(row, key);
    if (text.empty()) {
        return {};
    }
    const auto read = number_of(text, format_.decimal_mark);
    if (!read) {
        refuse(
            row,
            key,
            fmt::format(
                "\"{}\" is no number with the decimal mark {}", shown(text), format_.decimal_mark
            )
        );
    }
    return read.value_or(base::Decimal{});
}

base::Decimal TableReader::difference(
    const CsvRow& row, std::string_view debit, std::string_view credit
) {
    const base::Decimal in = number(row, debit);
    const base::Decimal out = number(row, credit);
    if (in.is_negative() || out.is_negative()) {
        refuse(
            row,
            in.is_negative() ? debit : credit,
            "the amount has a sign, though its column tells it; map the columns as amount and "
            "amount_or"
        );
    } else if (!in.is_zero() && !out.is_zero()) {
        refuse(row, credit, fmt::format("the row has both {} and {}", debit, credit));
    }
    return in.is_zero() ? out.negated() : in;
}

base::Decimal TableReader::signed_amount(const CsvRow& row) {
    const bool has_own = !columns_.text(row, "amount").empty();
    const bool has_other = !columns_.text(row, "amount_or").empty();
    if (has_own && has_other) {
        refuse(row, "amount_or", "the row has both amount and amount_or");
    }
    const base::Decimal amount = number(row, has_own || !has_other ? "amount" : "amount_or");
    if (!mapping_.has("sign")) {
        return amount;
    }
    const std::string sign = columns_.text(row, "sign");
    // A bank's words: what it credits came in, which is a debit of the account here.
    constexpr std::string_view kOut[] = {"D", "DR", "DBIT", "S", "-"};
    constexpr std::string_view kIn[] = {"C", "CR", "CRDT", "H", "+"};
    const bool is_out = std::ranges::find(kOut, sign) != std::end(kOut);
    if (!is_out && std::ranges::find(kIn, sign) == std::end(kIn)) {
        refuse(row, "sign", fmt::format("\"{}\" is neither D nor C", shown(sign)));
    }
    if (amount.is_negative()) {
        refuse(row, "amount", "the amount has a sign, though another column tells it");
    }
    return is_out ? amount.negated() : amount;
}

base::Decimal TableReader::amount(const CsvRow& row) {
    constexpr std::string_view kOwn[] = {"amount", "amount_or", "debit", "credit"};
    const auto is_empty = [&](std::string_view key) { return columns_.text(row, key).empty(); };
    if (std::ranges::all_of(kOwn, is_empty)) {
        refuse(row, mapping_.has("amount") ? "amount" : "debit", "the row has no amount");
        return {};
    }
    return mapping_.has("amount") ? signed_amount(row) : difference(row, "debit", "credit");
}

std::optional<CsvRecord> TableReader::record_of(const CsvRow& row) {
    const auto date = date_of(columns_.text(row, "date"), format_.date_order);
    if (!date) {
        return std::nullopt;  // refused when the order of dates was decided
    }
    const auto code = [&](std::string_view key) {
        return std::string{mapping_.account_code(columns_.text(row, key))};
    };
    CsvRecord record{
        .line = row.line,
        .date = *date,
        .description = columns_.text(row, "description"),
        .reference = columns_.text(row, "reference"),
        .memo = columns_.text(row, "memo"),
        .account = code("account"),
        .counter = mapping_.has("counter") ? code("counter") : std::string{},
        .entry = columns_.text(row, "entry"),
        .commodity = columns_.text(row, "commodity"),
        .amount = amount(row),
    };
    if (mapping_.has("base_debit")) {
        record.base_amount = difference(row, "base_debit", "base_credit");
    }
    return record;
}

std::expected<CsvTable, CsvErrors> TableReader::read(CsvFormat format) {
    format_ = format;
    decide_dates();
    CsvTable table;
    if (decide_marks()) {
        table.records.reserve(rows_.size());
        for (const CsvRow& row : rows_) {
            auto record = is_left_out(row) ? std::nullopt : record_of(row);
            if (record && !(record->amount.is_zero() && mapping_.has("counter"))) {
                table.records.push_back(*std::move(record));
            } else {
                ++table.left_out;
            }
        }
    }
    if (!errors_.empty()) {
        std::ranges::sort(errors_, {}, [](const CsvError& error) {
            return std::pair{error.at.line, error.at.cell};
        });
        return std::unexpected(std::move(errors_));
    }
    table.format = format_;
    for (const auto& [key, cell] : columns_.cells()) {
        table.cells.emplace(key, static_cast<std::uint32_t>(cell) + 1);
    }
    return table;
}

std::unexpected<CsvErrors> refused(CsvError error) {
    return std::unexpected(CsvErrors{std::move(error)});
}

}  // namespace

std::string_view to_string(DateOrder order) {
    return order == DateOrder::ymd ? "ymd" : order == DateOrder::dmy ? "dmy" : "mdy";
}

void write_format(base::JsonWriter& json, const CsvFormat& format) {
    json.begin_object();
    json.member("charset", to_string(format.charset));
    json.member("delimiter", std::string(1, format.delimiter));
    json.key("title_line");
    if (format.title_line == 0) {
        json.value(nullptr);
    } else {
        json.value(format.title_line);
    }
    json.member("date_order", to_string(format.date_order));
    json.member("decimal_mark", std::string(1, format.decimal_mark));
    json.end_object();
}

ImportProblem problem_of(const CsvError& error, std::string file) {
    return {
        .file = std::move(file),
        .line = error.at.line,
        .column = error.at.cell,
        .code = error.code,
        .reason = error.reason,
    };
}

std::expected<CsvTable, CsvErrors> read_table(std::string_view bytes, const CsvMapping& mapping) {
    if (bytes.size() > CsvLimits::kFileBytes) {
        return refused({
            .at = {.line = 1, .cell = 1},
            .code = "interchange.bad_csv",
            .reason = "the file is larger than 32 MiB",
        });
    }
    CsvFormat format{.charset = charset_of(bytes)};
    if (mapping.has("charset")) {
        format.charset = mapping["charset"] == "utf-8" ? Charset::utf8 : Charset::cp1252;
    }
    const auto text = decoded(bytes, format.charset);
    if (!text) {
        return refused(text.error());
    }
    const std::string_view told = mapping["delimiter"];
    format.delimiter = told.empty() ? delimiter_of(*text) : told == "tab" ? '\t' : told[0];
    const auto rows = read_csv(*text, format.delimiter);
    if (!rows) {
        return refused(rows.error());
    }
    std::size_t first = 0;
    auto columns = Columns::of(mapping, *rows, first);
    if (!columns) {
        return refused(std::move(columns).error());
    }
    const std::size_t end = rows->size() - std::min(rows->size(), mapping.rows("footer"));
    first = std::min(first, end);
    format.title_line = columns->title_line();
    const auto entries = std::span{*rows}.subspan(first, end - first);
    return TableReader{mapping, entries, *std::move(columns)}.read(format);
}

}  // namespace accubooks::interchange
