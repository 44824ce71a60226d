-- What proves that a person acts: second factors with their recovery codes, and tokens of people for the command line.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- Secrets of second factors are sealed under a key that isn't in this database, for this person and this enrolment. Nobody
-- reads or writes them but by functions with an exact key: accubooks_ops can't list them, accubooks_app can't see them at all.

set local role accubooks_owner;

create table platform.second_factor (
    user_id uuid not null,
    -- Of this enrolment; part of what the secret is sealed for.
    factor_id uuid not null,
    sealed_secret bytea not null,
    enrolled_at timestamptz not null,
    -- The newest time step of which a code was accepted.
    last_step bigint not null default 0,
    -- Attempts reach into the future by an interval each (platform.take_factor_attempt).
    attempts_paid_until timestamptz not null,
    constraint second_factor__pk primary key (user_id),
    constraint second_factor__user foreign key (user_id) references platform.app_user,
    constraint second_factor__factor_id unique (factor_id)
);

create table platform.recovery_code (
    user_id uuid not null,
    code_digest bytea not null,
    used_at timestamptz,
    constraint recovery_code__pk primary key (user_id, code_digest),
    constraint recovery_code__factor foreign key (user_id) references platform.second_factor,
    constraint recovery_code__code_digest check (octet_length(code_digest) = 32)
);

-- As api_token, but of a person and of no tenant.
create table platform.personal_token (
    token_digest bytea not null,
    token_id uuid not null,
    user_id uuid not null,
    label text not null,
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint personal_token__pk primary key (token_digest),
    constraint personal_token__token_id unique (token_id),
    constraint personal_token__user foreign key (user_id) references platform.app_user,
    constraint personal_token__token_digest check (octet_length(token_digest) = 32),
    constraint personal_token__label check (length(label) between 1 and 200),
    constraint personal_token__created_by check (length(created_by) between 1 and 200),
    constraint personal_token__expires check (expires_at > created_at)
);
create index personal_token__user_id on platform.personal_token (user_id);

grant select, insert, update (revoked_at) on platform.personal_token to accubooks_ops;
