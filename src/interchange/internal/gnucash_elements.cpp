#include "interchange/internal/gnucash_elements.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

using Element = XmlRecord::Element;

std::optional<std::string_view> text_in(const Element& element, std::string_view child) {
    const auto found = element.child(child);
    const std::string_view text = found ? stripped(found->text()) : std::string_view{};
    return text.empty() ? std::nullopt : std::optional{text};
}

base::Result<Element> child_of(const Element& element, std::string_view child, SourcePosition& at) {
    at = element.at();
    if (const auto found = element.child(child)) {
        at = found->at();
        return *found;
    }
    return invalid(
        "interchange.bad_gnucash", fmt::format("{} has no {}", shown(element.name()), child)
    );
}

base::Result<std::string_view> text_of(
    const Element& element, std::string_view child, SourcePosition& at
) {
    AB_TRY(found, child_of(element, child, at));
    const std::string_view text = stripped(found.text());
    if (text.empty()) {
        return invalid("interchange.bad_gnucash", fmt::format("{} has no text", child));
    }
    return text;
}

base::Result<std::string> line_of_text(
    const Element& element, std::string_view child, std::size_t longest, SourcePosition& at
) {
    const auto found = element.child(child);
    if (!found) {
        return std::string{};
    }
    at = found->at();
    std::string text = on_one_line(stripped(found->text()));
    if (!base::is_plain_text(text) || base::characters_in(text) > longest) {
        return invalid(
            "interchange.bad_gnucash",
            fmt::format(
                "{} is longer than {} characters, or has some that can't be seen: {}",
                child,
                longest,
                shown(text)
            )
        );
    }
    return text;
}

base::Result<Fraction> fraction_of(
    const Element& element, std::string_view child, SourcePosition& at
) {
    AB_TRY(text, text_of(element, child, at));
    return parse_fraction(text);
}

base::Result<base::Date> day_of(
    const Element& element, std::string_view child, SourcePosition& at
) {
    AB_TRY(time, child_of(element, child, at));
    AB_TRY(text, text_of(time, "ts:date", at));
    const auto day = calendar_part(text);
    if (!day) {
        return invalid("interchange.bad_date", fmt::format("{} is no day", shown(text)));
    }
    return *day;
}

std::optional<Element> slot_in(
    const Element& element, std::string_view child, std::string_view key
) {
    const auto slots = element.child(child);
    if (!slots) {
        return std::nullopt;
    }
    for (const Element& slot : slots->children("slot")) {
        if (text_in(slot, "slot:key") == key) {
            return slot.child("slot:value");
        }
    }
    return std::nullopt;
}

bool is_set(const Element& element, std::string_view child, std::string_view key) {
    const auto value = slot_in(element, child, key);
    return value && stripped(value->text()) == "true";
}

base::Result<CommodityName> commodity_name(const Element& element, SourcePosition& at) {
    AB_TRY(space, text_of(element, "cmdty:space", at));
    AB_TRY(id, text_of(element, "cmdty:id", at));
    return CommodityName{.space = space, .id = id};
}

base::Result<std::uint32_t> commodity_of(
    const Element& element, std::string_view child, GnucashBook& book, SourcePosition& at
) {
    AB_TRY(named, child_of(element, child, at));
    AB_TRY(name, commodity_name(named, at));
    return book.intern_commodity(name, at);
}

}  // namespace accubooks::interchange
