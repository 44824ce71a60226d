-- Post-change reports of executions, and the leads' signatures under them.
-- Lock: none, both tables are new. Duration: milliseconds.
--
-- A report is made once, when its execution has ended, of what was recorded; what is signed are its exact bytes.

set local role accubooks_owner;

create table launch.execution_report (
    execution bigint not null,
    report text collate "C" not null,
    -- The same for people, Markdown.
    page text not null,
    made_at timestamptz not null,
    -- When it must be signed by.
    due_at timestamptz not null,
    constraint execution_report__pk primary key (execution),
    constraint execution_report__execution foreign key (execution) references launch.execution,
    constraint execution_report__report check (
        octet_length(report) <= 16777216 and jsonb_typeof(report::jsonb) = 'object'),
    constraint execution_report__page check (octet_length(page) <= 16777216)
);

create table launch.report_signature (
    execution bigint not null,
    -- The DSSE envelope, its exact bytes.
    envelope text collate "C" not null,
    signed_by uuid not null,
    signed_at timestamptz not null,
    constraint report_signature__pk primary key (execution),
    constraint report_signature__report foreign key (execution) references launch.execution_report,
    constraint report_signature__user foreign key (signed_by) references platform.app_user,
    constraint report_signature__envelope check (octet_length(envelope) between 2 and 131072)
);

grant select, insert on launch.execution_report, launch.report_signature to accubooks_ops;
