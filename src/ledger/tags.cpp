#include "ledger/tags.h"

#include "base/json_writer.h"

namespace accubooks::ledger {

std::optional<Tags::value_type> parse_tag(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
        return std::nullopt;
    }
    return Tags::value_type{text.substr(0, equals), text.substr(equals + 1)};
}

base::Result<Tags> tags_of(const net::Request& request) {
    Tags tags;
    for (const auto& [name, text] : request.query) {
        if (name != "tag") {
            continue;
        }
        const auto tag = parse_tag(text);
        if (!tag || !tags.insert(*tag).second || tags.size() > kTagsMax) {
            return base::refuse(
                base::ErrorKind::invalid,
                "http.bad_parameter",
                "The parameter tag isn't one this route takes.",
                {{"tag", "NAME=VALUE, each name once, 50 at most"}}
            );
        }
    }
    return tags;
}

std::optional<std::string> tags_json(const Tags& tags) {
    if (tags.empty()) {
        return std::nullopt;
    }
    base::JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : tags) {
        json.member(name, value);
    }
    json.end_object();
    return std::move(json).take();
}

}  // namespace accubooks::ledger
