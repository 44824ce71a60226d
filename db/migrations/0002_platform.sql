-- Tenants, people, what they may do, and how they prove who they are.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- accubooks_ops administers these tables. accubooks_app, which answers the internet, reads only names from them; hashes of
-- passwords, sessions and tokens it can't list at all: functions with an exact key answer for one row at a time.

set local role accubooks_owner;

create table platform.tenant (
    tenant_id bigint generated always as identity,
    name text not null,
    base_commodity text collate "C" not null,
    created_at timestamptz not null default now(),
    constraint tenant__pk primary key (tenant_id),
    constraint tenant__name check (length(name) between 1 and 200)
);

create table platform.app_user (
    user_id uuid not null,
    email text collate "C" not null,
    name text not null,
    password_hash text not null,
    created_at timestamptz not null default now(),
    disabled boolean not null default false,
    constraint app_user__pk primary key (user_id),
    constraint app_user__email unique (email),
    constraint app_user__email_lower_case check (email = lower(email) and length(email) between 3 and 254),
    constraint app_user__name check (length(name) between 1 and 200)
);

create table platform.membership (
    user_id uuid not null,
    tenant_id bigint not null,
    role text not null,
    created_at timestamptz not null default now(),
    constraint membership__pk primary key (user_id, tenant_id),
    constraint membership__user foreign key (user_id) references platform.app_user,
    constraint membership__tenant foreign key (tenant_id) references platform.tenant,
    constraint membership__role check (role in ('owner', 'accountant', 'bookkeeper', 'viewer'))
);
create index membership__tenant_id on platform.membership (tenant_id);

-- Tokens are kept as SHA-256 of 32 random bytes: a copy of these tables opens no door.
create table platform.session (
    token_digest bytea not null,
    user_id uuid not null,
    csrf_digest bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint session__pk primary key (token_digest),
    constraint session__user foreign key (user_id) references platform.app_user,
    constraint session__token_digest check (octet_length(token_digest) = 32),
    constraint session__csrf_digest check (octet_length(csrf_digest) = 32),
    constraint session__expires check (expires_at > created_at)
);
create index session__user_id on platform.session (user_id);
create index session__expires_at on platform.session (expires_at);

create table platform.api_token (
    token_digest bytea not null,
    token_id uuid not null,
    tenant_id bigint not null,
    role text not null,
    label text not null,
    created_at timestamptz not null default now(),
    created_by text not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    constraint api_token__pk primary key (token_digest),
    constraint api_token__token_id unique (token_id),
    constraint api_token__tenant foreign key (tenant_id) references platform.tenant,
    constraint api_token__token_digest check (octet_length(token_digest) = 32),
    constraint api_token__role check (role in ('owner', 'accountant', 'bookkeeper', 'viewer')),
    constraint api_token__label check (length(label) between 1 and 200)
);
create index api_token__tenant_id on platform.api_token (tenant_id);

grant select, insert, update on platform.tenant, platform.app_user to accubooks_ops;
grant select, insert, update, delete on platform.membership, platform.session to accubooks_ops;
grant select, insert, update on platform.api_token to accubooks_ops;

-- accubooks_app has no right on any of these tables: with a list of addresses or users, functions that answer by exact key
-- would answer for all of them.
