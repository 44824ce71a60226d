#include "net/page.h"

namespace accubooks::net {
namespace {

constexpr std::int64_t kPageDefault = 100;

}  // namespace

base::Result<TextPage> text_page_of(const Request& request) {
    AB_CHECK(request.allow_query({"cursor", "limit"}));
    AB_TRY(after, text_cursor(request));
    AB_TRY(limit, request.query_int("limit", 1, kPageMax));
    return TextPage{.after = std::move(after), .limit = limit.value_or(kPageDefault)};
}

}  // namespace accubooks::net
