-- Periods: two days up to which the books are closed, and every act that moves them, a link of the tenant's chain
-- (docs/decisions/0020-two-days-close-the-books.md). The fiscal year that periods are months of, and the tenant's time zone.
-- Lock: access exclusive on books.ledger and books.journal_entry; the checks read the latter once. Duration: about a second for a
-- million entries.

set local role accubooks_owner;

-- On the ledger's row, which posting reads under its lock: that nothing is posted into a closed period costs it no look-up, and a
-- close waits for the batch under way.
alter table books.ledger
    -- Soft closed up to this day: only late entries, marked with a reason. Null: nothing is closed.
    add column closed_through date,
    -- Hard locked up to this day, for good.
    add column locked_through date,
    add column period_acts integer not null default 0,
    add column year_starts_month smallint not null default 1,
    add column year_starts_day smallint not null default 1,
    add column time_zone text collate "C" not null default 'UTC',
    add constraint ledger__locked_is_closed check (locked_through is null or (closed_through >= locked_through) is true),
    add constraint ledger__period_acts check (period_acts >= 0),
    -- Every month has a 28th.
    add constraint ledger__year_starts check (year_starts_month between 1 and 12 and year_starts_day between 1 and 28);

-- Why an entry was posted into a period that was soft closed; null where it wasn't.
alter table books.journal_entry
    add column late_reason text,
    add constraint journal_entry__late_reason check (length(late_reason) between 1 and 1000);

create index journal_entry__late on books.journal_entry (tenant_id, number) where late_reason is not null;

create table books.period_act (
    tenant_id bigint not null,
    number integer not null,
    after_number bigint not null,
    act text collate "C" not null,
    first_day date not null,
    last_day date not null,
    acted_by text not null,
    acted_at timestamptz not null,
    reason text not null,
    chain_hash bytea not null,
    constraint period_act__pk primary key (tenant_id, number),
    constraint period_act__number check (number >= 1),
    constraint period_act__after_number check (after_number >= 0),
    constraint period_act__chain_hash check (octet_length(chain_hash) = 32),
    constraint period_act__act check (act in ('close', 'lock', 'ask_reopen', 'reopen')),
    constraint period_act__days check (first_day <= last_day),
    constraint period_act__acted_by check (length(acted_by) between 1 and 200),
    constraint period_act__reason check (length(reason) between 1 and 1000)
);
alter table books.period_act enable row level security;
alter table books.period_act force row level security;
alter table books.period_act alter column tenant_id set statistics 0;
create policy tenant on books.period_act
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
grant select on books.period_act to accubooks_app;
