#include "net/etag.h"

#include <gtest/gtest.h>

#include "net/internal/answer.h"

namespace accubooks::net {
namespace {

TEST(NamesEtag, ComparesWeaklyOrStrongly) {
    struct Case {
        std::string_view header;
        bool weakly;
        bool strongly;
    };
    const Case cases[] = {
        {"", false, false},
        {R"("a")", true, true},
        {R"(W/"a")", true, false},
        {R"(W/"a", "a")", true, true},
        {R"("b", "a")", true, true},
        {R"("b","c")", false, false},
        {R"("a-gzip")", true, true},
        {" * ", true, true},
        {"a", false, false},
        {R"("A")", false, false},
        {R"(")", false, false},
        {R"("")", false, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.header);
        EXPECT_EQ(names_etag(c.header, R"("a")", TagComparison::weak), c.weakly);
        EXPECT_EQ(names_etag(c.header, R"("a")", TagComparison::strong), c.strongly);
    }
}

TEST(Etag, OfTheBodyChangesWithIt) {
    auto one = Response::json(200, "[1]");
    auto same = Response::json(200, "[1]");
    auto other = Response::json(200, "[2]");
    set_etag_of_body(one);
    set_etag_of_body(same);
    set_etag_of_body(other);
    EXPECT_EQ(one.headers.find("ETag"), same.headers.find("ETag"));
    EXPECT_NE(one.headers.find("ETag"), other.headers.find("ETag"));
}

TEST(RequireMatch, RefusesAChangeOfWhatTheSenderHasNotSeen) {
    auto seen = Response::json(200, "[1]");
    set_etag_of_body(seen);
    Request request;
    EXPECT_TRUE(require_match(request, "[2]").has_value());
    request.headers.set("If-Match", std::string{*seen.headers.find("ETag")});
    EXPECT_TRUE(require_match(request, "[1]").has_value());
    const auto refused = require_match(request, "[2]");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "http.precondition_failed");
    EXPECT_EQ(status_of(refused.error()), 412);
}

}  // namespace
}  // namespace accubooks::net
