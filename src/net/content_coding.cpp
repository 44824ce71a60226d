#include "net/internal/content_coding.h"

#include <algorithm>
#include <optional>

#include "net/internal/field_text.h"

namespace accubooks::net {

namespace {

constexpr int kWhole = 1000;

bool equal_without_case(std::string_view left, std::string_view lower) {
    return std::ranges::equal(left, lower, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
}

// "q=0.25" is 250. What is no weight takes nothing away from the coding.
int thousandths_of(std::string_view weight) {
    constexpr std::string_view kZero = "q=0";
    if (!equal_without_case(weight.substr(0, kZero.size()), kZero)) {
        return kWhole;
    }
    weight.remove_prefix(kZero.size());
    if (weight.starts_with('.')) {
        weight.remove_prefix(1);
    }
    int sum = 0;
    int place = kWhole;
    for (const char digit : weight) {
        if (digit < '0' || digit > '9') {
            return kWhole;
        }
        place /= 10;
        sum += (digit - '0') * place;
    }
    return sum;
}

}  // namespace

int weight_of(std::string_view coding, std::string_view accept_encoding) {
    std::optional<int> named;
    std::optional<int> any;
    while (!accept_encoding.empty()) {
        const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
        const std::string_view item = accept_encoding.substr(0, end);
        accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
        const auto semicolon = std::min(item.find(';'), item.size());
        const std::string_view its = trim(item.substr(0, semicolon));
        const int weight = thousandths_of(trim(item.substr(std::min(semicolon + 1, item.size()))));
        if (equal_without_case(its, coding)) {
            named = weight;
        } else if (its == "*") {
            any = weight;
        }
    }
    const int unnamed = coding == "identity" ? 1 : 0;
    return named.value_or(any.value_or(unnamed));
}

}  // namespace accubooks::net
