-- Backups: what was taken, checked and restored, and the epochs of books that continue after a restore.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- Both are evidence and never change. An epoch is part of the chain: the first entry after a restore continues from the epoch's
-- hash, which covers the head it continues from, so that neither the row nor the restore can be denied later.

set local role accubooks_owner;

create table platform.backup_event (
    event_id bigint generated always as identity,
    -- archive_gap: finished segments of the server's log were given to nobody from then on, until the next good backup.
    kind text collate "C" not null,
    outcome text collate "C" not null,
    label text collate "C",
    started_at timestamptz not null,
    finished_at timestamptz not null default clock_timestamp(),
    bytes bigint,
    actor text not null,
    detail text not null,
    constraint backup_event__pk primary key (event_id),
    constraint backup_event__kind check (kind in ('backup', 'check', 'restore', 'archive_gap')),
    constraint backup_event__outcome check (outcome in ('good', 'failed')),
    constraint backup_event__label check (length(label) between 1 and 100),
    constraint backup_event__bytes check (bytes >= 0),
    constraint backup_event__actor check (length(actor) between 1 and 200),
    constraint backup_event__detail check (length(detail) <= 2000)
);
create index backup_event__kind_outcome on platform.backup_event (kind, outcome, event_id);
grant select on platform.backup_event to accubooks_ops;
grant insert (kind, outcome, label, started_at, bytes, actor, detail) on platform.backup_event to accubooks_ops;

-- Epoch 1 has no row: it is the books as they began. replaced_number is the last number that the books had before the restore,
-- null where they couldn't be read any more.
create table books.ledger_epoch (
    tenant_id bigint not null,
    epoch integer not null,
    after_number bigint not null,
    previous_hash bytea not null,
    restored_to timestamptz not null,
    restored_at timestamptz not null,
    replaced_number bigint,
    reason text not null,
    constraint ledger_epoch__pk primary key (tenant_id, epoch),
    constraint ledger_epoch__epoch check (epoch >= 2),
    constraint ledger_epoch__after_number check (after_number >= 0),
    constraint ledger_epoch__previous_hash check (octet_length(previous_hash) = 32),
    constraint ledger_epoch__replaced_number check (replaced_number >= 0),
    constraint ledger_epoch__reason check (length(reason) between 1 and 1000)
);
alter table books.ledger_epoch enable row level security;
alter table books.ledger_epoch force row level security;
alter table books.ledger_epoch alter column tenant_id set statistics 0;
create policy tenant on books.ledger_epoch
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
grant select on books.ledger_epoch to accubooks_app;
