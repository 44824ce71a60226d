#include "identity/directory.h"

#include <algorithm>

#include <fmt/format.h>

#include "audit/act.h"
#include "base/money.h"
#include "base/utf8.h"
#include "identity/internal/acts.h"
#include "identity/internal/name.h"
#include "identity/secret.h"
#include "net/throttled.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kCreateTenant{
    .name = "identity.create_tenant",
    .text = "select platform.create_tenant($1, $2, $3, $4)",
};

constexpr pg::Statement kAllTenants{
    .name = "identity.all_tenants",
    .text = "select tenant_id from platform.tenant order by tenant_id",
};

constexpr pg::Statement kFindTenant{
    .name = "identity.find_tenant",
    .text = "select tenant_id from platform.tenant where name = $1 order by tenant_id limit 1",
};

constexpr pg::Statement kCreateUser{
    .name = "identity.create_user",
    .text = R"sql(
insert into platform.app_user (user_id, email, name, password_hash, created_at)
values ($1, $2, $3, $4, $5))sql",
};

constexpr pg::Statement kFindUser{
    .name = "identity.find_user",
    .text = "select user_id from platform.app_user where email = $1",
};

constexpr pg::Statement kUserById{
    .name = "identity.user_by_id",
    .text = "select email, name from platform.app_user where user_id = $1",
};

// No row where the name is this one already.
constexpr pg::Statement kRenameUser{
    .name = "identity.rename_user",
    .text = R"sql(
with before as (
    select name
      from platform.app_user
     where user_id = $1
       for no key update
)
update platform.app_user u
   set name = $2
  from before b
 where u.user_id = $1
   and b.name <> $2
returning b.name)sql",
};

constexpr pg::Statement kAddMember{
    .name = "identity.add_member",
    .text = R"sql(
insert into platform.membership (user_id, tenant_id, role, created_at)
values ($1, $2, $3, $4)
    on conflict (user_id, tenant_id) do update set role = excluded.role)sql",
};

constexpr pg::Statement kCreateToken{
    .name = "identity.create_token",
    .text = R"sql(
with done as (
    insert into platform.api_token
           (token_digest, token_id, tenant_id, role, label, created_at, created_by, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $9, $10, $11, $12))
  from done)sql",
};

constexpr pg::Statement kFindAnswer{
    .name = "identity.find_answer",
    .text = R"sql(
select request_hash, status, response
  from platform.write_key
 where tenant_id = $1
   and key = $2)sql",
};

constexpr pg::Statement kListTokens{
    .name = "identity.list_tokens",
    .text = R"sql(
select token_id, role, label, created_at, created_by, expires_at, revoked_at, last_used_at
  from platform.api_token
 where tenant_id = $1
   and token_id > $2
 order by token_id
 limit $3)sql",
};

constexpr pg::Statement kRevokeToken{
    .name = "identity.revoke_token",
    .text = R"sql(
with done as (
    update platform.api_token
       set revoked_at = coalesce(revoked_at, $3)
     where tenant_id = $1
       and token_id = $2
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $4, $5, $6, $7))
  from done)sql",
};

constexpr std::size_t kNameLengthMax = 200;
constexpr std::size_t kEmailLengthMax = 254;
constexpr std::size_t kCommodityLengthMax = 100;

std::unexpected<base::Error> no_such_tenant() {
    return base::refuse(
        base::ErrorKind::not_found, "identity.tenant_not_found", "There is no such tenant."
    );
}

std::unexpected<base::Error> no_such_user() {
    return base::refuse(
        base::ErrorKind::not_found,
        "identity.user_not_found",
        "There is no such user; make one first."
    );
}

ApiToken api_token_of(const pg::Row& row) {
    return {
        .token_id = row.get<base::Uuid>(0),
        .role = parse_role(row.get<std::string_view>(1)).value(),
        .label = row.get<std::string>(2),
        .created_at = row.get<base::Instant>(3),
        .created_by = row.get<std::string>(4),
        .expires_at = row.get<std::optional<base::Instant>>(5),
        .revoked_at = row.get<std::optional<base::Instant>>(6),
        .last_used_at = row.get<std::optional<base::Instant>>(7),
    };
}

/// Characters without a width or a shape, by which two names could look alike.
bool holds_unseen(std::string_view name) {
    constexpr std::string_view kUnseen[] = {
        "\u00A0",
        "\u00AD",
        "\u115F",
        "\u1160",
        "\u200B",
        "\u200E",
        "\u200F",
        "\u2060",
        "\u3164",
        "\uFEFF",
        "\uFFA0",
    };
    return std::ranges::any_of(kUnseen, [name](std::string_view one) {
        return name.contains(one);
    });
}

}  // namespace

base::Result<void> check_name(std::string_view name) {
    if (!base::is_plain_text(name) || name.empty() || base::characters_in(name) > kNameLengthMax ||
        name.starts_with(' ') || name.ends_with(' ') || holds_unseen(name)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_name",
            fmt::format(
                "A name has 1 to {} characters, none of them a control character or one that "
                "isn't seen, and no blank at its ends.",
                kNameLengthMax
            )
        );
    }
    return {};
}

base::Error at_field(base::Error error, std::string pointer) {
    error.fields = {{std::move(pointer), error.detail}};
    return error;
}

base::Result<std::uint8_t> scale_of_base(
    const std::string& currency, std::optional<std::uint8_t> scale
) {
    if (!base::is_plain_text(currency) || currency.empty() ||
        currency.size() > kCommodityLengthMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.unknown_currency",
            "The base currency is a code of ISO 4217 such as USD."
        );
    }
    if (scale) {
        if (*scale > base::Commodity::kMaxScale) {
            return base::refuse(
                base::ErrorKind::invalid,
                "identity.bad_scale",
                fmt::format("A commodity has 0 to {} digits.", base::Commodity::kMaxScale)
            );
        }
        return *scale;
    }
    const auto known = base::iso4217_scale(currency);
    if (!known) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.unknown_currency",
            fmt::format("ISO 4217 has no currency {}; currencies are written like USD.", currency)
        );
    }
    return *known;
}

base::Instant end_of(base::Date day) {
    const std::chrono::microseconds start = std::chrono::days{day.unix_days()};
    return base::Instant::from_unix_micros(start.count()) + std::chrono::days{1};
}

base::Result<std::string> normalise_email(std::string_view text) {
    const auto at = text.find('@');
    const bool shaped = text.size() <= kEmailLengthMax && at != std::string_view::npos && at > 0 &&
                        at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
                        std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
    if (!shaped) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_email",
            "An e-mail address is written like ann@example.com, in ASCII."
        );
    }
    std::string email{text};
    std::ranges::transform(email, email.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return email;
}

Directory::Directory(
    pg::Pool& ops, PasswordHasher& hasher, const base::Clock& clock, base::RandomBytes random
)
    : ops_{ops}, hasher_{hasher}, clock_{clock}, random_{std::move(random)} {}

base::Task<base::Result<base::TenantId>> Directory::create_tenant(
    NewTenant tenant, base::Deadline deadline
) {
    AB_CO_CHECK(check_name(tenant.name));
    AB_CO_TRY(scale, scale_of_base(tenant.currency, tenant.scale));
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(
        tenant.name, tenant.currency, static_cast<std::int16_t>(scale), tenant.currency
    );
    co_await pg::begin_as(*lease, {.actor = std::move(tenant.actor)}, deadline);
    const auto rows = co_await lease->execute(kCreateTenant, std::move(params), deadline);
    co_await lease->commit(deadline);
    co_return rows[0].get<base::TenantId>(0);
}

base::Task<std::vector<base::TenantId>> Directory::all_tenants(base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kAllTenants, pg::Params{}, deadline);
    co_return rows.map([](const pg::Row& row) { return row.get<base::TenantId>(0); });
}

base::Task<std::optional<base::TenantId>> Directory::find_tenant(
    std::string name, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kFindTenant, pg::Params::of(name), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return rows[0].get<base::TenantId>(0);
}

base::Task<base::Result<base::Uuid>> Directory::create_user(NewUser user, base::Deadline deadline) {
    AB_CO_TRY(email, normalise_email(user.email));
    AB_CO_CHECK(check_name(user.name));
    AB_CO_CHECK(check_password(user.password));
    AB_CO_TRY(hash, co_await hasher_.hash(std::move(user.password)));
    const base::Instant now = clock_.now();
    const base::Uuid user_id = base::uuid_v7(now, random_);
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(user_id, email, user.name, hash, now);
    try {
        co_await lease->execute(kCreateUser, std::move(params), deadline);
    } catch (const pg::Failure& failure) {
        if (failure.constraint() != "app_user__email") {
            throw;
        }
        co_return base::refuse(
            base::ErrorKind::conflict,
            "identity.email_taken",
            "A user with this e-mail address exists already."
        );
    }
    co_return user_id;
}

base::Task<base::Result<void>> Directory::rename_user(
    base::Uuid user, std::string name, pg::Author author, base::Deadline deadline
) {
    if (auto named = check_name(name); !named) {
        co_return std::unexpected(at_field(std::move(named).error(), "/name"));
    }
    const std::string person = base::to_string(user);
    const base::Instant now = clock_.now();
    if (const auto attempt = renamings_.take(person, person, now); !attempt) {
        co_return std::unexpected(net::throttled(
            "identity.too_many_attempts",
            "Too many new names; wait a while, then try again.",
            attempt.error(),
            now
        ));
    }
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, author, deadline);
    const auto renamed = co_await lease->execute(kRenameUser, pg::Params::of(user, name), deadline);
    if (!renamed.empty()) {
        audit::Act act{
            .actor = std::move(author.actor),
            .action = "identity.renamed",
            .object = user_actor(user),
            .payload = canonical({{"before", renamed[0].get<std::string>(0)}, {"after", name}}),
        };
        co_await audit::record(*lease, std::move(act), clock_.now(), deadline);
    }
    co_await lease->commit(deadline);
    co_return base::Result<void>{};
}

base::Task<base::Result<base::Uuid>> Directory::find_user(
    std::string email, base::Deadline deadline
) {
    const auto normal = normalise_email(email);
    if (!normal) {
        co_return no_such_user();
    }
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kFindUser, pg::Params::of(*normal), deadline);
    if (rows.empty()) {
        co_return no_such_user();
    }
    co_return rows[0].get<base::Uuid>(0);
}

base::Task<base::Result<User>> Directory::user_named(std::string who, base::Deadline deadline) {
    auto user_id = base::Uuid::parse(who);
    if (!user_id) {
        user_id = co_await find_user(std::move(who), deadline);
    }
    AB_CO_TRY(id, std::move(user_id));
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kUserById, pg::Params::of(id), deadline);
    if (rows.empty()) {
        co_return no_such_user();
    }
    co_return User{
        .user_id = id,
        .email = rows[0].get<std::string>(0),
        .name = rows[0].get<std::string>(1),
    };
}

base::Task<base::Result<void>> Directory::add_member(
    base::Uuid user, base::TenantId tenant, Role role, base::Deadline deadline, std::string actor
) {
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(user, tenant, to_string(role), clock_.now());
    try {
        co_await pg::begin_as(*lease, {.actor = std::move(actor)}, deadline);
        co_await lease->execute(kAddMember, std::move(params), deadline);
        co_await lease->commit(deadline);
    } catch (const pg::Failure& failure) {
        if (failure.constraint() == "membership__tenant") {
            co_return no_such_tenant();
        }
        if (failure.constraint() == "membership__user") {
            co_return no_such_user();
        }
        if (failure.constraint() == "membership__keeps_an_owner") {
            co_return base::refuse(
                base::ErrorKind::conflict,
                "identity.last_owner",
                "A tenant keeps at least one owner; make somebody else an owner first."
            );
        }
        throw;
    }
    co_return base::Result<void>{};
}

base::Result<IssuedToken> Directory::mint_token(const NewToken& token) const {
    AB_CHECK(check_name(token.label));
    const base::Instant now = clock_.now();
    if (token.expires_at && *token.expires_at <= now) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.already_expired",
            "The token would end before it begins; choose a later day."
        );
    }
    return IssuedToken{
        .token =
            {.token_id = base::uuid_v7(now, random_),
             .role = token.role,
             .label = token.label,
             .created_at = now,
             .created_by = token.created_by,
             .expires_at = token.expires_at},
        .secret = make_api_token(random_),
    };
}

base::Task<base::Result<void>> Directory::keep_token(
    base::TenantId tenant, IssuedToken issued, Keeping keeping, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(
        api_token_digest(issued.secret).value(),
        issued.token.token_id,
        tenant,
        to_string(issued.token.role),
        issued.token.label,
        issued.token.created_at,
        issued.token.created_by,
        issued.token.expires_at
    );
    add_keeping(params, keeping);
    try {
        co_await pg::begin_as(*lease, std::move(keeping.author), deadline);
        co_await lease->execute(kCreateToken, std::move(params), deadline);
        co_await lease->commit(deadline);
    } catch (const pg::Failure& failure) {
        if (auto taken = refusal_of_taken_key(failure)) {
            co_return std::unexpected(*std::move(taken));
        }
        if (failure.constraint() == "api_token__tenant" ||
            failure.constraint() == "write_key__tenant") {
            co_return no_such_tenant();
        }
        throw;
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<IssuedToken>> Directory::create_token(
    NewToken token, base::Deadline deadline
) {
    AB_CO_TRY(issued, mint_token(token));
    Keeping keeping{.author = {.actor = std::move(token.created_by)}};
    AB_CO_CHECK(co_await keep_token(token.tenant, issued, std::move(keeping), deadline));
    co_return issued;
}

base::Task<base::Result<std::optional<KeptAnswer>>> Directory::find_answer(
    base::TenantId tenant, std::optional<WriteKey> key, base::Deadline deadline
) {
    if (!key) {
        co_return std::nullopt;
    }
    auto lease = co_await ops_.acquire(deadline);
    const auto rows =
        co_await lease->execute(kFindAnswer, pg::Params::of(tenant, key->key), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    if (rows[0].get<base::Digest>(0) != key->content) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "identity.idempotency_conflict",
            "This idempotency key was used for another content; use a new key for a new request."
        );
    }
    co_return KeptAnswer{
        .status = rows[0].get<std::int16_t>(1),
        .body = rows[0].get<std::string>(2),
    };
}

base::Task<std::vector<ApiToken>> Directory::list_tokens(
    base::TenantId tenant,
    std::optional<base::Uuid> after,
    std::int64_t limit,
    base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(tenant, after.value_or(base::Uuid{}), limit);
    const auto rows = co_await lease->execute(kListTokens, std::move(params), deadline);
    co_return rows.map(api_token_of);
}

base::Task<base::Result<void>> Directory::revoke_token(
    base::TenantId tenant, base::Uuid token_id, Keeping keeping, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(tenant, token_id, clock_.now());
    add_keeping(params, keeping);
    try {
        co_await pg::begin_as(*lease, std::move(keeping.author), deadline);
        const auto rows = co_await lease->execute(kRevokeToken, std::move(params), deadline);
        if (rows[0].get<std::int64_t>(0) == 0) {
            co_return base::refuse(
                base::ErrorKind::not_found,
                "identity.token_not_found",
                "There is no such token in this tenant."
            );
        }
        co_await lease->commit(deadline);
    } catch (const pg::Failure& failure) {
        if (auto taken = refusal_of_taken_key(failure)) {
            co_return std::unexpected(*std::move(taken));
        }
        throw;
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
