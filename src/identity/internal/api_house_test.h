#pragma once

#include <optional>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "identity/api.h"
#include "identity/internal/house_test.h"

namespace accubooks::identity {

inline constexpr const char* kPassword = "correct horse battery";

/// What a signed-in browser has.
struct Browser {
    std::string cookie;
    std::string csrf_token{};
};

/// Two tenants, and Ada, who owns the first.
class IdentityApiTest : public ::testing::Test {
protected:
    IdentityApiTest() {
        books = house
                    .await(house.directory.create_tenant(
                        {.name = "Ada & Co", .currency = "USD"}, TestHouse::deadline()
                    ))
                    .value();
        others = house
                     .await(house.directory.create_tenant(
                         {.name = "Others", .currency = "EUR"}, TestHouse::deadline()
                     ))
                     .value();
        ada = house
                  .await(house.directory.create_user(
                      {.email = "ada@example.com", .name = "Ada", .password = kPassword},
                      TestHouse::deadline()
                  ))
                  .value();
        // A tenant keeps an owner, whatever becomes of Ada.
        const auto keeper = house.await(house.directory.create_user(
            {.email = "keeper@example.com", .name = "Keeper", .password = kPassword},
            TestHouse::deadline()
        ));
        const auto kept = house.await(
            house.directory.add_member(keeper.value(), books, Role::owner, TestHouse::deadline())
        );
        EXPECT_TRUE(kept.has_value());
        become(Role::owner);
    }

    void become(Role role) {
        ASSERT_TRUE(house.await(house.directory.add_member(ada, books, role, TestHouse::deadline()))
                        .has_value());
    }

    static net::Request request(net::Method method, std::string path, std::string body = {}) {
        net::Request made;
        made.method = method;
        made.path = std::move(path);
        made.body = std::move(body);
        if (!made.body.empty()) {
            made.headers.set("Content-Type", "application/json");
        }
        made.peer = "192.0.2.1";
        return made;
    }

    static net::Request as(const Browser& browser, net::Request request) {
        request.headers.set("Cookie", "theme=dark; " + browser.cookie);
        request.headers.set("X-CSRF-Token", browser.csrf_token);
        return request;
    }

    static net::Request as(const std::string& token, net::Request request) {
        request.headers.set("Authorization", "Bearer " + token);
        return request;
    }

    net::Response try_to_sign_in(
        const std::string& email,
        const std::string& password,
        const std::string& peer = "192.0.2.1",
        const std::optional<std::string>& code = {}
    ) {
        boost::json::object body{{"email", email}, {"password", password}};
        if (code) {
            body["code"] = *code;
        }
        auto made = request(net::Method::post, "/api/v1/session", boost::json::serialize(body));
        made.peer = peer;
        return house.send(made);
    }

    Browser sign_in() {
        const auto response = try_to_sign_in("Ada@example.com", kPassword);
        EXPECT_EQ(response.status, 201) << response.body;
        const std::string cookie{response.headers.find("Set-Cookie").value_or("")};
        return {
            .cookie = cookie.substr(0, cookie.find(';')),
            .csrf_token = text(response, "/csrf_token"),
        };
    }

    std::string token(Role role, std::optional<base::Instant> expires_at = {}) {
        return house
            .await(house.directory.create_token(
                {.tenant = books,
                 .role = role,
                 .label = "till",
                 .created_by = "operator",
                 .expires_at = expires_at},
                TestHouse::deadline()
            ))
            .value()
            .secret;
    }

    net::Response who_am_i(const auto& credentials) {
        return house.send(as(credentials, request(net::Method::get, "/api/v1/session")));
    }

    std::string tenant_path(base::TenantId tenant, std::string_view rest = "") {
        return fmt::format("/api/v1/tenants/{}{}", tenant.value, rest);
    }

    static std::string text(const net::Response& response, std::string_view pointer) {
        const auto value = boost::json::parse(response.body).at_pointer(pointer);
        return value.is_string() ? std::string{value.as_string()} : boost::json::serialize(value);
    }

    TestHouse house;
    base::TenantId books;
    base::TenantId others;
    base::Uuid ada;
};

}  // namespace accubooks::identity
