-- The audit log: what was done in the launch and around it, as Merkle logs that only grow.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- An act is recorded in the transaction that it tells of. Later one sequencer at a time makes it the next leaf of the newest
-- log and signs a checkpoint. Nothing here is ever changed, by anybody: what an operator could do with a superuser's rights
-- is noticed by the checkpoints that lie outside this database.

set local role accubooks_owner;

create schema if not exists audit;
grant usage on schema audit to accubooks_ops;

create table audit.act (
    number bigint generated always as identity,
    act_id uuid not null,
    actor text collate "C" not null,
    action text collate "C" not null,
    object text collate "C" not null,
    object_digest bytea,
    payload bytea not null,
    salt bytea not null,
    recorded_at timestamptz not null,
    -- By which the sequencer tells which acts can still appear.
    transaction_id xid8 not null default pg_current_xact_id(),
    constraint act__pk primary key (number),
    constraint act__act_id unique (act_id),
    constraint act__actor check (length(actor) between 1 and 200),
    constraint act__action check (action ~ '^[a-z]+\.[a-z_]+$' and length(action) <= 100),
    constraint act__object check (octet_length(object) between 1 and 500),
    constraint act__object_digest check (octet_length(object_digest) = 32),
    constraint act__payload check (octet_length(payload) between 2 and 1048576),
    constraint act__salt check (octet_length(salt) = 32)
);
create index act__transaction on audit.act (transaction_id);

-- A log is an origin with its key. A second one is opened after the database was restored: a log must never sign what
-- contradicts a checkpoint that it signed before.
create table audit.log (
    log integer not null,
    origin text collate "C" not null,
    verifier_key text collate "C" not null,
    opened_at timestamptz not null,
    constraint log__pk primary key (log),
    constraint log__origin unique (origin),
    constraint log__log check (log >= 1)
);

create table audit.leaf (
    log integer not null,
    seq bigint not null,
    act bigint not null,
    entry bytea not null,
    constraint leaf__pk primary key (log, seq),
    constraint leaf__act unique (act),
    constraint leaf__log foreign key (log) references audit.log,
    constraint leaf__its_act foreign key (act) references audit.act,
    constraint leaf__seq check (seq >= 0)
);

-- Hashes of the complete subtrees (RFC 6962); level 0 are the leaves.
create table audit.node (
    log integer not null,
    level smallint not null,
    index bigint not null,
    hash bytea not null,
    constraint node__pk primary key (log, level, index),
    constraint node__log foreign key (log) references audit.log,
    constraint node__place check (level between 0 and 62 and index >= 0),
    constraint node__hash check (octet_length(hash) = 32)
);

create table audit.checkpoint (
    log integer not null,
    size bigint not null,
    note text collate "C" not null,
    signed_at timestamptz not null default clock_timestamp(),
    constraint checkpoint__pk primary key (log, size),
    constraint checkpoint__log foreign key (log) references audit.log,
    constraint checkpoint__size check (size >= 1),
    constraint checkpoint__note check (octet_length(note) <= 65536)
);

create table audit.witness (
    verifier_key text collate "C" not null,
    added_by text collate "C" not null,
    added_at timestamptz not null default clock_timestamp(),
    constraint witness__pk primary key (verifier_key),
    constraint witness__verifier_key check (length(verifier_key) between 10 and 400)
);

-- A witness signs a checkpoint as often as it likes; the last one counts.
create table audit.cosignature (
    cosignature_id bigint generated always as identity,
    log integer not null,
    size bigint not null,
    verifier_key text collate "C" not null,
    signature text collate "C" not null,
    at timestamptz not null default clock_timestamp(),
    constraint cosignature__pk primary key (cosignature_id),
    constraint cosignature__checkpoint foreign key (log, size) references audit.checkpoint,
    constraint cosignature__witness foreign key (verifier_key) references audit.witness,
    constraint cosignature__signature check (length(signature) between 10 and 1000)
);
create index cosignature__log_size on audit.cosignature (log, size);

grant select on all tables in schema audit to accubooks_ops;
grant insert (act_id, actor, action, object, object_digest, payload, salt, recorded_at) on audit.act to accubooks_ops;
grant insert on audit.log, audit.leaf, audit.node to accubooks_ops;
grant insert (log, size, note) on audit.checkpoint to accubooks_ops;
grant insert (verifier_key, added_by) on audit.witness to accubooks_ops;
grant insert (log, size, verifier_key, signature) on audit.cosignature to accubooks_ops;
