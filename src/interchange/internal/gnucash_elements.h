#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/error.h"
#include "interchange/internal/gnucash_book.h"
#include "interchange/internal/gnucash_values.h"
#include "interchange/internal/xml_records.h"

/// What elements of a GnuCash file hold in common. In each function `at` becomes the place of what
/// is refused. Source: GnuCash, libgnucash/doc/xml/gnucash-v2.rnc.
namespace accubooks::interchange {

/// The child's text without white space around it; none where there is none, or nothing in it.
std::optional<std::string_view> text_in(const XmlRecord::Element& element, std::string_view child);
/// Errors: `interchange.bad_gnucash` where there is none.
base::Result<XmlRecord::Element> child_of(
    const XmlRecord::Element& element, std::string_view child, SourcePosition& at
);
base::Result<std::string_view> text_of(
    const XmlRecord::Element& element, std::string_view child, SourcePosition& at
);
/// A text as the books keep one: on one line, of at most so many characters that can be seen.
/// Errors: `interchange.bad_gnucash`.
base::Result<std::string> line_of_text(
    const XmlRecord::Element& element,
    std::string_view child,
    std::size_t longest,
    SourcePosition& at
);

/// Errors: those of parse_fraction.
base::Result<Fraction> fraction_of(
    const XmlRecord::Element& element, std::string_view child, SourcePosition& at
);
/// The day in a child that holds a `ts:date`. Errors: `interchange.bad_date`.
base::Result<base::Date> day_of(
    const XmlRecord::Element& element, std::string_view child, SourcePosition& at
);

/// The `slot:value` of a key among the slots that a child holds.
std::optional<XmlRecord::Element> slot_in(
    const XmlRecord::Element& element, std::string_view child, std::string_view key
);
/// Whether it is "true".
bool is_set(const XmlRecord::Element& element, std::string_view child, std::string_view key);

/// The commodity that `cmdty:space` and `cmdty:id` name in an element.
base::Result<CommodityName> commodity_name(const XmlRecord::Element& element, SourcePosition& at);
/// The commodity that a child names, known to the book from then on.
base::Result<std::uint32_t> commodity_of(
    const XmlRecord::Element& element, std::string_view child, GnucashBook& book, SourcePosition& at
);

}  // namespace accubooks::interchange
