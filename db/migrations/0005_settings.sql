-- Settings that change live: revisions, leases on them, the instances that follow them, and what each said.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- Revisions are one line without branches: a revision's parent is the one before, and the key lets one writer only be the
-- next. Revisions, leases and acknowledgements are evidence and never change; functions are the only way to write the first two.

set local role accubooks_owner;

-- One row for each start of the program. The boot is the row; an instance keeps its name over restarts.
create table platform.instance (
    boot_id uuid not null,
    instance text collate "C" not null,
    version text collate "C" not null,
    api_address text not null,
    ops_address text not null,
    started_at timestamptz not null,
    last_seen_at timestamptz not null,
    draining boolean not null default false,
    ended_at timestamptz,
    -- Connections besides the tenants' pool that it may open.
    other_connections integer not null,
    constraint instance__pk primary key (boot_id),
    constraint instance__instance check (length(instance) between 1 and 200),
    constraint instance__other_connections check (other_connections >= 0)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
create index instance__instance_started on platform.instance (instance, started_at);

create table platform.setting_revision (
    number bigint not null,
    parent bigint,
    settings text collate "C" not null,
    origin text collate "C" not null,
    restores bigint,
    author text not null,
    reason text not null,
    confirm_within_ms bigint,
    -- The boots that were live when it was made: those must acknowledge it.
    expected uuid[] not null,
    created_at timestamptz not null,
    digest bytea not null,
    constraint setting_revision__pk primary key (number),
    constraint setting_revision__parent foreign key (parent) references platform.setting_revision,
    constraint setting_revision__follows check (number >= 1 and parent is not distinct from nullif(number - 1, 0)),
    constraint setting_revision__settings check (jsonb_typeof(settings::jsonb) = 'object'),
    constraint setting_revision__origin check (origin in ('seed', 'set', 'file', 'rollback', 'revert', 'expiry')),
    constraint setting_revision__restores check (restores between 1 and number - 1),
    constraint setting_revision__restores_by_origin check (
        (restores is not null) = (origin in ('rollback', 'revert', 'expiry'))),
    constraint setting_revision__author check (length(author) between 1 and 200),
    constraint setting_revision__reason check (length(reason) between 1 and 1000),
    constraint setting_revision__confirm_within check (confirm_within_ms between 1000 and 604800000),
    -- The first has nothing to go back to.
    constraint setting_revision__first_is_confirmed check (confirm_within_ms is null or number > 1),
    constraint setting_revision__digest check (octet_length(digest) = 32)
);

-- What happened to a revision that awaits confirmation: its time was renewed, or it was confirmed.
create table platform.setting_lease (
    revision bigint not null,
    step integer not null,
    act text collate "C" not null,
    within_ms bigint,
    author text not null,
    at timestamptz not null,
    constraint setting_lease__pk primary key (revision, step),
    constraint setting_lease__revision foreign key (revision) references platform.setting_revision,
    constraint setting_lease__act check (act in ('renewed', 'confirmed')),
    constraint setting_lease__within check ((act = 'renewed') = (within_ms is not null)),
    constraint setting_lease__within_ms check (within_ms between 1000 and 604800000),
    constraint setting_lease__author check (length(author) between 1 and 200)
);

create table platform.setting_acknowledgement (
    acknowledgement_id bigint generated always as identity,
    revision bigint not null,
    boot_id uuid not null,
    outcome text collate "C" not null,
    effective text collate "C" not null,
    error text,
    at timestamptz not null default clock_timestamp(),
    constraint setting_acknowledgement__pk primary key (acknowledgement_id),
    constraint setting_acknowledgement__revision foreign key (revision) references platform.setting_revision,
    constraint setting_acknowledgement__boot foreign key (boot_id) references platform.instance,
    constraint setting_acknowledgement__outcome check (outcome in ('accepted', 'refused', 'went_back')),
    constraint setting_acknowledgement__effective check (jsonb_typeof(effective::jsonb) = 'object'),
    constraint setting_acknowledgement__error check ((outcome = 'accepted') = (error is null))
);
create index setting_acknowledgement__revision_boot on platform.setting_acknowledgement (revision, boot_id);

grant select on platform.setting_revision, platform.setting_lease to accubooks_ops;
grant select, insert on platform.instance to accubooks_ops;
grant update (last_seen_at, draining, ended_at) on platform.instance to accubooks_ops;
grant select on platform.setting_acknowledgement to accubooks_ops;
grant insert (revision, boot_id, outcome, effective, error) on platform.setting_acknowledgement to accubooks_ops;
