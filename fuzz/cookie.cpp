// Cookie fields of a browser, as a session's secret is found in them. Each line is a field.
//
// Laws: what is found is what a reader that knows nothing but "split at ';' and at the first '='"
// finds, if it is one value; cookies of other names change nothing, a second value takes the first
// one away; and nothing is looked up that isn't a secret's form.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "identity/secret.h"
#include "identity/session.h"
#include "law.h"
#include "net/http.h"

namespace {

using namespace accubooks;

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string_view{}
               : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// All values that the fields give the name.
std::set<std::string> values_of(const net::Headers& headers, std::string_view name) {
    std::set<std::string> values;
    for (const auto& [field, line] : headers.all()) {
        for (std::size_t at = 0; at < line.size();) {
            const std::size_t end = std::min(line.find(';', at), line.size());
            const std::string_view pair =
                without_blanks(std::string_view{line}.substr(at, end - at));
            at = end + 1;
            if (const auto equals = pair.find('=');
                equals != std::string_view::npos && pair.substr(0, equals) == name) {
                values.emplace(pair.substr(equals + 1));
            }
        }
    }
    return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    net::Request request;
    request.over_tls = true;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        request.headers.add("Cookie", std::string{rest.substr(0, end)});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const std::string name{identity::cookie_name(request)};
    const auto found = request.cookie(name);
    const auto values = values_of(request.headers, name);
    demand(found.has_value() == (values.size() == 1), "one value is found, and only one");
    demand(!found || values.contains(*found), "what is found was sent");

    const auto digest = found ? identity::session_token_digest(*found) : std::nullopt;
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    demand(
        digest.has_value() ==
            (found && found->size() == 64 && std::ranges::all_of(*found, is_digit)),
        "64 digits are looked up, and nothing else"
    );

    net::Request more = request;
    more.headers.add("Cookie", "x" + name + "=other; " + name + "x=other");
    demand(more.cookie(name) == found, "other names change nothing");
    if (found) {
        more.headers.add("Cookie", name + "=" + *found + "x");
        demand(!more.cookie(name), "of two values neither is taken");
    }
    return 0;
}
