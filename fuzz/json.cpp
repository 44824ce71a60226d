// JSON bodies as handlers read them.
//
// Laws: what is taken can be written and is then taken again as the same value; its canonical form,
// where it has one, is its own canonical form.
#include "base/json.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "law.h"
#include "net/json_body.h"

namespace {

using namespace accubooks;

void check_canonical(std::string_view text) {
    const auto canonical = base::canonicalise(text);
    if (!canonical) {
        return;
    }
    // A large number with a fraction is written as an integer, and those are refused past 2^53.
    const auto again = base::canonicalise(*canonical);
    demand(!again || *again == *canonical, "a canonical form is canonical");
    demand(again || again.error().code == "base.json_not_canonical", "a canonical form is JSON");
}

void check_writer(std::string_view text) {
    std::string written;
    base::append_json_string(written, text);
    const auto read = base::parse_json(written);
    demand(read.has_value() && read->is_string(), "the writer writes what the reader takes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_writer(text);
    net::Request request;
    request.headers.add("Content-Type", "application/json");
    request.body = text;
    const auto value = net::json_body(request);
    if (!value) {
        demand(value.error().code == "http.bad_json", "a body is refused as bad JSON");
        return 0;
    }
    const auto again = base::parse_json(boost::json::serialize(*value));
    demand(again.has_value() && *again == *value, "a value survives being written");
    check_canonical(text);
    return 0;
}
