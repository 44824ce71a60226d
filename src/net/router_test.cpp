#include "net/router.h"

#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

Handler handler() {
    return [](const Request&) -> base::Task<base::Result<Response>> {
        co_return Response::empty(204);
    };
}

Router books() {
    Router router;
    router.add(Method::get, "/", handler());
    router.add(Method::get, "/t/{tenant_id}/entries", handler());
    router.add(Method::post, "/t/{tenant_id}/entries", handler());
    router.add(Method::post, "/t/{tenant_id}/entries:batch", handler());
    router.add(Method::get, "/t/{tenant_id}/entries/{number}", handler());
    router.add(Method::get, "/t/{tenant_id}/entries/last", handler());
    router.add(Method::post, "/t/{id}/entries/{entry}/reversal", handler());
    return router;
}

TEST(Router, FindsTheRouteOrSaysWhyNot) {
    using Parameters = std::map<std::string, std::string>;
    struct Case {
        const char* name;
        Method method;
        std::string_view path;
        std::string_view route;  // empty: refused
        Parameters parameters;
        std::string_view code = "";
        std::string_view allow = "";
    };
    const std::string deep(40, '/');
    const Case cases[] = {
        {"the root", Method::get, "/", "/", {}},
        {"a collection", Method::get, "/t/7/entries", "/t/{tenant_id}/entries", {{"tenant_id", "7"}}
        },
        {"by method", Method::post, "/t/7/entries", "/t/{tenant_id}/entries", {{"tenant_id", "7"}}},
        {"HEAD as GET", Method::head, "/t/7/entries", "/t/{tenant_id}/entries", {{"tenant_id", "7"}}
        },
        {"an act",
         Method::post,
         "/t/7/entries:batch",
         "/t/{tenant_id}/entries:batch",
         {{"tenant_id", "7"}}},
        {"an act, its colon encoded",
         Method::post,
         "/t/7/entries%3Abatch",
         "/t/{tenant_id}/entries:batch",
         {{"tenant_id", "7"}}},
        {"two parameters",
         Method::get,
         "/t/7/entries/12",
         "/t/{tenant_id}/entries/{number}",
         {{"tenant_id", "7"}, {"number", "12"}}},
        {"a literal before a parameter",
         Method::get,
         "/t/7/entries/last",
         "/t/{tenant_id}/entries/last",
         {{"tenant_id", "7"}}},
        {"a literal that leads nowhere",
         Method::post,
         "/t/7/entries/last/reversal",
         "/t/{id}/entries/{entry}/reversal",
         {{"id", "7"}, {"entry", "last"}}},
        {"an encoded slash stays inside",
         Method::get,
         "/t/a%2Fb/entries",
         "/t/{tenant_id}/entries",
         {{"tenant_id", "a/b"}}},
        {"decoded once only",
         Method::get,
         "/t/%2541/entries",
         "/t/{tenant_id}/entries",
         {{"tenant_id", "%41"}}},
        {"a letter beyond ASCII",
         Method::get,
         "/t/%C3%A9/entries",
         "/t/{tenant_id}/entries",
         {{"tenant_id", "é"}}},
        {"unknown", Method::get, "/t/7/accounts", "", {}, "http.not_found"},
        {"a node that is no route", Method::get, "/t/7", "", {}, "http.not_found"},
        {"a slash too many", Method::get, "/t/7/entries/", "", {}, "http.not_found"},
        {"an empty parameter", Method::get, "/t//entries", "", {}, "http.not_found"},
        {"a dot segment", Method::get, "/t/../entries", "", {}, "http.not_found"},
        {"a hidden dot segment", Method::get, "/t/%2e%2E/entries", "", {}, "http.not_found"},
        {"case matters", Method::get, "/T/7/entries", "", {}, "http.not_found"},
        {"empty", Method::get, "", "", {}, "http.not_found"},
        {"too deep", Method::get, deep, "", {}, "http.not_found"},
        {"another method",
         Method::del,
         "/t/7/entries",
         "",
         {},
         "http.method_not_allowed",
         "GET, HEAD, POST"},
        {"a method nobody knows",
         Method::other,
         "/t/7/entries:batch",
         "",
         {},
         "http.method_not_allowed",
         "POST"},
        {"a bad escape", Method::get, "/t/%4/entries", "", {}, "http.bad_target"},
        {"an escape at the very end", Method::get, "/t/%", "", {}, "http.bad_target"},
        {"a NUL", Method::get, "/t/%00/entries", "", {}, "http.bad_target"},
        {"not UTF-8", Method::get, "/t/%FF/entries", "", {}, "http.bad_target"},
    };
    const Router router = books();
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        std::string allow;
        const auto match = router.match(c.method, c.path, &allow);
        ASSERT_EQ(match.has_value(), !c.route.empty());
        EXPECT_EQ(allow, c.allow);
        if (match) {
            EXPECT_EQ(match->route, c.route);
            EXPECT_EQ(match->parameters, c.parameters);
        } else {
            EXPECT_EQ(match.error().code, c.code);
        }
    }
}

TEST(Router, ListsItsRoutesInOrder) {
    const auto routes = books().routes();
    ASSERT_EQ(routes.size(), 7U);
    EXPECT_EQ(routes[2].method, Method::post);
    EXPECT_EQ(routes[2].route, "/t/{tenant_id}/entries");
}

TEST(RouterDeathTest, StopsOnARouteThatIsWrong) {
    Router router;
    router.add(Method::get, "/a/{x}", handler());
    EXPECT_DEATH(router.add(Method::get, "/a/{y}", handler()), "added once");
    EXPECT_DEATH(router.add(Method::get, "a", handler()), "starts at the root");
    EXPECT_DEATH(router.add(Method::get, "/a/x{y}", handler()), "one \\{parameter\\}");
    EXPECT_DEATH(router.add(Method::get, "/a/", handler()), "a literal");
    EXPECT_DEATH(router.add(Method::other, "/b", handler()), "clients can name");
}

}  // namespace
}  // namespace accubooks::net
