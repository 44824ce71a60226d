// CSV files, as `accubooks import --csv` reads them.
//
// Laws: a refusal names a line, a cell and a code, and can be shown; what is read was read within
// its limits; a file that is read is read the same with what was decided told beforehand.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "interchange/csv_table.h"
#include "law.h"

namespace {

using namespace accubooks;
using interchange::CsvMapping;

CsvMapping mapping_of(CsvMapping::Pairs pairs) {
    auto mapping = CsvMapping::of(std::move(pairs));
    demand(mapping.has_value(), "the mappings here are good");
    return *mapping;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const CsvMapping mappings[] = {
        mapping_of(
            {{"date", "Date"}, {"amount", "Amount"}, {"account", "=1"}, {"counter", "Counter"}}
        ),
        mapping_of(
            {{"date", "#1"},
             {"amount", "#2"},
             {"amount_or", "#4"},
             {"sign", "#3"},
             {"account", "=1"},
             {"counter", "=2"}}
        ),
        mapping_of(
            {{"date", "#1"}, {"debit", "#2"}, {"credit", "#3"}, {"account", "#4"}, {"entry", "#5"}}
        ),
    };
    if (size == 0) {
        return 0;
    }
    const CsvMapping& mapping = mappings[data[0] % 3];
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto table = interchange::read_table(bytes, mapping);
    if (!table) {
        demand(!table.error().empty(), "a refusal says why");
        for (const auto& error : table.error()) {
            demand(error.code.starts_with("interchange."), "a refusal has a code of this room");
            demand(error.at.line > 0 && error.at.cell > 0, "a refusal names a line and a cell");
            demand(base::is_plain_text(error.reason), "a reason can be shown on a terminal");
            demand(
                !error.question || error.question->readings.size() == 2,
                "a question has two answers"
            );
        }
        return 0;
    }
    auto pairs = mapping.pairs();
    const auto& format = table->format;
    pairs.insert_or_assign("charset", std::string{interchange::to_string(format.charset)});
    pairs.insert_or_assign("date_order", std::string{interchange::to_string(format.date_order)});
    pairs.insert_or_assign("decimal_mark", std::string(1, format.decimal_mark));
    pairs.insert_or_assign(
        "delimiter", format.delimiter == '\t' ? "tab" : std::string(1, format.delimiter)
    );
    const auto told = interchange::read_table(bytes, mapping_of(std::move(pairs)));
    demand(told && told->records.size() == table->records.size(), "what was decided may be told");
    for (std::size_t at = 0; at < table->records.size(); ++at) {
        const auto& one = table->records[at];
        const auto& other = told->records[at];
        demand(one.date == other.date && one.amount == other.amount, "and reads the same");
        demand(base::is_utf8(one.description) && base::is_utf8(one.account), "texts are UTF-8");
    }
    return 0;
}
