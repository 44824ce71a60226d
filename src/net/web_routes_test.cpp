#include "net/web_routes.h"

#include <memory>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/written_bundle_test.h"
#include "testing/seeded_random.h"

namespace accubooks::net {
namespace {

using ::testing::HasSubstr;

class WebRoutes : public ::testing::Test {
protected:
    WebRoutes() {
        router.add(Method::get, "/api/v1/session", [](const Request&) -> Answer {
            co_return Response::json(200, "{}");
        });
    }

    using Answer = base::Task<base::Result<Response>>;

    void mount() {
        mount_web(
            router,
            std::make_shared<const WebBundle>(WebBundle::read(written.path()).value()),
            ::accubooks::testing::seeded_random(7)
        );
    }

    base::Result<Response> get(std::string path, const std::string& accept_encoding = {}) {
        AB_TRY(match, router.match(Method::get, path, nullptr));
        Request request;
        request.path = std::move(path);
        request.headers.set("Accept-Encoding", accept_encoding);
        boost::asio::io_context events;
        auto answer =
            boost::asio::co_spawn(events, (*match.handler)(request), boost::asio::use_future);
        events.run();
        return answer.get();
    }

    WrittenBundle written;
    Router router;
};

TEST_F(WebRoutes, ServeAssetsForAYear) {
    mount();
    const auto font = get("/assets/font-2.woff2").value();
    EXPECT_EQ(font.body, "font");
    EXPECT_EQ(font.headers.find("Content-Type"), "font/woff2");
    EXPECT_EQ(font.headers.find("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_TRUE(font.headers.find("ETag"));
    EXPECT_FALSE(font.headers.find("Vary"));
    EXPECT_EQ(get("/icon.svg").value().headers.find("Cache-Control"), "no-cache");
}

TEST_F(WebRoutes, SendTheFormThatTheClientWantsMost) {
    mount();
    struct Case {
        const char* accepts;
        std::optional<std::string_view> coding;
        const char* body;
    };
    const Case cases[] = {
        {"", std::nullopt, "let answer = 42;"},
        {"gzip, deflate, br", "br", "brotli of it"},
        {"gzip", "gzip", "gzip of it"},
        {"br;q=0.5, gzip;q=0.8", "gzip", "gzip of it"},
        {"br;q=0, *", "gzip", "gzip of it"},
        {"identity, br;q=0.5", std::nullopt, "let answer = 42;"},
        {"identity;q=0, zstd", std::nullopt, "let answer = 42;"},
    };
    std::set<std::string> etags;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.accepts);
        const auto script = get("/assets/app-1.js", c.accepts).value();
        EXPECT_EQ(script.body, c.body);
        EXPECT_EQ(script.headers.find("Content-Encoding"), c.coding);
        EXPECT_EQ(script.headers.find("Content-Type"), "text/javascript; charset=utf-8");
        EXPECT_EQ(script.headers.find("Vary"), "Accept-Encoding");
        etags.emplace(script.headers.find("ETag").value());
    }
    EXPECT_EQ(etags.size(), 3U) << "each form has a tag of its own";
}

TEST_F(WebRoutes, GiveThePageForEveryOtherPath) {
    mount();
    for (const char* path :
         {"/", "/index.html", "/t/7/journal", "/launch", "/apiary", "/t/a%20b/", "//", "/assets"}) {
        SCOPED_TRACE(path);
        const auto page = get(path).value();
        EXPECT_EQ(page.status, 200);
        EXPECT_EQ(page.headers.find("Content-Type"), "text/html; charset=utf-8");
        EXPECT_EQ(page.headers.find("Cache-Control"), "no-store");
        EXPECT_EQ(page.headers.find("Cross-Origin-Opener-Policy"), "same-origin");
        EXPECT_THAT(page.body, HasSubstr("<script src=\"/assets/app-1.js\">"));
    }
}

TEST_F(WebRoutes, NameAFreshNonceInThePolicyOfEachPage) {
    mount();
    std::set<std::string> nonces;
    for (int i = 0; i < 100; ++i) {
        const auto page = get("/").value();
        const auto from = page.body.find('"') + 1;
        const std::string nonce = page.body.substr(from, page.body.find('"', from) - from);
        EXPECT_EQ(nonce.size(), 32U) << "128 bits in hexadecimal";
        EXPECT_EQ(
            page.headers.find("Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce +
                "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
                "form-action 'self'; frame-ancestors 'none'"
        );
        nonces.insert(nonce);
    }
    EXPECT_EQ(nonces.size(), 100U);
}

TEST_F(WebRoutes, NeverAnswerAMissingAssetOrRouteWithAPage) {
    mount();
    for (const char* path :
         {"/assets/app-0.js",
          "/assets/",
          "/assets/../index.html",
          "/assets/app-1.js.br",
          "/assets/app-1.js/x",
          "/api",
          "/api/",
          "/api/v1",
          "/api/v1/sessions",
          "/api/metrics"}) {
        SCOPED_TRACE(path);
        const auto answer = get(path);
        ASSERT_FALSE(answer.has_value());
        EXPECT_EQ(answer.error().code, "http.not_found");
    }
}

TEST_F(WebRoutes, LeaveRoutesAndMethodsAlone) {
    mount();
    EXPECT_EQ(get("/api/v1/session").value().body, "{}");
    EXPECT_TRUE(router.match(Method::head, "/t/7", nullptr).has_value());
    for (const Method method : {Method::post, Method::put, Method::options, Method::other}) {
        EXPECT_EQ(router.match(method, "/t/7", nullptr).error().code, "http.not_found");
        EXPECT_EQ(
            router.match(method, "/api/v1/session", nullptr).error().code, "http.method_not_allowed"
        );
    }
    EXPECT_EQ(router.routes().size(), 1U);
}

TEST_F(WebRoutes, SayHowToBuildWhatIsNotThere) {
    mount_web(router, nullptr, ::accubooks::testing::seeded_random(7));
    EXPECT_EQ(get("/").error().code, "http.no_web_client");
    EXPECT_THAT(get("/").error().detail, HasSubstr("script/build"));
    EXPECT_EQ(get("/assets/app-1.js").error().code, "http.not_found");
    EXPECT_EQ(get("/api/none").error().code, "http.not_found");
}

}  // namespace
}  // namespace accubooks::net
