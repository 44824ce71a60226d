-- Executions of approved changes: their events, who drives them, and the lines of evidence that grow meanwhile.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- What an execution is follows from its events, which are numbered without gaps and never change. Of the execution's own row
-- the lease alone changes, through functions that fence: its epoch rises with each driver, and what an older one writes is
-- refused (launch.hold_execution). Functions are the only way to write any of this.

set local role accubooks_owner;

create table launch.execution (
    execution bigint not null,
    change bigint not null,
    revision bigint not null,
    attempt bigint not null,
    rehearsal boolean not null,
    made_at timestamptz not null,
    -- Who drives it, a boot of an instance, and until when by this database's clock.
    holder text,
    epoch bigint not null default 1,
    expires_at timestamptz,
    constraint execution__pk primary key (execution),
    constraint execution__attempt_unique unique (change, revision, attempt),
    constraint execution__revision foreign key (change, revision) references launch.change_revision,
    constraint execution__execution check (execution >= 1),
    constraint execution__attempt check (attempt >= 1),
    constraint execution__holder check (length(holder) between 1 and 300),
    constraint execution__lease check ((holder is null) = (expires_at is null)),
    constraint execution__epoch check (epoch >= 1)
);

create table launch.execution_event (
    execution bigint not null,
    number bigint not null,
    -- Of the driver that wrote it, or that led when a person acted.
    epoch bigint not null,
    kind text collate "C" not null,
    -- What happened, as this program reads it again (launch/execution.h).
    detail text collate "C" not null,
    at timestamptz not null,
    is_end boolean not null generated always as (
        kind = 'entered' and detail::jsonb ->> 'state' in ('succeeded', 'rolled_back', 'rehearsed', 'cancelled', 'failed_manual')
    ) stored,
    constraint execution_event__pk primary key (execution, number),
    constraint execution_event__execution foreign key (execution) references launch.execution,
    constraint execution_event__number check (number >= 1),
    constraint execution_event__kind check (kind in ('started', 'claimed', 'entered', 'placed', 'acknowledged',
                                                     'baseline_frozen', 'extended', 'judged', 'triggered', 'intent_raised',
                                                     'resumed')),
    constraint execution_event__begins check ((number = 1) = (kind = 'started')),
    constraint execution_event__detail check (jsonb_typeof(detail::jsonb) = 'object')
);
create unique index execution_event__one_end on launch.execution_event (execution) where is_end;

-- The growing files of evidence, line by line, so that another instance can go on with them.
create table launch.evidence_line (
    execution bigint not null,
    file text collate "C" not null,
    number bigint not null,
    epoch bigint not null,
    line text collate "C" not null,
    constraint evidence_line__pk primary key (execution, file, number),
    constraint evidence_line__execution foreign key (execution) references launch.execution,
    constraint evidence_line__file check (file in ('measurements', 'verdicts')),
    constraint evidence_line__number check (number >= 1),
    constraint evidence_line__line check (octet_length(line) between 2 and 4194304 and line !~ E'\n')
);

grant select on launch.execution, launch.execution_event, launch.evidence_line to accubooks_ops;
