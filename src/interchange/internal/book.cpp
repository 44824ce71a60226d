#include "interchange/internal/book.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"

namespace accubooks::interchange {

void add_remark(SourceReport& report, RemarkKind kind, SourcePosition at, std::string text) {
    ++report.remark_counts[std::to_underlying(kind)];
    if (report.remarks.size() < JournalLimits::kRemarks) {
        report.remarks.push_back({.kind = kind, .at = at, .text = std::move(text)});
    }
}

std::string amount_text(const base::Decimal& value, const CommodityFacts& commodity) {
    const std::string number = base::to_string(value);
    return commodity.code.empty() ? number
                                  : fmt::format("{} {}", number, base::printable(commodity.code));
}

Book::Book(const JournalOptions& options) {
    for (const auto& [symbol, code] : options.symbols) {
        mapped_.insert_or_assign(symbol, code);
    }
    for (const auto& known : options.known_commodities) {
        known_scales_.insert_or_assign(known.code, known.scale);
    }
    intern_commodity("");
}

std::uint32_t Book::intern_account(std::string_view path, SourcePosition at) {
    if (const auto found = account_index_.find(path); found != account_index_.end()) {
        return found->second;
    }
    std::optional<std::uint32_t> parent;
    if (const auto colon = path.rfind(':'); colon != std::string_view::npos && colon > 0) {
        parent = intern_account(path.substr(0, colon), at);
    }
    account_bytes_ += path.size();
    const auto index = static_cast<std::uint32_t>(accounts_.size());
    accounts_.push_back({.path = std::string{path}, .parent = parent, .first = at});
    account_index_.emplace(path, index);
    return index;
}

bool Book::has_room_for_account(std::string_view path, std::size_t depth) const {
    return accounts_.size() + depth <= JournalLimits::kAccounts &&
           account_bytes_ + path.size() * depth <= JournalLimits::kAccountsBytes;
}

std::optional<std::uint32_t> Book::intern_commodity(std::string_view symbol) {
    if (const auto found = commodity_index_.find(symbol); found != commodity_index_.end()) {
        return found->second;
    }
    if (commodity_index_.size() >= JournalLimits::kCommodities) {
        return std::nullopt;
    }
    const auto mapping = mapped_.find(symbol);
    const std::string_view code = mapping == mapped_.end() ? symbol : mapping->second;
    auto found = code_index_.find(code);
    if (found == code_index_.end()) {
        const auto index = static_cast<std::uint32_t>(commodities_.size());
        CommodityFacts facts{.code = std::string{code}};
        if (const auto known = known_scales_.find(code); known != known_scales_.end()) {
            facts.known_scale = known->second;
        }
        commodities_.push_back(std::move(facts));
        found = code_index_.emplace(code, index).first;
    }
    commodity_index_.emplace(symbol, found->second);
    return found->second;
}

void Book::remark(RemarkKind kind, SourcePosition at, std::string text) {
    add_remark(report_, kind, at, std::move(text));
}

}  // namespace accubooks::interchange
