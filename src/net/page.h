#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "net/cursor.h"
#include "net/http.h"

namespace accubooks::net {

/// Items of a page at most; `limit` may ask for fewer.
inline constexpr std::int64_t kPageMax = 1000;

/// Which page of a list sorted by a text is asked for: up to `limit` items after `after`. A store
/// is asked for one item more, which tells whether a page follows.
struct TextPage {
    std::optional<std::string> after;
    std::int64_t limit = 0;
};

/// `cursor` and `limit` of a list that takes no other parameter. Errors: `http.bad_parameter`.
base::Result<TextPage> text_page_of(const Request& request);

/// The same of a list sorted by a number above zero: its cursor is the last page's last number.
struct NumberPage {
    std::int64_t after = 0;
    std::int64_t limit = 0;
};

/// `cursor` and `limit`; which parameters the list takes besides is the caller's to check. Errors:
/// `http.bad_parameter`.
base::Result<NumberPage> number_page_of(const Request& request, std::int64_t limit_default);

/// A page as every list answers it: `{"items": […], "next": …}`. `write(json, item)` writes one
/// item; `next` is null on the last page.
template <class Item, class Write>
std::string page_json(
    const std::vector<Item>& items, const std::optional<std::string>& next, Write write
) {
    constexpr std::size_t kBytesOfItem = 256;
    base::JsonWriter json{64 + items.size() * kBytesOfItem};
    json.begin_object().key("items").begin_array();
    for (const Item& item : items) {
        write(json, item);
    }
    json.end_array().member("next", next).end_object();
    return std::move(json).take();
}

/// The same from up to `limit + 1` items: the one too many is left out, and `cursor_of` the last
/// one that stays is where the next page begins.
template <class Item, class Cursor, class Write>
std::string cut_page_json(
    std::vector<Item> items, std::int64_t limit, Cursor cursor_of, Write write
) {
    std::optional<std::string> next;
    if (items.size() > static_cast<std::size_t>(limit)) {
        items.pop_back();
        next = cursor_of(items.back());
    }
    return page_json(items, next, write);
}

/// The same of a list sorted by the text that `key_of` gives.
template <class Item, class Key, class Write>
std::string text_page_json(std::vector<Item> items, std::int64_t limit, Key key_of, Write write) {
    const auto cursor_of = [&](const Item& item) { return to_text_cursor(key_of(item)); };
    return cut_page_json(std::move(items), limit, cursor_of, write);
}

}  // namespace accubooks::net
