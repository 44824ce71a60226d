#include "ledger/account_store.h"

#include <unordered_map>

#include <fmt/format.h>

namespace accubooks::ledger {
namespace {

constexpr pg::Statement kListAccounts{
    .name = "ledger.list_accounts",
    .text = R"sql(
select account_id, code, name, type, subtype, parent_id, commodity, active, imported, type_assumed
  from books.account
 where tenant_id = $1
   and ($2::text is null or code > $2)
 order by code
 limit $3)sql",
};

constexpr pg::Statement kFindAccount{
    .name = "ledger.find_account",
    .text = R"sql(
select account_id, code, name, type, subtype, parent_id, commodity, active, imported, type_assumed
  from books.account
 where tenant_id = $1
   and account_id = $2)sql",
};

constexpr pg::Statement kLockAccount{
    .name = "ledger.lock_account",
    .text = R"sql(
select account_id, code, name, type, subtype, parent_id, commodity, active, imported, type_assumed
  from books.account
 where tenant_id = $1
   and account_id = $2
   for no key update)sql",
};

constexpr pg::Statement kChangeAccount{
    .name = "ledger.change_account",
    .text = R"sql(
update books.account
   set name = coalesce($3, name), subtype = coalesce($4, subtype), active = coalesce($5, active)
 where tenant_id = $1
   and account_id = $2
returning account_id, code, name, type, subtype, parent_id, commodity, active, imported, type_assumed)sql",
};

constexpr pg::Statement kAccountsByCode{
    .name = "ledger.accounts_by_code",
    .text = R"sql(
select account_id, code
  from books.account
 where tenant_id = $1
   and code = any($2))sql",
};

constexpr pg::Statement kAccountCodes{
    .name = "ledger.account_codes",
    .text = R"sql(
select account_id, code
  from books.account
 where tenant_id = $1
   and account_id = any($2))sql",
};

constexpr pg::Statement kTakeAccountIds{
    .name = "ledger.take_account_ids",
    .text = R"sql(
insert into books.counter as c (tenant_id, name, value)
values ($1, 'account', $2)
on conflict (tenant_id, name) do update set value = c.value + excluded.value
returning value)sql",
};

constexpr pg::Statement kInsertAccounts{
    .name = "ledger.insert_accounts",
    .text = R"sql(
insert into books.account
       (tenant_id, account_id, code, name, type, subtype, parent_id, commodity, imported, type_assumed)
select $1, id, code, name, type, subtype, parent, commodity, imported, assumed
  from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::boolean[],
              $10::boolean[])
    as new (id, code, name, type, subtype, parent, commodity, imported, assumed)
 order by id)sql",
};

constexpr pg::Statement kListCommodities{
    .name = "ledger.list_commodities",
    .text = R"sql(
select code, scale
  from books.commodity
 where tenant_id = $1
   and ($2::text is null or code > $2)
 order by code
 limit $3)sql",
};

constexpr pg::Statement kAddCommodities{
    .name = "ledger.add_commodities",
    .text = R"sql(
insert into books.commodity (tenant_id, code, scale)
select $1, code, scale
  from unnest($2::text[], $3::smallint[]) as new (code, scale)
on conflict (tenant_id, code) do nothing)sql",
};

constexpr pg::Statement kCountCommodities{
    .name = "ledger.count_commodities",
    .text = R"sql(
select count(*)
  from books.commodity
 where tenant_id = $1)sql",
};

constexpr pg::Statement kBaseCommodity{
    .name = "ledger.base_commodity",
    .text = R"sql(
select base_commodity
  from books.ledger
 where tenant_id = $1)sql",
};

/// A tenant's chart is small; a list of all of it is still bounded.
constexpr std::int64_t kAccountsMax = 200'000;
constexpr std::int64_t kCommoditiesMax = 20'000;

Account account_of(const pg::Row& row) {
    const auto type = parse_account_type(row.get<std::string_view>(3));
    base::ensure(type.has_value(), "account.type is checked by the database");
    const auto parent = row.get<std::optional<std::int64_t>>(5);
    return {
        .id = base::AccountId{row.get<std::int64_t>(0)},
        .code = row.get<std::string>(1),
        .name = row.get<std::string>(2),
        .type = *type,
        .subtype = row.get<std::string>(4),
        .parent = parent ? std::optional{base::AccountId{*parent}} : std::nullopt,
        .commodity = row.get<std::optional<std::string>>(6),
        .active = row.get<bool>(7),
        .imported = row.get<bool>(8),
        .type_assumed = row.get<bool>(9),
    };
}

base::Task<std::unordered_map<std::string, std::int64_t>> ids_by_code(
    pg::TenantTransaction& transaction, std::vector<std::string> codes
) {
    const pg::Rows rows =
        co_await transaction.execute(kAccountsByCode, pg::Params::of(transaction.tenant(), codes));
    std::unordered_map<std::string, std::int64_t> ids;
    for (int at = 0; at < rows.size(); ++at) {
        ids.emplace(rows[at].get<std::string>(1), rows[at].get<std::int64_t>(0));
    }
    co_return ids;
}

/// The insert's arrays, one element per account.
struct AccountColumns {
    std::vector<std::int64_t> ids;
    std::vector<std::string> codes, names, types, subtypes;
    std::vector<std::optional<std::int64_t>> parents;
    std::vector<std::optional<std::string>> commodities;
    std::vector<bool> imported, assumed;
};

/// Fills the columns; `ids` knows the parents that exist already and learns the new accounts.
base::Result<std::vector<Account>> fill(
    AccountColumns& columns,
    const std::vector<AccountToInsert>& accounts,
    std::unordered_map<std::string, std::int64_t>& ids,
    std::int64_t first_id
) {
    std::vector<Account> made;
    for (const auto& [account, imported, type_assumed] : accounts) {
        const std::int64_t id = first_id + static_cast<std::int64_t>(made.size());
        std::optional<std::int64_t> parent;
        if (account.parent_code) {
            const auto found = ids.find(*account.parent_code);
            if (found == ids.end()) {
                return base::refuse(
                    base::ErrorKind::invalid,
                    "ledger.unknown_parent",
                    fmt::format("There is no account with the code '{}'.", *account.parent_code),
                    {{"/parent_code", "the code of an account of these books"}}
                );
            }
            parent = found->second;
        }
        if (!ids.emplace(account.code, id).second) {
            return base::refuse(
                base::ErrorKind::conflict,
                "ledger.account_exists",
                fmt::format("There is an account with the code '{}' already.", account.code),
                {{"/code", "a code that no account has yet"}}
            );
        }
        columns.ids.push_back(id);
        columns.codes.push_back(account.code);
        columns.names.push_back(account.name);
        columns.types.emplace_back(to_string(account.type));
        columns.subtypes.push_back(account.subtype);
        columns.parents.push_back(parent);
        columns.commodities.push_back(account.commodity);
        columns.imported.push_back(imported);
        columns.assumed.push_back(type_assumed);
        made.push_back({
            .id = base::AccountId{id},
            .code = account.code,
            .name = account.name,
            .type = account.type,
            .subtype = account.subtype,
            .parent = parent ? std::optional{base::AccountId{*parent}} : std::nullopt,
            .commodity = account.commodity,
            .imported = imported,
            .type_assumed = type_assumed,
        });
    }
    return made;
}

/// The account that `statement` finds by tenant and id.
base::Task<std::optional<Account>> account_by(
    const pg::Statement& statement, pg::TenantTransaction& transaction, base::AccountId id
) {
    const pg::Rows rows =
        co_await transaction.execute(statement, pg::Params::of(transaction.tenant(), id));
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return account_of(rows[0]);
}

/// The refusal behind a constraint that accounts may meet; none for another constraint.
std::optional<base::Error> refusal_of(std::string_view constraint) {
    if (constraint == "account__commodity") {
        return base::Error{
            .kind = base::ErrorKind::invalid,
            .code = "ledger.unknown_commodity",
            .detail = "These books have no such currency or commodity.",
            .fields = {{"/commodity", "an ISO 4217 currency or a commodity of these books"}},
        };
    }
    if (constraint == "account__parent_has_lines") {
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "ledger.parent_has_lines",
            .detail = "The parent has entries of its own, so it can't have sub-accounts.",
            .fields = {{"/parent_code", "the code of an account that nothing was posted to"}},
        };
    }
    if (constraint == "account__below_itself") {
        return base::Error{
            .kind = base::ErrorKind::invalid,
            .code = "ledger.account_too_deep",
            .detail = "Accounts stand at most 100 below each other.",
            .fields = {{"/parent_code", "the code of an account nearer to the root"}},
        };
    }
    if (constraint == "account__inactive_is_empty") {
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "ledger.account_has_balance",
            .detail = "The account has a balance; move it to another account first.",
            .fields = {{"/active", "false once nothing is left on the account"}},
        };
    }
    return std::nullopt;
}

}  // namespace

base::Task<std::vector<Account>> list_accounts(
    pg::TenantTransaction& transaction, std::optional<std::string> after, std::int64_t limit
) {
    const pg::Rows rows = co_await transaction.execute(
        kListAccounts, pg::Params::of(transaction.tenant(), after, limit)
    );
    co_return rows.map(account_of);
}

base::Task<std::vector<Account>> all_accounts(pg::TenantTransaction& transaction) {
    co_return co_await list_accounts(transaction, std::nullopt, kAccountsMax);
}

base::Task<std::optional<Account>> find_account(
    pg::TenantTransaction& transaction, base::AccountId id
) {
    co_return co_await account_by(kFindAccount, transaction, id);
}

base::Task<std::optional<base::AccountId>> account_by_code(
    pg::TenantTransaction& transaction, std::string code
) {
    const pg::Rows rows = co_await transaction.execute(
        kAccountsByCode, pg::Params::of(transaction.tenant(), std::vector{std::move(code)})
    );
    co_return rows.empty() ? std::nullopt : std::optional{rows[0].get<base::AccountId>(0)};
}

base::Task<base::Result<std::optional<std::vector<Account>>>> insert_chart(
    pg::TenantTransaction& transaction, std::vector<NewAccount> chart
) {
    // Locks the counter's row, as insert_accounts does: who makes accounts at the same time is
    // seen.
    co_await transaction.execute(
        kTakeAccountIds, pg::Params::of(transaction.tenant(), std::int64_t{0})
    );
    const auto there = co_await list_accounts(transaction, std::nullopt, 1);
    if (!there.empty()) {
        co_return std::nullopt;
    }
    std::vector<AccountToInsert> accounts;
    accounts.reserve(chart.size());
    for (NewAccount& account : chart) {
        accounts.push_back({.account = std::move(account)});
    }
    AB_CO_TRY(made, co_await insert_accounts(transaction, std::move(accounts)));
    co_return std::optional{std::move(made)};
}

base::Task<std::optional<Account>> lock_account(
    pg::TenantTransaction& transaction, base::AccountId id
) {
    co_return co_await account_by(kLockAccount, transaction, id);
}

base::Task<base::Result<Account>> change_account(
    pg::TenantTransaction& transaction, base::AccountId id, AccountChange change
) {
    try {
        const pg::Rows rows = co_await transaction.execute(
            kChangeAccount,
            pg::Params::of(transaction.tenant(), id, change.name, change.subtype, change.active)
        );
        base::ensure(rows.size() == 1, "the account was found, and accounts are never deleted");
        co_return account_of(rows[0]);
    } catch (const pg::Failure& failure) {
        if (auto refusal = refusal_of(failure.constraint())) {
            co_return std::unexpected(*std::move(refusal));
        }
        throw;
    }
}

base::Task<std::unordered_map<base::AccountId, std::string>> account_codes(
    pg::TenantTransaction& transaction, std::vector<std::int64_t> ids
) {
    const pg::Rows rows =
        co_await transaction.execute(kAccountCodes, pg::Params::of(transaction.tenant(), ids));
    std::unordered_map<base::AccountId, std::string> codes;
    for (int at = 0; at < rows.size(); ++at) {
        codes.emplace(base::AccountId{rows[at].get<std::int64_t>(0)}, rows[at].get<std::string>(1));
    }
    co_return codes;
}

base::Task<base::Result<std::vector<Account>>> insert_accounts(
    pg::TenantTransaction& transaction, std::vector<AccountToInsert> accounts
) {
    if (accounts.empty()) {
        co_return std::vector<Account>{};
    }
    std::vector<std::string> codes;
    codes.reserve(accounts.size());
    for (const AccountToInsert& each : accounts) {
        codes.push_back(each.account.code);
        if (each.account.parent_code) {
            codes.push_back(*each.account.parent_code);
        }
    }
    // The counter's row is locked until commit, so a second writer of these books waits here and
    // sees our codes.
    const auto count = static_cast<std::int64_t>(accounts.size());
    const pg::Rows counter =
        co_await transaction.execute(kTakeAccountIds, pg::Params::of(transaction.tenant(), count));
    // Accounts are never deleted, so the last id is their number.
    if (counter[0].get<std::int64_t>(0) > kAccountsMax) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.too_many_accounts",
            fmt::format("Books have at most {} accounts.", kAccountsMax)
        );
    }
    const std::int64_t first_id = counter[0].get<std::int64_t>(0) - count + 1;
    auto ids = co_await ids_by_code(transaction, std::move(codes));

    AccountColumns columns;
    AB_CO_TRY(made, fill(columns, accounts, ids, first_id));
    try {
        co_await transaction.execute(
            kInsertAccounts,
            pg::Params::of(
                transaction.tenant(),
                columns.ids,
                columns.codes,
                columns.names,
                columns.types,
                columns.subtypes,
                columns.parents,
                columns.commodities,
                columns.imported,
                columns.assumed
            )
        );
    } catch (const pg::Failure& failure) {
        if (auto refusal = refusal_of(failure.constraint())) {
            co_return std::unexpected(*std::move(refusal));
        }
        throw;
    }
    co_return made;
}

base::Task<std::vector<base::Commodity>> list_commodities(
    pg::TenantTransaction& transaction, std::optional<std::string> after, std::int64_t limit
) {
    const pg::Rows rows = co_await transaction.execute(
        kListCommodities, pg::Params::of(transaction.tenant(), after, limit)
    );
    std::vector<base::Commodity> commodities;
    commodities.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        commodities.push_back({
            .code = rows[at].get<std::string>(0),
            .scale = static_cast<std::uint8_t>(rows[at].get<std::int16_t>(1)),
        });
    }
    co_return commodities;
}

base::Task<std::vector<base::Commodity>> all_commodities(pg::TenantTransaction& transaction) {
    co_return co_await list_commodities(transaction, std::nullopt, kCommoditiesMax);
}

base::Task<base::Result<void>> add_commodities(
    pg::TenantTransaction& transaction, const std::vector<base::Commodity>& commodities
) {
    std::vector<std::string> codes;
    std::vector<std::int16_t> scales;
    for (const base::Commodity& commodity : commodities) {
        codes.push_back(commodity.code);
        scales.push_back(commodity.scale);
    }
    co_await transaction.execute(
        kAddCommodities, pg::Params::of(transaction.tenant(), codes, scales)
    );
    const pg::Rows count =
        co_await transaction.execute(kCountCommodities, pg::Params::of(transaction.tenant()));
    if (count[0].get<std::int64_t>(0) > kCommoditiesMax) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "ledger.too_many_commodities",
            fmt::format("Books have at most {} commodities.", kCommoditiesMax)
        );
    }
    co_return base::Result<void>{};
}

base::Task<std::optional<std::string>> base_commodity(pg::TenantTransaction& transaction) {
    const pg::Rows rows =
        co_await transaction.execute(kBaseCommodity, pg::Params::of(transaction.tenant()));
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return rows[0].get<std::string>(0);
}

}  // namespace accubooks::ledger
