-- Who changed what around a tenant's books: accounts, roles, users, tokens, settings, imports and exports.
-- Lock: none, the table is new. Duration: milliseconds.
--
-- Written by triggers on the tables themselves (books.record_change), so that no route can forget it, and by nobody else; each
-- row's hash holds the one before.

set local role accubooks_owner;

create table books.audit_event (
    tenant_id bigint not null,
    number bigint not null,
    at timestamptz not null,
    -- "user:UUID", "token:UUID", "cli:NAME"; "database:ROLE" where nobody said who acts.
    actor text collate "C" not null,
    -- The address that the request came from; '' for a command.
    peer text collate "C" not null,
    kind text collate "C" not null,
    act text collate "C" not null,
    object text collate "C" not null,
    before jsonb,
    after jsonb,
    reason text not null,
    chain_hash bytea not null,
    constraint audit_event__pk primary key (tenant_id, number),
    constraint audit_event__number check (number >= 1),
    constraint audit_event__kind check (
        kind in ('account', 'period', 'role', 'user', 'token', 'setting', 'import', 'export')),
    constraint audit_event__act check (act in ('made', 'changed', 'removed', 'done')),
    constraint audit_event__chain_hash check (octet_length(chain_hash) = 32)
);
alter table books.audit_event enable row level security;
alter table books.audit_event force row level security;
alter table books.audit_event alter column tenant_id set statistics 0;
create policy tenant on books.audit_event
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
create index audit_event__kind on books.audit_event (tenant_id, kind, number);

grant select on books.audit_event to accubooks_app;
