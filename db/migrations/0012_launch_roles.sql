-- Who holds which role of the launch: what was recorded, in order. Who holds what is its replay.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

create table launch.role_event (
    number bigint generated always as identity,
    kind text collate "C" not null,
    grant_id uuid not null,
    effect text collate "C" not null,
    role text collate "C" not null,
    user_id uuid not null,
    by_user uuid,
    -- What the person signed (DSSE, JSON), and what was signed with.
    envelope text collate "C",
    key_id bytea,
    at timestamptz not null,
    constraint role_event__pk primary key (number),
    constraint role_event__user foreign key (user_id) references platform.app_user,
    constraint role_event__by_user foreign key (by_user) references platform.app_user,
    constraint role_event__key foreign key (key_id) references platform.personal_key,
    constraint role_event__kind check (kind in ('bootstrapped', 'proposed', 'confirmed')),
    constraint role_event__effect check (effect in ('grant', 'revoke')),
    constraint role_event__role check (
        role in ('requester_lead', 'executive_operator', 'product_lead', 'business_lead', 'on_call')),
    constraint role_event__signed check (
        (kind = 'bootstrapped') = (by_user is null) and (by_user is null) = (envelope is null)
        and (by_user is null) = (key_id is null)),
    -- A grant is proposed once and confirmed once.
    constraint role_event__once unique (grant_id, kind)
);
-- The first two are named once.
create unique index role_event__bootstrapped_once on launch.role_event (role) where kind = 'bootstrapped';

grant select on launch.role_event to accubooks_ops;
grant insert (kind, grant_id, effect, role, user_id, by_user, envelope, key_id, at) on launch.role_event to accubooks_ops;
