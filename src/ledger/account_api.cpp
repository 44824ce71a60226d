#include <boost/json.hpp>
#include <fmt/format.h>

#include "ledger/account_store.h"
#include "ledger/chart.h"
#include "ledger/entry_json.h"
#include "ledger/internal/keyed_write.h"
#include "ledger/journal_api.h"
#include "net/body_fields.h"
#include "net/etag.h"
#include "net/idempotency.h"
#include "net/json_body.h"
#include "net/page.h"
#include "net/routes.h"
#include "pg/author.h"

namespace accubooks::ledger {
namespace {

using base::Result;
using base::Task;
using identity::Permission;
using net::Request;
using net::Response;

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
    AB_CHECK(
        net::refuse_breaches("ledger.bad_account", "The account was not made", std::move(wrong))
    );
    AB_CHECK(check(account));
    return account;
}

Result<AccountChange> account_change_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    AccountChange change{
        .name = fields.optional_text("name"),
        .subtype = fields.optional_text("subtype"),
        .active = fields.optional_truth("active"),
    };
    fields.refuse_unknown();
    if (wrong.empty() && !change.name && !change.subtype && !change.active) {
        wrong.push_back({"", "names nothing to change: name, subtype or active"});
    }
    AB_CHECK(
        net::refuse_breaches("ledger.bad_account", "The account was not changed", std::move(wrong))
    );
    return change;
}

/// A currency that an account may be made for before an entry names it.
Task<Result<void>> add_currency(pg::TenantTransaction& transaction, std::string code) {
    const auto scale = base::iso4217_scale(code);
    if (!scale) {
        co_return Result<void>{};
    }
    const std::vector<base::Commodity> currency{{.code = std::move(code), .scale = *scale}};
    co_return co_await add_commodities(transaction, currency);
}

Task<Result<Response>> post_account(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_write)
    );
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(account, new_account_of(body));
    AB_CO_TRY(write, KeyedWrite::of(request, "account", body));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, principal.author());
    AB_CO_TRY(answered, co_await write.first_answer(transaction));
    if (answered) {
        co_return net::replayed(Response::json(201, *std::move(answered)));
    }
    if (!account.commodity && holds_one_commodity(account.subtype)) {
        AB_CO_TRY(books, co_await api.books.books_with(tenant, {}, {}, request.deadline));
        account.commodity = books->base.code;
    }
    if (account.commodity) {
        AB_CO_CHECK(co_await add_currency(transaction, *account.commodity));
    }
    std::vector<AccountToInsert> accounts;
    accounts.push_back({.account = std::move(account)});
    AB_CO_TRY(made, co_await insert_accounts(transaction, std::move(accounts)));
    const std::string json = account_json(made.front());
    co_await write.conclude(transaction, 201, json);
    api.books.forget(tenant);
    co_return Response::json(201, json);
}

/// The name of a ready-made chart, and its accounts for books in `base_currency`.
Result<std::vector<NewAccount>> chart_of(
    const boost::json::value& body, std::string_view base_currency
) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    auto accounts = chart_named(fields.text("chart"), base_currency);
    if (!accounts) {
        fields.breach("chart", "the name of a chart that GET /api/v1/charts lists");
    }
    fields.refuse_unknown();
    AB_CHECK(net::refuse_breaches("ledger.bad_chart", "No accounts were made", std::move(wrong)));
    return *std::move(accounts);
}

Task<Result<Response>> post_chart(LedgerApi api, const Request& request) {
    AB_CO_TRY(principal, co_await api.authenticator.authorise(request, Permission::account_write));
    const base::TenantId tenant = principal.tenant;
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(books, co_await api.books.books_with(tenant, {}, {}, request.deadline));
    AB_CO_TRY(chart, chart_of(body, books->base.code));
    AB_CO_TRY(write, KeyedWrite::of(request, "chart", body));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, principal.author());
    AB_CO_TRY(answered, co_await write.first_answer(transaction));
    if (answered) {
        co_return net::replayed(Response::json(201, *std::move(answered)));
    }
    AB_CO_TRY(made, co_await insert_chart(transaction, std::move(chart)));
    if (!made) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.has_accounts",
            "These books have accounts, so a ready-made chart comes too late."
        );
    }
    base::JsonWriter json;
    json.begin_object().member("accounts", made->size()).end_object();
    std::string text = std::move(json).take();
    co_await write.conclude(transaction, 201, text);
    api.books.forget(tenant);
    co_return Response::json(201, std::move(text));
}

base::Error no_such_account() {
    return {
        .kind = base::ErrorKind::not_found,
        .code = "ledger.account_not_found",
        .detail = "There is no such account in these books.",
    };
}

Response shown(std::string json) {
    Response response = Response::json(200, std::move(json));
    net::set_etag_of_body(response);
    return response;
}

Task<Result<Response>> patch_account(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_write)
    );
    AB_CO_TRY(account_id, request.path_id("account_id"));
    AB_CO_TRY(body, net::json_body(request));
    AB_CO_TRY(change, account_change_of(body));
    AB_CO_TRY(write, KeyedWrite::of(request, fmt::format("account {}", account_id), body));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_write, request.deadline
    );
    co_await pg::act_as(transaction, principal.author());
    AB_CO_TRY(answered, co_await write.first_answer(transaction));
    if (answered) {
        co_return net::replayed(shown(*std::move(answered)));
    }
    const auto account = co_await lock_account(transaction, base::AccountId{account_id});
    if (!account) {
        co_return std::unexpected(no_such_account());
    }
    AB_CO_CHECK(net::require_match(request, account_json(*account)));
    AB_CO_CHECK(check(change, *account));
    AB_CO_TRY(changed, co_await change_account(transaction, account->id, std::move(change)));
    const std::string json = account_json(changed);
    co_await write.conclude(transaction, 200, json);
    api.books.forget(tenant);
    co_return shown(json);
}

Task<Result<Response>> get_accounts(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_read)
    );
    AB_CO_TRY(page, net::text_page_of(request));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    auto accounts = co_await list_accounts(transaction, page.after, page.limit + 1);
    co_await transaction.commit();
    const auto code_of = [](const Account& account) { return account.code; };
    co_return Response::json(
        200, net::text_page_json(std::move(accounts), page.limit, code_of, write_account)
    );
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
        co_return std::unexpected(no_such_account());
    }
    co_return shown(account_json(*account));
}

void write_commodity(base::JsonWriter& json, const base::Commodity& commodity) {
    json.begin_object()
        .member("code", commodity.code)
        .member("scale", static_cast<int>(commodity.scale))
        .end_object();
}

Task<Result<Response>> get_commodities(LedgerApi api, const Request& request) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    const base::TenantId tenant{tenant_id};
    AB_CO_TRY(
        principal, co_await api.authenticator.authorise(request, tenant, Permission::account_read)
    );
    AB_CO_TRY(page, net::text_page_of(request));
    auto transaction = co_await pg::TenantTransaction::begin(
        api.pool, tenant, pg::Access::read_only, request.deadline
    );
    auto commodities = co_await list_commodities(transaction, page.after, page.limit + 1);
    co_await transaction.commit();
    const auto code_of = [](const base::Commodity& commodity) { return commodity.code; };
    co_return Response::json(
        200, net::text_page_json(std::move(commodities), page.limit, code_of, write_commodity)
    );
}

}  // namespace

void mount_accounts(net::Router& router, LedgerApi api) {
    const std::string tenant = "/api/v1/tenants/{tenant_id}";
    using net::Method;
    const net::Routes routes{router, api};
    routes.add(Method::get, tenant + "/accounts", get_accounts);
    routes.add(Method::post, tenant + "/accounts", post_account);
    routes.add(Method::post, tenant + "/chart", post_chart);
    routes.add(Method::get, tenant + "/accounts/{account_id}", get_account);
    routes.add(Method::patch, tenant + "/accounts/{account_id}", patch_account);
    routes.add(Method::get, tenant + "/commodities", get_commodities);
}

}  // namespace accubooks::ledger
