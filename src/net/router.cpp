#include "net/router.h"

#include <algorithm>
#include <array>
#include <utility>

#include "net/internal/target.h"

namespace accubooks::net {

namespace {

constexpr std::size_t kSegmentsMax = 32;
constexpr std::size_t kMethods = 7;  // all but `other`
constexpr std::string_view kNotFound = "There is nothing at this address.";

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
}

bool is_literal(std::string_view segment) {
    return !segment.empty() && segment.find_first_of("{}%?#/") == std::string_view::npos;
}

// "/a/b" as {"a", "b"}; "/" and "" have none.
std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    while (path.size() > 1) {
        path.remove_prefix(1);  // the slash
        const auto end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
        if (path == "/") {
            segments.emplace_back();  // "/a/" isn't "/a"
        }
    }
    return segments;
}

}  // namespace

struct Router::Tree {
    struct Endpoint {
        std::string route;
        std::vector<std::string> names;  // of its parameters, in order
        Handler handler;
        std::size_t body_bytes_max = 0;
    };

    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> parameter;
        std::array<std::unique_ptr<Endpoint>, kMethods> endpoints;

        bool answers() const {
            return std::ranges::any_of(endpoints, [](const auto& one) { return one != nullptr; });
        }
    };

    Node root;
    std::vector<Route> routes;
    std::unique_ptr<Endpoint> rest;
    std::string not_rest;  // a first segment

    // The node for segments[at..], trying literals first; `values` ends as the parameters on the
    // way to it. Each node is looked at once at most, so the tree's size bounds the search.
    static const Node* find(
        const Node& node, std::span<const std::string> segments, std::vector<std::string>& values
    ) {
        if (segments.empty()) {
            return node.answers() ? &node : nullptr;
        }
        const std::string& segment = segments.front();
        const auto literal = node.literals.find(segment);
        if (literal != node.literals.end()) {
            if (const Node* found = find(*literal->second, segments.subspan(1), values)) {
                return found;
            }
        }
        if (node.parameter && !segment.empty() && segment != "." && segment != "..") {
            values.push_back(segment);
            if (const Node* found = find(*node.parameter, segments.subspan(1), values)) {
                return found;
            }
            values.pop_back();
        }
        return nullptr;
    }

    static std::string allow_of(const Node& node) {
        std::string allow;
        for (std::size_t i = 0; i < kMethods; ++i) {
            const auto method = static_cast<Method>(i);
            if (endpoint_of(node, method) != nullptr) {
                allow += allow.empty() ? "" : ", ";
                allow += to_string(method);
            }
        }
        return allow;
    }

    static const Endpoint* endpoint_of(const Node& node, Method method) {
        if (method == Method::other) {
            return nullptr;
        }
        const auto& own = node.endpoints[static_cast<std::size_t>(method)];
        if (!own && method == Method::head) {
            return endpoint_of(node, Method::get);
        }
        return own.get();
    }
};

Router::Router() : tree_{std::make_unique<Tree>()} {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(
    Method method, std::string_view route, Handler handler, std::size_t body_bytes_max
) {
    base::ensure(method != Method::other, "a route has a method that clients can name");
    base::ensure(route.starts_with('/'), "a route starts at the root");
    auto endpoint = std::make_unique<Tree::Endpoint>();
    endpoint->route = route;
    endpoint->handler = std::move(handler);
    endpoint->body_bytes_max = body_bytes_max;
    Tree::Node* node = &tree_->root;
    for (const std::string_view segment : split(route)) {
        std::unique_ptr<Tree::Node>* next = nullptr;
        if (is_parameter(segment)) {
            endpoint->names.emplace_back(segment.substr(1, segment.size() - 2));
            next = &node->parameter;
        } else {
            base::ensure(is_literal(segment), "a segment is a literal or one {parameter}");
            next = &node->literals[std::string{segment}];
        }
        if (!*next) {
            *next = std::make_unique<Tree::Node>();
        }
        node = next->get();
    }
    auto& place = node->endpoints[static_cast<std::size_t>(method)];
    base::ensure(place == nullptr, "a route is added once");
    tree_->routes.push_back({.method = method, .route = endpoint->route});
    place = std::move(endpoint);
}

void Router::add_rest(std::string_view name, std::string_view except, Handler handler) {
    base::ensure(tree_->rest == nullptr, "what is left over is served in one way");
    tree_->rest = std::make_unique<Tree::Endpoint>(Tree::Endpoint{
        .route = std::string{name},
        .names = {},
        .handler = std::move(handler),
        .body_bytes_max = kBodyBytesOfRoute,
    });
    tree_->not_rest = except;
}

base::Result<Router::Match> Router::match(Method method, std::string_view path, std::string* allow)
    const {
    if (static_cast<std::size_t>(std::ranges::count(path, '/')) > kSegmentsMax ||
        !path.starts_with('/')) {
        return base::refuse(base::ErrorKind::not_found, "http.not_found", std::string{kNotFound});
    }
    std::vector<std::string> segments;
    for (const std::string_view encoded : split(path)) {
        AB_TRY(segment, percent_decode(encoded));
        segments.push_back(std::move(segment));
    }
    std::vector<std::string> values;
    const Tree::Node* node = Tree::find(tree_->root, segments, values);
    const bool is_read = method == Method::get || method == Method::head;
    const bool is_rest = segments.empty() || segments.front() != tree_->not_rest;
    if (node == nullptr && tree_->rest && is_read && is_rest) {
        return Match{.handler = &tree_->rest->handler, .route = tree_->rest->route};
    }
    if (node == nullptr) {
        return base::refuse(base::ErrorKind::not_found, "http.not_found", std::string{kNotFound});
    }
    const Tree::Endpoint* endpoint = Tree::endpoint_of(*node, method);
    if (endpoint == nullptr) {
        const std::string methods = Tree::allow_of(*node);
        if (allow != nullptr) {
            *allow = methods;
        }
        return base::refuse(
            base::ErrorKind::invalid,
            "http.method_not_allowed",
            "This address doesn't answer that method; it answers " + methods + "."
        );
    }
    Match match{
        .handler = &endpoint->handler,
        .route = endpoint->route,
        .body_bytes_max = endpoint->body_bytes_max,
        .parameters = {},
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        match.parameters.emplace(endpoint->names[i], std::move(values[i]));
    }
    return match;
}

std::vector<Router::Route> Router::routes() const {
    return tree_->routes;
}

}  // namespace accubooks::net
