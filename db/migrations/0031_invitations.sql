-- Invitations to a tenant: an owner makes one with a role, and whoever has its secret joins, once.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

-- Kept as SHA-256 of 32 random bytes, as tokens are. Each ends in one of three ways: accepted, withdrawn, or past its time.
create table platform.invitation (
    secret_digest bytea not null,
    invitation_id uuid not null,
    tenant_id bigint not null,
    email text collate "C" not null,
    role text not null,
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    accepted_by uuid,
    withdrawn_at timestamptz,
    constraint invitation__pk primary key (secret_digest),
    constraint invitation__invitation_id unique (invitation_id),
    constraint invitation__tenant foreign key (tenant_id) references platform.tenant,
    constraint invitation__accepted_by foreign key (accepted_by) references platform.app_user,
    constraint invitation__secret_digest check (octet_length(secret_digest) = 32),
    constraint invitation__email check (email = lower(email) and length(email) between 3 and 254),
    constraint invitation__role check (role in ('owner', 'accountant', 'bookkeeper', 'viewer')),
    constraint invitation__created_by check (length(created_by) between 1 and 200),
    constraint invitation__expires check (expires_at > created_at),
    constraint invitation__accepted check ((accepted_at is null) = (accepted_by is null)),
    constraint invitation__one_end check (accepted_at is null or withdrawn_at is null)
);
create index invitation__tenant_id on platform.invitation (tenant_id, invitation_id);

grant select, insert, update (accepted_at, accepted_by, withdrawn_at) on platform.invitation to accubooks_ops;
