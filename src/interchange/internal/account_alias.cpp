#include "interchange/internal/account_alias.h"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <variant>

#include <boost/regex.hpp>

#include "interchange/internal/cursor.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

namespace {

// Expressions match characters, not bytes: names go through code points and back. The text is known
// to be UTF-8.
std::wstring widened(std::string_view text) {
    std::wstring wide;
    wide.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<std::uint8_t>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            point = (point << 6U) | (static_cast<std::uint8_t>(text[i + k]) & 0x3FU);
        }
        wide += static_cast<wchar_t>(point);
        i += length;
    }
    return wide;
}

std::string narrowed(std::wstring_view wide) {
    std::string text;
    for (const wchar_t c : wide) {
        const auto point = static_cast<std::uint32_t>(c);
        const auto tail = [&](unsigned shift) {
            text += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
        };
        if (point < 0x80) {
            text += static_cast<char>(point);
        } else if (point < 0x800) {
            text += static_cast<char>(0xC0U | (point >> 6U));
            tail(0);
        } else if (point < 0x10000) {
            text += static_cast<char>(0xE0U | (point >> 12U));
            tail(6);
            tail(0);
        } else {
            text += static_cast<char>(0xF0U | (point >> 18U));
            tail(12);
            tail(6);
            tail(0);
        }
    }
    return text;
}

struct Basic {
    std::string from;
    std::string to;
};

struct Expression {
    boost::wregex pattern;
    std::wstring replacement;
};

bool is_digit_wide(wchar_t c) {
    return c >= L'0' && c <= L'9';
}

/// Appends the replacement with \N replaced by the match's groups; false where there is no such
/// group.
bool append_replacement(
    std::wstring& out, const std::wstring& replacement, const boost::wsmatch& match
) {
    constexpr std::size_t kMostGroups = 1000;
    for (std::size_t i = 0; i < replacement.size();) {
        if (replacement[i] != L'\\' || i + 1 >= replacement.size() ||
            !is_digit_wide(replacement[i + 1])) {
            out += replacement[i++];
            continue;
        }
        std::size_t group = 0;
        for (++i; i < replacement.size() && is_digit_wide(replacement[i]); ++i) {
            group =
                std::min(group * 10 + static_cast<std::size_t>(replacement[i] - L'0'), kMostGroups);
        }
        if (group >= match.size()) {
            return false;
        }
        out += match[static_cast<int>(group)].str();
    }
    return true;
}

bool replace_all(const Expression& expression, std::string& name) {
    const std::wstring wide = widened(name);
    std::wstring out;
    auto copied = wide.begin();
    try {
        boost::wsregex_iterator match{wide.begin(), wide.end(), expression.pattern};
        for (; match != boost::wsregex_iterator{}; ++match) {
            out.append(copied, (*match)[0].first);
            if (!append_replacement(out, expression.replacement, *match) ||
                out.size() > JournalLimits::kAccountBytes) {
                return false;
            }
            copied = (*match)[0].second;
        }
    } catch (const std::runtime_error&) {
        return false;  // the engine's own bound on work, which a hostile expression meets
    }
    out.append(copied, wide.end());
    name = narrowed(out);
    return true;
}

}  // namespace

struct AccountAliases::Rule {
    std::variant<Basic, Expression> what;
};

bool AccountAliases::add(std::string_view rule, std::string& why) {
    constexpr std::size_t kExpressionBytes = 500;
    if (rules_.size() >= JournalLimits::kAliases) {
        why = "there are too many aliases in force";
        return false;
    }
    if (!rule.starts_with('/')) {
        const std::size_t equals = rule.find('=');
        if (equals == std::string_view::npos || stripped(rule.substr(0, equals)).empty()) {
            why = "an alias is written OLD = NEW, or /EXPRESSION/ = TEXT";
            return false;
        }
        Basic basic{
            .from = std::string{stripped(rule.substr(0, equals))},
            .to = std::string{stripped(rule.substr(equals + 1))}
        };
        rules_.insert(rules_.begin(), std::make_shared<const Rule>(Rule{std::move(basic)}));
        return true;
    }
    const std::size_t slash = rule.find('/', 1);
    Cursor behind{rule, slash == std::string_view::npos ? rule.size() : slash + 1};
    behind.skip_spaces();
    if (slash == std::string_view::npos || slash == 1 || slash > kExpressionBytes ||
        !behind.take('=')) {
        why = "an alias is written OLD = NEW, or /EXPRESSION/ = TEXT";
        return false;
    }
    behind.skip_spaces();
    try {
        Expression expression{
            .pattern =
                boost::wregex{
                    widened(rule.substr(1, slash - 1)),
                    boost::wregex::extended | boost::wregex::icase
                },
            .replacement = widened(behind.rest())
        };
        rules_.insert(rules_.begin(), std::make_shared<const Rule>(Rule{std::move(expression)}));
    } catch (const std::runtime_error&) {
        why = "the alias's regular expression can't be read";
        return false;
    }
    return true;
}

bool AccountAliases::apply(std::string& name) const {
    for (const auto& rule : rules_) {
        if (const auto* basic = std::get_if<Basic>(&rule->what)) {
            const bool below = name.size() > basic->from.size() && name[basic->from.size()] == ':';
            if (name.starts_with(basic->from) && (below || name.size() == basic->from.size())) {
                name.replace(0, basic->from.size(), basic->to);
            }
        } else if (!replace_all(std::get<Expression>(rule->what), name)) {
            return false;
        }
        if (name.size() > JournalLimits::kAccountBytes) {
            return false;
        }
    }
    return true;
}

}  // namespace accubooks::interchange
