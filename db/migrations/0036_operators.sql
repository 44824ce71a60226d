-- Operators: people who watch how the program does. It gives no right in any tenant.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

create table platform.operator (
    user_id uuid not null,
    granted_at timestamptz not null,
    granted_by text not null,
    constraint operator__pk primary key (user_id),
    constraint operator__user foreign key (user_id) references platform.app_user,
    constraint operator__granted_by check (length(granted_by) between 1 and 200)
);

grant select, insert, delete on platform.operator to accubooks_ops;
