-- Notifications of the launch: what is to be told to whom, every attempt to, and what came of it.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- A transactional outbox: a notification is inserted by the transaction that it tells of. Every row is a record and never
-- changes; whose turn it is follows from the newest attempt, and the key of attempts lets one instance only make each.

set local role accubooks_owner;

create table launch.notification (
    notification_id bigint generated always as identity,
    -- What it tells of, once: with the recipient the key that makes telling twice one telling.
    transition text collate "C" not null,
    -- A person's id, or 'webhook' for everybody at once.
    recipient text collate "C" not null,
    user_id uuid,
    role text collate "C",
    kind text collate "C" not null,
    subject text not null,
    body text not null,
    made_at timestamptz not null default clock_timestamp(),
    constraint notification__pk primary key (notification_id),
    constraint notification__once unique (transition, recipient),
    constraint notification__transition check (length(transition) between 1 and 200),
    constraint notification__recipient check (recipient = coalesce(user_id::text, 'webhook')),
    constraint notification__user foreign key (user_id) references platform.app_user,
    constraint notification__role check (
        (user_id is null) = (role is null)
        and role in ('requester_lead', 'executive_operator', 'product_lead', 'business_lead', 'on_call')),
    constraint notification__kind check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
    constraint notification__subject check (length(subject) between 1 and 300),
    constraint notification__body check (length(body) <= 20000)
);

-- An attempt without a receipt is under way until its time is over; then the next may begin.
create table launch.notification_attempt (
    notification_id bigint not null,
    attempt integer not null,
    instance text not null,
    begun_at timestamptz not null default clock_timestamp(),
    leased_until timestamptz not null,
    constraint notification_attempt__pk primary key (notification_id, attempt),
    constraint notification_attempt__notification foreign key (notification_id) references launch.notification,
    constraint notification_attempt__attempt check (attempt >= 1),
    constraint notification_attempt__instance check (length(instance) between 1 and 200)
);

create table launch.notification_receipt (
    notification_id bigint not null,
    attempt integer not null,
    channel text collate "C" not null,
    -- sent: the receiver took it; not_sent: nothing is configured, it is in the outbox folder.
    outcome text collate "C" not null,
    -- What the receiver said, where the file is, or why it failed.
    detail text not null,
    at timestamptz not null default clock_timestamp(),
    constraint notification_receipt__pk primary key (notification_id, attempt),
    constraint notification_receipt__attempt foreign key (notification_id, attempt) references launch.notification_attempt,
    constraint notification_receipt__channel check (channel in ('mail', 'webhook', 'outbox')),
    constraint notification_receipt__outcome check (outcome in ('sent', 'not_sent', 'failed')),
    constraint notification_receipt__not_sent check ((channel = 'outbox') or outcome <> 'not_sent'),
    constraint notification_receipt__detail check (length(detail) between 1 and 1000)
);
create index notification_receipt__done on launch.notification_receipt (notification_id) where outcome in ('sent', 'not_sent');

grant select on launch.notification, launch.notification_attempt, launch.notification_receipt to accubooks_ops;
grant insert (transition, recipient, user_id, role, kind, subject, body) on launch.notification to accubooks_ops;
grant insert (notification_id, attempt, instance, leased_until) on launch.notification_attempt to accubooks_ops;
grant insert (notification_id, attempt, channel, outcome, detail) on launch.notification_receipt to accubooks_ops;
