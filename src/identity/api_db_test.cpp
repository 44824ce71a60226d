#include <gmock/gmock.h>

#include "identity/internal/api_house_test.h"

namespace accubooks::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(IdentityApiTest, SignsInTellsWhoAndSignsOut) {
    const auto signed_in = try_to_sign_in("ada@example.com", kPassword);
    ASSERT_EQ(signed_in.status, 201);
    EXPECT_EQ(text(signed_in, "/user/email"), "ada@example.com");
    EXPECT_EQ(signed_in.headers.find("Cache-Control"), "no-store");
    const std::string set_cookie{signed_in.headers.find("Set-Cookie").value()};
    EXPECT_THAT(set_cookie, StartsWith("__Host-accubooks_session="));
    EXPECT_THAT(set_cookie, HasSubstr("; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"));

    const Browser browser = sign_in();
    const auto who = who_am_i(browser);
    ASSERT_EQ(who.status, 200);
    EXPECT_EQ(text(who, "/actor"), "user:" + base::to_string(ada));
    EXPECT_EQ(text(who, "/tenants/0/name"), "Ada & Co");
    EXPECT_EQ(text(who, "/tenants/0/base_currency"), "USD");
    EXPECT_EQ(text(who, "/tenants/0/role"), "owner");
    EXPECT_EQ(text(who, "/csrf_token"), browser.csrf_token);

    const auto out = house.send(as(browser, request(net::Method::del, "/api/v1/session")));
    EXPECT_EQ(out.status, 204);
    EXPECT_THAT(
        std::string{out.headers.find("Set-Cookie").value()}, HasSubstr("=; Path=/; Max-Age=0")
    );
    EXPECT_EQ(who_am_i(browser).status, 401);
}

TEST_F(IdentityApiTest, TellsWhatAPersonIsOutsideOfTenants) {
    const Browser browser = sign_in();
    EXPECT_THAT(who_am_i(browser).body, HasSubstr(R"("operator":false,"launch_roles":[])"));
    house.await(house.operators.grant(ada, "cli:root", TestHouse::deadline()));
    house.launch_roles = {"on_call", "product_lead"};
    EXPECT_THAT(
        who_am_i(browser).body,
        HasSubstr(R"("operator":true,"launch_roles":["on_call","product_lead"])")
    );
}

TEST_F(IdentityApiTest, DoesNotTellWhyASignInFailed) {
    const auto wrong = try_to_sign_in("ada@example.com", "correct horse batterz");
    const auto unknown = try_to_sign_in("bob@example.com", kPassword);
    house.database.run_script("accubooks_ops", "update platform.app_user set disabled = true");
    const auto disabled = try_to_sign_in("ada@example.com", kPassword);
    for (const auto& response : {wrong, unknown, disabled, try_to_sign_in("nonsense", kPassword)}) {
        EXPECT_EQ(response.status, 401);
        EXPECT_EQ(response.body, wrong.body);
        EXPECT_FALSE(response.headers.find("Set-Cookie").has_value());
    }
}

TEST_F(IdentityApiTest, RefusesASignInThatAnotherSitesFormCouldSend) {
    auto form = request(net::Method::post, "/api/v1/session", R"({"email":"a@b","password":"x"})");
    form.headers.set("Content-Type", "text/plain");
    EXPECT_EQ(house.send(form).status, 415);
}

TEST_F(IdentityApiTest, NamesTheWrongFieldsOfABody) {
    const auto response =
        house.send(request(net::Method::post, "/api/v1/session", R"({"email":7,"passwort":"x"})"));
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(text(response, "/code"), "identity.bad_fields");
    for (const char* pointer : {"/email", "/password", "/passwort"}) {
        EXPECT_THAT(response.body, HasSubstr(fmt::format("\"pointer\":\"{}\"", pointer)));
    }
}

TEST_F(IdentityApiTest, StopsGuessing) {
    const AttemptLimits limits;
    for (int i = 0; i < limits.pair_burst; ++i) {
        EXPECT_EQ(try_to_sign_in("ada@example.com", "wrong guess, sorry").status, 401);
    }
    const auto stopped = try_to_sign_in("ada@example.com", kPassword);
    EXPECT_EQ(stopped.status, 429);
    EXPECT_TRUE(stopped.headers.find("Retry-After").has_value());
    EXPECT_EQ(try_to_sign_in("bob@example.com", kPassword).status, 401);
    // The owner is somewhere else.
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword, "198.51.100.1").status, 201);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 429);
    house.clock.advance(limits.pair_interval);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 201);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 201);  // forgiven
}

TEST_F(IdentityApiTest, DemandsTheCsrfTokenOfThisSession) {
    const Browser browser = sign_in();
    const Browser other = sign_in();
    const auto sign_out = [&](const std::string& csrf_token) {
        return house.send(
            as(Browser{.cookie = browser.cookie, .csrf_token = csrf_token},
               request(net::Method::del, "/api/v1/session"))
        );
    };
    EXPECT_EQ(sign_out("").status, 403);
    EXPECT_EQ(sign_out(other.csrf_token).status, 403);
    EXPECT_EQ(text(sign_out(browser.csrf_token + "0"), "/code"), "identity.csrf");
    auto without = request(net::Method::del, "/api/v1/session");
    without.headers.set("Cookie", browser.cookie);
    EXPECT_EQ(house.send(without).status, 403);
    EXPECT_EQ(who_am_i(browser).status, 200);
    EXPECT_EQ(sign_out(browser.csrf_token).status, 204);
}

TEST_F(IdentityApiTest, EndsASessionThatIsNotUsed) {
    const Browser browser = sign_in();
    house.clock.advance(hours{12} - minutes{1});
    EXPECT_EQ(who_am_i(browser).status, 200);
    house.clock.advance(hours{12} - minutes{1});  // counted from the last use
    EXPECT_EQ(who_am_i(browser).status, 200);
    house.clock.advance(hours{12});
    EXPECT_EQ(who_am_i(browser).status, 401);
}

TEST_F(IdentityApiTest, EndsEverySessionAfterAWeek) {
    const Browser browser = sign_in();
    for (int i = 0; i < 16; ++i) {
        house.clock.advance(hours{10});
        EXPECT_EQ(who_am_i(browser).status, 200) << i;
    }
    house.clock.advance(hours{8} - minutes{1});
    EXPECT_EQ(who_am_i(browser).status, 200);
    house.clock.advance(minutes{1});
    EXPECT_EQ(who_am_i(browser).status, 401);
}

TEST_F(IdentityApiTest, ForgetsADisabledUserAtOnce) {
    const Browser browser = sign_in();
    house.database.run_script("accubooks_ops", "update platform.app_user set disabled = true");
    EXPECT_EQ(who_am_i(browser).status, 401);
}

TEST_F(IdentityApiTest, KnowsAProgramByItsToken) {
    const std::string secret = token(Role::bookkeeper);
    const auto who = who_am_i(secret);
    ASSERT_EQ(who.status, 200);
    EXPECT_THAT(text(who, "/actor"), StartsWith("token:"));
    EXPECT_EQ(text(who, "/user"), "null");
    EXPECT_EQ(text(who, "/csrf_token"), "null");
    EXPECT_EQ(text(who, "/tenants/0/role"), "bookkeeper");
    EXPECT_EQ(
        text(house.send(as(secret, request(net::Method::del, "/api/v1/session"))), "/code"),
        "identity.no_session"
    );

    auto scheme = request(net::Method::get, "/api/v1/session");
    scheme.headers.set("Authorization", "bEARER " + secret);
    EXPECT_EQ(house.send(scheme).status, 200);
}

TEST_F(IdentityApiTest, RefusesCredentialsThatAreNone) {
    const Browser browser = sign_in();
    const std::string good = token(Role::owner);
    std::string changed = good;
    changed.back() = changed.back() == '0' ? '1' : '0';
    for (const std::string& header :
         {std::string{},
          std::string{"Bearer"},
          std::string{"Bearer "},
          "Bearer " + changed,
          "Basic " + good,
          good,
          "Bearer  " + good,
          "Bearer " + browser.cookie}) {
        auto asked = request(net::Method::get, "/api/v1/session");
        asked.headers.set("Authorization", header);
        asked.headers.set("Cookie", browser.cookie);  // doesn't rescue a wrong header
        const auto response = house.send(asked);
        EXPECT_EQ(response.status, 401) << header;
        EXPECT_EQ(text(response, "/code"), "identity.unauthenticated");
    }
    auto twice = as(good, request(net::Method::get, "/api/v1/session"));
    twice.headers.add("Authorization", "Bearer " + good);
    EXPECT_EQ(house.send(twice).status, 401);
    EXPECT_EQ(house.send(request(net::Method::get, "/api/v1/session")).status, 401);
    EXPECT_EQ(who_am_i(Browser{.cookie = "__Host-accubooks_session=zz"}).status, 401);
    EXPECT_EQ(who_am_i(Browser{.cookie = browser.cookie + "0"}).status, 401);
}

TEST_F(IdentityApiTest, EndsATokenAtItsTime) {
    const std::string secret = token(Role::owner, house.clock.now() + minutes{10});
    EXPECT_EQ(who_am_i(secret).status, 200);
    house.clock.advance(minutes{10});
    EXPECT_EQ(who_am_i(secret).status, 401);
}

TEST_F(IdentityApiTest, HidesTenantsOfOthers) {
    const Browser browser = sign_in();
    const std::string secret = token(Role::owner);
    for (const auto tenant : {others, base::TenantId{others.value + 1}}) {
        for (const char* rest : {"", "/tokens"}) {
            const auto path = tenant_path(tenant, rest);
            for (const auto& response :
                 {house.send(as(browser, request(net::Method::get, path))),
                  house.send(as(secret, request(net::Method::get, path)))}) {
                EXPECT_EQ(response.status, 404) << path;
                EXPECT_EQ(text(response, "/code"), "identity.tenant_not_found");
            }
        }
    }
    EXPECT_EQ(house.send(request(net::Method::get, tenant_path(books))).status, 401);
}

TEST_F(IdentityApiTest, TellsTheTenantAndTheRoleInIt) {
    become(Role::viewer);
    const auto response = house.send(as(sign_in(), request(net::Method::get, tenant_path(books))));
    EXPECT_EQ(
        response.body,
        fmt::format(
            R"({{"tenant_id":{},"name":"Ada & Co","base_currency":"USD","role":"viewer"}})",
            books.value
        )
    );
}

TEST_F(IdentityApiTest, PermitsWhatTheTableSays) {
    const Browser browser = sign_in();
    for (const Role role : {Role::viewer, Role::bookkeeper, Role::accountant, Role::owner}) {
        become(role);  // counts from the next request on
        const std::string secret = token(role);
        for (const auto& row : permission_table()) {
            SCOPED_TRACE(fmt::format("{} {}", to_string(role), to_string(row.permission)));
            for (auto asked :
                 {as(browser, request(net::Method::post, tenant_path(books))),
                  as(secret, request(net::Method::post, tenant_path(books)))}) {
                asked.deadline = TestHouse::deadline();
                const auto principal =
                    house.await(house.authenticator.authorise(asked, books, row.permission));
                ASSERT_EQ(principal.has_value(), allows(role, row.permission));
                if (principal) {
                    EXPECT_EQ(principal->role, role);
                    EXPECT_EQ(principal->tenant, books);
                } else {
                    EXPECT_EQ(principal.error().code, "identity.forbidden");
                    EXPECT_EQ(principal.error().kind, base::ErrorKind::forbidden);
                }
            }
        }
    }
}

TEST_F(IdentityApiTest, MakesListsAndRevokesTokens) {
    const Browser browser = sign_in();
    const auto tokens = tenant_path(books, "/tokens");
    const auto made = house.send(
        as(browser,
           request(
               net::Method::post,
               tokens,
               R"({"label":"till","role":"bookkeeper","expires_on":"2099-12-31"})"
           ))
    );
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(text(made, "/expires_at"), "2100-01-01T00:00:00.000000Z");
    EXPECT_EQ(text(made, "/created_by"), "user:" + base::to_string(ada));
    const std::string secret = text(made, "/token");
    EXPECT_EQ(who_am_i(secret).status, 200);

    house.clock.advance(minutes{1});
    token(Role::viewer);
    const auto first = house.send(as(browser, [&] {
        auto page = request(net::Method::get, tokens);
        page.query = {{"limit", "1"}};
        return page;
    }()));
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(text(first, "/items/0/label"), "till");
    EXPECT_EQ(text(first, "/items/0/token_id"), text(made, "/token_id"));
    EXPECT_THAT(first.body, Not(HasSubstr(secret)));
    const auto second = house.send(as(browser, [&] {
        auto page = request(net::Method::get, tokens);
        page.query = {{"limit", "1"}, {"cursor", text(first, "/next")}};
        return page;
    }()));
    EXPECT_EQ(text(second, "/items/0/role"), "viewer");
    EXPECT_EQ(text(second, "/next"), "null");

    const auto revoke = [&](std::string_view token_id) {
        return house.send(
            as(browser, request(net::Method::del, fmt::format("{}/{}", tokens, token_id)))
        );
    };
    EXPECT_EQ(revoke(text(made, "/token_id")).status, 204);
    EXPECT_EQ(who_am_i(secret).status, 401);
    EXPECT_EQ(revoke("00000000-0000-0000-0000-000000000000").status, 404);
    EXPECT_EQ(revoke("nonsense").status, 404);
}

TEST_F(IdentityApiTest, LetsOnlyOwnersTouchTokens) {
    const auto tokens = tenant_path(books, "/tokens");
    for (const Role role : {Role::accountant, Role::bookkeeper, Role::viewer}) {
        const std::string secret = token(role);
        EXPECT_EQ(house.send(as(secret, request(net::Method::get, tokens))).status, 403);
        EXPECT_EQ(
            house
                .send(as(
                    secret, request(net::Method::post, tokens, R"({"label":"a","role":"owner"})")
                ))
                .status,
            403
        );
    }
    const std::string owner = token(Role::owner);
    const auto refused = house.send(as(
        owner, request(net::Method::post, tokens, R"({"label":"a","role":"king","expires_on":"x"})")
    ));
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.body, HasSubstr("\"pointer\":\"/role\""));
    EXPECT_THAT(refused.body, HasSubstr("\"pointer\":\"/expires_on\""));
}

TEST_F(IdentityApiTest, BindsTheCookieToTlsAndThisHostButOnThisMachineItself) {
    struct Case {
        const char* name;
        const char* peer;
        bool over_tls;
        bool is_for_tls;
    };
    const Case cases[] = {
        {"a browser here", "127.0.0.1", false, false},
        {"a browser here, by TLS", "::1", true, true},
        {"a browser elsewhere", "192.0.2.1", true, true},
        {"a browser elsewhere that mustn't keep it", "192.0.2.1", false, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto from_there = [&](net::Request made) {
            made.peer = c.peer;
            made.over_tls = c.over_tls;
            return made;
        };
        const auto response = house.send(from_there(request(
            net::Method::post,
            "/api/v1/session",
            fmt::format(R"({{"email":"ada@example.com","password":"{}"}})", kPassword)
        )));
        const std::string cookie{response.headers.find("Set-Cookie").value()};
        EXPECT_THAT(
            cookie, StartsWith(c.is_for_tls ? "__Host-accubooks_session=" : "accubooks_session=")
        );
        EXPECT_EQ(cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"), c.is_for_tls);
        EXPECT_EQ(cookie.ends_with("; HttpOnly; SameSite=Lax"), !c.is_for_tls);
        const Browser browser{.cookie = cookie.substr(0, cookie.find(';'))};
        auto look = as(browser, request(net::Method::get, "/api/v1/session"));
        EXPECT_EQ(house.send(from_there(look)).status, 200);
        look.peer = "127.0.0.1";
        look.over_tls = !c.is_for_tls;
        EXPECT_EQ(house.send(look).status, 401) << "of the other kind";
    }
}

}  // namespace
}  // namespace accubooks::identity
