// Archives of books, as `accubooks verify --archive` reads them.
//
// Laws: a refusal names a line and has a code; what is proven without a breach is proven again, and
// whatever is read ends.
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "interchange/archive_verification.h"
#include "law.h"

namespace {

using namespace accubooks;

base::Result<interchange::ArchiveVerification> verified(std::string_view text) {
    std::istringstream in{std::string{text}};
    return interchange::verify_archive(in, "archive", {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto found = verified(text);
    if (!found) {
        demand(found.error().code == "interchange.bad_archive", "a refusal has its code");
        demand(found.error().detail.starts_with("archive:"), "a refusal names a line");
        demand(base::is_plain_text(found.error().detail), "a refusal can be shown on a terminal");
        return 0;
    }
    for (const ledger::Breach& breach : found->books.first_breaches) {
        demand(!breach.check.empty() && !breach.detail.empty(), "a breach says what it is");
    }
    const auto again = verified(text);
    demand(
        again && again->books.breaches == found->books.breaches, "the same text is judged alike"
    );
    return 0;
}
