-- Settings that a launch plan names: they change by approved executions alone.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

create table platform.governed_setting (
    key text collate "C" not null,
    -- What to request so that it changes: the phase of the launch.
    change text collate "C" not null,
    constraint governed_setting__pk primary key (key),
    constraint governed_setting__key check (length(key) between 1 and 200),
    constraint governed_setting__change check (length(change) between 1 and 200)
);

grant select on platform.governed_setting to accubooks_ops;
