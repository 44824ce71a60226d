#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "ledger/account_store.h"
#include "ledger/entry_json.h"
#include "ledger/idempotency_store.h"
#include "ledger/journal_api.h"
#include "net/body_fields.h"
#include "net/cursor.h"
#include "net/etag.h"
#include "net/json_body.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

constexpr std::int64_t kPageDefault = 100;
constexpr std::int64_t kPageMax = 1000;

std::string account_json(const Account& account) {
    base::JsonWriter json;
    write_account(json, account);
    return std::move(json).take();
}

Result<NewAccount> new_account_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    NewAccount account{
        .code = fields.text("code"),
        .name = fields.text("name"),
        .subtype = fields.optional_text("subtype").value_or(""),
        .parent_code = fields.optional_text("parent_code"),
        .commodity = fields.optional_text("commodity"),
    };
    if (const auto type = parse_account_type(fields.text("type"))) {
        account.type = *type;
    } else {
        fields.breach("type", type.error().detail);
    }
    fields.refuse_unknown();
    if (!wrong.empty()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "ledger.bad_account",
            "The account was not made; correct the named fields.",
            std::move(wrong)
        );
    }
    if (auto good = check(account); !good) {
        return std::unexpected(good.error());
    }
    return account;
}

/// The first answer to this key again, or the new account; both as JSON.
struct MadeAccount {
    std::string json;
    bool replayed = false;
};

Task<Result<MadeAccount>> make_account(
    pg::TenantTransaction& transaction,
    NewAccount account,
    std::optional<std::string> key,
    base::Digest content
) {
    if (key) {
        AB_CO_TRY(claim, co_await claim_key(transaction, *key, content));
        if (claim.response) {
            co_return MadeAccount{.json = *claim.response, .replayed = true};
        }
    }
    if (account.commodity) {
        if (const auto scale = base::iso4217_scale(*account.commodity)) {
            const std::vector<base::Commodity> currency{
                {.code = *account.commodity, .scale = *scale}
            };
            if (auto added = co_await add_commodities(transaction, currency); !added) {
                co_return std::unexpected(added.error());
            }
        }
    }
    std::vector<AccountToInsert> accounts;
    accounts.push_back({.account = std::move(account)});
    AB_CO_TRY(made, co_await insert_accounts(transaction, std::move(accounts)));
    std::string json = account_json(made.front());
    if (key) {
        co_await keep_response(transaction, *key, 201, json);
    }
    co_await transaction.commit();
    co_return MadeAccount{.json = std::move(json)};
}

Task<Result<Response>> post_account(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_write)
    );
    std::optional<std::string> key;
    if (const auto header = request.headers.find("Idempotency-Key")) {
        AB_CO_TRY(parsed, parse_idempotency_key(header));
        key = std::move(parsed);
    }
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(account, new_account_of(body));
    AB_CO_TRY(canonical, base::canonical_json(body));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_write, request.deadline
    );
    AB_CO_TRY(
        made,
        co_await make_account(
            transaction, std::move(account), std::move(key), base::sha256("account " + canonical)
        )
    );
    api.books.forget(tenant);
    Response response = Response::json(201, std::move(made.json));
    if (made.replayed) {
        response.headers.set("Idempotency-Replayed", "true");
    }
    co_return response;
}

Task<Result<Response>> get_accounts(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_read)
    );
    if (auto known = request.allow_query({"cursor", "limit"}); !known) {
        co_return std::unexpected(known.error());
    }
    AB_CO_TRY(after, net::text_cursor(request));
    AB_CO_TRY(limit_given, request.query_int("limit", 1, kPageMax));
    const std::int64_t limit = limit_given.value_or(kPageDefault);
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    auto accounts = co_await list_accounts(transaction, after, limit + 1);
    co_await transaction.commit();
    std::optional<std::string> next;
    if (accounts.size() > static_cast<std::size_t>(limit)) {
        accounts.pop_back();
        next = net::to_text_cursor(accounts.back().code);
    }
    base::JsonWriter json{accounts.size() * 160};
    json.begin_object().key("items").begin_array();
    for (const Account& account : accounts) {
        write_account(json, account);
    }
    json.end_array().member("next", next).end_object();
    co_return Response::json(200, std::move(json).take());
}

Task<Result<Response>> get_account(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_read)
    );
    AB_CO_TRY(account_id, request.path_id("account_id"));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    const auto account = co_await find_account(transaction, base::AccountId{account_id});
    co_await transaction.commit();
    if (!account) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "ledger.account_not_found",
            "There is no such account in these books."
        );
    }
    Response response = Response::json(200, account_json(*account));
    net::set_etag_of_body(response);
    co_return response;
}

Task<Result<Response>> get_commodities(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_read)
    );
    if (auto known = request.allow_query({"cursor", "limit"}); !known) {
        co_return std::unexpected(known.error());
    }
    AB_CO_TRY(after, net::text_cursor(request));
    AB_CO_TRY(limit_given, request.query_int("limit", 1, kPageMax));
    const std::int64_t limit = limit_given.value_or(kPageDefault);
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    auto commodities = co_await list_commodities(transaction, after, limit + 1);
    co_await transaction.commit();
    std::optional<std::string> next;
    if (commodities.size() > static_cast<std::size_t>(limit)) {
        commodities.pop_back();
        next = net::to_text_cursor(commodities.back().code);
    }
    base::JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (const base::Commodity& commodity : commodities) {
        json.begin_object()
            .member("code", commodity.code)
            .member("scale", static_cast<int>(commodity.scale))
            .end_object();
    }
    json.end_array().member("next", next).end_object();
    co_return Response::json(200, std::move(json).take());
}

}  // namespace

void mount_accounts(net::Router& router, LedgerApi api) {
    const std::string tenant = "/api/v1/tenants/{tenant_id}";
    using net::Method;
    router.add(Method::get, tenant + "/accounts", [api](const Request& request) {
        return get_accounts(api, request);
    });
    router.add(Method::post, tenant + "/accounts", [api](const Request& request) {
        return post_account(api, request);
    });
    router.add(Method::get, tenant + "/accounts/{account_id}", [api](const Request& request) {
        return get_account(api, request);
    });
    router.add(Method::get, tenant + "/commodities", [api](const Request& request) {
        return get_commodities(api, request);
    });
}

}  // namespace accubooks::ledger
