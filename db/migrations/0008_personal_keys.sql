-- Keys with which people sign.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- A key is one person's for ever, and what was enrolled or revoked never changes: evidence that was signed years ago is
-- verified against it. The private key is nowhere here.

set local role accubooks_owner;

create table platform.personal_key (
    key_id bytea not null,
    public_key bytea not null,
    user_id uuid not null,
    kind text collate "C" not null,
    -- The envelope in which the key says of itself that it is there (DSSE, JSON).
    possession text collate "C" not null,
    enrolled_at timestamptz not null default clock_timestamp(),
    constraint personal_key__pk primary key (key_id),
    constraint personal_key__user foreign key (user_id) references platform.app_user,
    constraint personal_key__public_key check (octet_length(public_key) = 32),
    constraint personal_key__key_id check (key_id = sha256(public_key)),
    constraint personal_key__kind check (kind in ('file', 'browser'))
);
create index personal_key__user_id on platform.personal_key (user_id);

-- From here on the key signs nothing; what it signed before stays signed.
create table platform.personal_key_revocation (
    key_id bytea not null,
    revoked_at timestamptz not null default clock_timestamp(),
    revoked_by text not null,
    reason text not null,
    constraint personal_key_revocation__pk primary key (key_id),
    constraint personal_key_revocation__key foreign key (key_id) references platform.personal_key,
    constraint personal_key_revocation__revoked_by check (length(revoked_by) between 1 and 200),
    constraint personal_key_revocation__reason check (length(reason) between 1 and 1000)
);

grant select on platform.personal_key, platform.personal_key_revocation to accubooks_ops;
grant insert (key_id, public_key, user_id, kind, possession) on platform.personal_key to accubooks_ops;
grant insert (key_id, revoked_by, reason) on platform.personal_key_revocation to accubooks_ops;
