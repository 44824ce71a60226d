#include "launch/internal/yaml.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/json.h"
#include "base/utf8.h"

namespace accubooks::launch {
namespace {

using base::Result;

// Deeper and larger than any plan. The parser tells of each opening as it comes, so that it never
// goes deeper itself.
constexpr std::size_t kDepthMax = 24;
constexpr std::size_t kNodesMax = 20'000;

std::unexpected<base::Error> bad(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "plan.bad_yaml", std::move(detail));
}

struct Refused {
    int line;
    int column;
    std::string why;
};

class TreeBuilder final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        stop(mark, "Nothing is said here; write a value or leave the key out.");
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        stop(mark, "Aliases aren't read; write the value out.");
    }
    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        refuse_decoration(mark, tag, anchor);
        if (is_key()) {
            take_key(mark, value);
            return;
        }
        YamlNode node = at(mark, YamlNode::Kind::scalar);
        node.is_plain = tag == "?";
        node.text = value;
        add(std::move(node));
    }
    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override {
        open(mark, tag, anchor, YamlNode::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override {
        open(mark, tag, anchor, YamlNode::Kind::map);
    }
    void OnMapEnd() override { close(); }

    std::optional<YamlNode> take() { return std::move(root_); }

private:
    struct Open {
        YamlNode node;
        std::optional<std::string> key{};  // of the member that comes next
    };

    [[noreturn]] static void stop(const YAML::Mark& mark, std::string why) {
        throw Refused{.line = mark.line + 1, .column = mark.column + 1, .why = std::move(why)};
    }
    static void refuse_decoration(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor
    ) {
        if (anchor != 0) {
            stop(mark, "Anchors aren't read; write the value out where it is needed.");
        }
        if (!tag.empty() && tag != "?" && tag != "!") {
            stop(mark, "Tags aren't read.");
        }
    }
    YamlNode at(const YAML::Mark& mark, YamlNode::Kind kind) {
        if (++nodes_ > kNodesMax) {
            stop(mark, fmt::format("There are more than {} values.", kNodesMax));
        }
        return {.kind = kind, .line = mark.line + 1, .column = mark.column + 1};
    }
    bool is_key() const {
        return !open_.empty() && open_.back().node.kind == YamlNode::Kind::map && !open_.back().key;
    }
    void take_key(const YAML::Mark& mark, const std::string& key) {
        if (open_.back().node.find(key) != nullptr) {
            stop(mark, fmt::format("{} is said twice.", base::printable(key)));
        }
        open_.back().key = key;
    }
    void open(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind
    ) {
        refuse_decoration(mark, tag, anchor);
        if (is_key()) {
            stop(mark, "A key must be a text.");
        }
        if (open_.size() >= kDepthMax) {
            stop(mark, fmt::format("This is nested more than {} deep.", kDepthMax));
        }
        open_.push_back({.node = at(mark, kind)});
    }
    void close() {
        YamlNode node = std::move(open_.back().node);
        open_.pop_back();
        add(std::move(node));
    }
    void add(YamlNode node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& into = open_.back();
        if (into.node.kind == YamlNode::Kind::list) {
            into.node.items.push_back(std::move(node));
        } else {
            into.node.members.emplace_back(*std::move(into.key), std::move(node));
            into.key.reset();
        }
    }

    std::vector<Open> open_;
    std::optional<YamlNode> root_;
    std::size_t nodes_ = 0;
};

std::unexpected<base::Error> bad_at(int line, int column, std::string_view why) {
    return bad(fmt::format("{}:{}: {}", line, column, why));
}

YamlNode tree_of(const boost::json::value& value) {
    YamlNode node;
    if (const auto* object = value.if_object()) {
        node.kind = YamlNode::Kind::map;
        for (const auto& [key, member] : *object) {
            node.members.emplace_back(std::string{key}, tree_of(member));
        }
    } else if (const auto* array = value.if_array()) {
        node.kind = YamlNode::Kind::list;
        for (const boost::json::value& item : *array) {
            node.items.push_back(tree_of(item));
        }
    } else if (const auto* text = value.if_string()) {
        node.text = std::string_view{*text};
    } else {
        node.is_plain = true;
        node.text = boost::json::serialize(value);
    }
    return node;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    const auto found = std::ranges::find(members, key, &std::pair<std::string, YamlNode>::first);
    return found == members.end() ? nullptr : &found->second;
}

Result<YamlNode> parse_yaml(std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max) {
        return bad(fmt::format("The plan is larger than {} bytes.", bytes_max));
    }
    if (!base::is_utf8(text) || text.find('\0') != std::string_view::npos) {
        return bad("The plan isn't UTF-8 text.");
    }
    try {
        std::istringstream input{std::string{text}};
        YAML::Parser parser{input};
        TreeBuilder builder;
        parser.HandleNextDocument(builder);
        auto root = builder.take();
        if (!root) {
            return bad("The plan is empty.");
        }
        TreeBuilder second;
        if (parser.HandleNextDocument(second)) {
            return bad("There is a second document behind the plan.");
        }
        return *std::move(root);
    } catch (const Refused& refused) {
        return bad_at(refused.line, refused.column, refused.why);
    } catch (const YAML::Exception& error) {
        return bad_at(
            error.mark.line + 1, error.mark.column + 1, "This isn't YAML: " + error.msg + "."
        );
    }
}

Result<YamlNode> parse_json_tree(std::string_view text, std::size_t bytes_max) {
    if (text.size() > bytes_max) {
        return bad(fmt::format("The plan is larger than {} bytes.", bytes_max));
    }
    const auto value = base::parse_json(text);
    if (!value) {
        return bad(value.error().detail);
    }
    return tree_of(*value);
}

}  // namespace accubooks::launch
