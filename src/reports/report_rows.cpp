#include "reports/report_rows.h"

#include <fmt/format.h>

namespace accubooks::reports {

void ReportRows::head(
    std::initializer_list<std::string_view> own,
    std::initializer_list<std::string_view> beside,
    std::size_t columns_beside
) {
    names_.reserve(own.size() + columns_beside * beside.size());
    names_.assign(own.begin(), own.end());
    for (std::size_t column = 1; column <= columns_beside; ++column) {
        for (const std::string_view name : beside) {
            names_.push_back(fmt::format("{}_{}", name, column));
        }
    }
    for (const std::string& name : names_) {
        text(name);
    }
    end_row();
}

void ReportRows::end(std::string_view assertion, base::EntryNumber last, std::string_view column) {
    const std::string sentence = fmt::format("{} As of entry {}.", assertion, last.value);
    for (const std::string& name : names_) {
        text(name == column ? std::string_view{sentence} : std::string_view{});
    }
    end_row();
}

void ReportRows::amount(Total units, const base::Commodity& commodity) {
    decimal(to_text(units, commodity), commodity.scale);
}

void ReportRows::number(std::int64_t number) {
    decimal(fmt::to_string(number), 0);
}

void ReportRows::percent(const std::optional<std::string>& change) {
    if (change) {
        decimal(*change, 1);
    } else {
        text("");
    }
}

}  // namespace accubooks::reports
