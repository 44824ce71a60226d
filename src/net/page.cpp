#include "net/page.h"

#include <limits>

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

base::Result<NumberPage> number_page_of(const Request& request, std::int64_t limit_default) {
    AB_TRY(after, request.query_int("cursor", 0, std::numeric_limits<std::int64_t>::max()));
    AB_TRY(limit, request.query_int("limit", 1, kPageMax));
    return NumberPage{.after = after.value_or(0), .limit = limit.value_or(limit_default)};
}

}  // namespace accubooks::net
