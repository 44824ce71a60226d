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

/// The same from up to `limit + 1` items: the one too many is left out, and `key_of` the last one
/// that stays is where the next page begins.
template <class Item, class Key, class Write>
std::string text_page_json(std::vector<Item> items, std::int64_t limit, Key key_of, Write write) {
    std::optional<std::string> next;
    if (items.size() > static_cast<std::size_t>(limit)) {
        items.pop_back();
        next = to_text_cursor(key_of(items.back()));
    }
    return page_json(items, next, write);
}

}  // namespace accubooks::net
