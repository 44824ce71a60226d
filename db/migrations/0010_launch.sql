-- Change requests: revisions, signed decisions and what happened to them, and incidents.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- Every row is a record and never changes; a state is what the events of a change lead to. Events of one change are numbered
-- without gaps, so of two that are decided at once the second finds its number taken.

set local role accubooks_owner;

create schema launch;
grant usage on schema launch to accubooks_ops;

create table launch.change (
    change bigint not null,
    phase text collate "C" not null,
    made_at timestamptz not null,
    constraint change__pk primary key (change),
    constraint change__change check (change >= 1),
    constraint change__phase check (phase in ('phase1', 'phase2', 'phase3', 'phase4'))
);

create table launch.change_revision (
    change bigint not null,
    revision bigint not null,
    -- The exact bytes that an approver signs about.
    payload bytea not null,
    sha256 bytea not null,
    author uuid not null,
    made_at timestamptz not null,
    constraint change_revision__pk primary key (change, revision),
    constraint change_revision__change foreign key (change) references launch.change,
    constraint change_revision__sha256_unique unique (sha256),
    constraint change_revision__author foreign key (author) references platform.app_user,
    constraint change_revision__revision check (revision >= 1),
    constraint change_revision__payload check (octet_length(payload) between 2 and 1048576),
    constraint change_revision__sha256 check (sha256 = pg_catalog.sha256(payload))
);

create table launch.change_event (
    change bigint not null,
    sequence bigint not null,
    revision bigint not null,
    kind text collate "C" not null,
    actor text not null,
    -- What happened, as this program reads it again (launch/event_json.h).
    detail text collate "C" not null,
    at timestamptz not null,
    constraint change_event__pk primary key (change, sequence),
    constraint change_event__revision foreign key (change, revision) references launch.change_revision,
    constraint change_event__sequence check (sequence >= 1),
    constraint change_event__kind check (kind in ('drafted', 'submitted', 'approved', 'rejected', 'deferred', 'revoked',
                                                  'withdrawn', 'expired', 'went_stale', 'started', 'ended', 'reported')),
    constraint change_event__actor check (length(actor) between 1 and 200),
    constraint change_event__detail check (jsonb_typeof(detail::jsonb) = 'object')
);

-- The signed bytes of each decision. One envelope counts once, for ever.
create table launch.decision (
    envelope_sha256 bytea not null,
    envelope bytea not null,
    change bigint not null,
    sequence bigint not null,
    revision_sha256 bytea not null,
    approver uuid not null,
    key_id text collate "C" not null,
    decision text collate "C" not null,
    decided_at timestamptz not null,
    constraint decision__pk primary key (envelope_sha256),
    constraint decision__event foreign key (change, sequence) references launch.change_event,
    constraint decision__event_unique unique (change, sequence),
    constraint decision__revision foreign key (revision_sha256) references launch.change_revision (sha256),
    constraint decision__approver foreign key (approver) references platform.app_user,
    constraint decision__once unique (revision_sha256, approver, decision),
    constraint decision__envelope check (octet_length(envelope) between 2 and 524288),
    constraint decision__envelope_sha256 check (envelope_sha256 = pg_catalog.sha256(envelope)),
    constraint decision__decision check (decision in ('approve', 'reject', 'defer', 'revoke'))
);

-- Somebody was briefed about a revision and said so.
create table launch.acknowledgement (
    change bigint not null,
    revision bigint not null,
    user_id uuid not null,
    role text collate "C" not null,
    at timestamptz not null,
    constraint acknowledgement__pk primary key (change, revision, user_id, at),
    constraint acknowledgement__revision foreign key (change, revision) references launch.change_revision,
    constraint acknowledgement__user foreign key (user_id) references platform.app_user,
    constraint acknowledgement__role check (
        role in ('requester_lead', 'executive_operator', 'product_lead', 'business_lead', 'on_call'))
);

create table launch.incident (
    incident bigint not null,
    severity text collate "C" not null,
    title text not null,
    -- Of the change and its execution, where the incident belongs to one.
    change bigint,
    revision bigint,
    attempt bigint,
    -- A hard trigger, or none: opened by hand.
    trigger text,
    opened_by text not null,
    detected_at timestamptz not null,
    opened_at timestamptz not null,
    constraint incident__pk primary key (incident),
    constraint incident__incident check (incident >= 1),
    constraint incident__severity check (severity in ('p0', 'p1', 'p2')),
    constraint incident__title check (length(title) between 1 and 200),
    constraint incident__change foreign key (change) references launch.change,
    constraint incident__revision foreign key (change, revision) references launch.change_revision,
    constraint incident__execution check ((attempt is null or revision is not null) and (revision is null or change is not null)),
    constraint incident__trigger check (length(trigger) between 1 and 200),
    constraint incident__opened_by check (length(opened_by) between 1 and 200),
    constraint incident__detected check (detected_at <= opened_at)
);

-- The report with which an incident ends.
create table launch.incident_report (
    incident bigint not null,
    report text not null,
    closed_by text not null,
    resolved_at timestamptz not null,
    closed_at timestamptz not null,
    constraint incident_report__pk primary key (incident),
    constraint incident_report__incident foreign key (incident) references launch.incident,
    constraint incident_report__report check (jsonb_typeof(report::jsonb) = 'object'),
    constraint incident_report__closed_by check (length(closed_by) between 1 and 200),
    constraint incident_report__resolved check (resolved_at <= closed_at)
);

-- First answers of a person's writes, by the key that the request had.
create table launch.write_key (
    user_id uuid not null,
    key text collate "C" not null,
    request_hash bytea not null,
    status smallint not null,
    response text not null,
    created_at timestamptz not null default now(),
    constraint write_key__pk primary key (user_id, key),
    constraint write_key__user foreign key (user_id) references platform.app_user,
    constraint write_key__key_length check (octet_length(key) between 1 and 255),
    constraint write_key__request_hash check (octet_length(request_hash) = 32),
    constraint write_key__status check (status between 200 and 299)
);

grant select, insert on launch.change, launch.change_revision, launch.change_event, launch.decision, launch.acknowledgement,
    launch.incident, launch.incident_report, launch.write_key to accubooks_ops;
