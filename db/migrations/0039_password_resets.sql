-- What lets a person set a new password who can read mail to their address: a secret that counts once.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

-- Kept as SHA-256 of 32 random bytes, as tokens are. A row goes away as it is used, with the person's other ones, and when it is past
-- its time.
create table platform.password_reset (
    secret_digest bytea not null,
    user_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint password_reset__pk primary key (secret_digest),
    constraint password_reset__user foreign key (user_id) references platform.app_user,
    constraint password_reset__secret_digest check (octet_length(secret_digest) = 32),
    constraint password_reset__expires check (expires_at > created_at)
);
create index password_reset__user_id on platform.password_reset (user_id);

grant select, insert, delete on platform.password_reset to accubooks_ops;
