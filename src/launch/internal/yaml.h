#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace accubooks::launch {

/// A part of a document: text, a list or a map, and where it begins (from 1).
struct YamlNode {
    enum class Kind : std::uint8_t { scalar, list, map };

    Kind kind = Kind::scalar;
    int line = 0;
    int column = 0;
    bool is_plain = false;  // a scalar without quotes
    std::string text{};
    std::vector<YamlNode> items{};
    std::vector<std::pair<std::string, YamlNode>> members{};  // in the order of the document

    const YamlNode* find(std::string_view key) const;
};

/// One YAML document of maps, lists and plain texts. Bounded in size, depth and number of nodes;
/// anchors, aliases, tags and keys that aren't texts are refused, and so are two equal keys of a
/// map. Errors: `plan.bad_yaml`, with line and column.
base::Result<YamlNode> parse_yaml(std::string_view text, std::size_t bytes_max);

/// The same tree from a JSON text. Errors: `plan.bad_yaml`.
base::Result<YamlNode> parse_json_tree(std::string_view text, std::size_t bytes_max);

}  // namespace accubooks::launch
