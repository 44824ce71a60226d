-- What a person signed about a backup that this program didn't take: that it is there, and that it was restored and looked at.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

create table launch.backup_attestation (
    envelope_sha256 bytea not null,
    -- What the person signed (DSSE, JSON), and what was signed with.
    envelope text collate "C" not null,
    by_user uuid not null,
    key_id bytea not null,
    backup text not null,
    finished_at timestamptz not null,
    tested_at timestamptz not null,
    at timestamptz not null,
    constraint backup_attestation__pk primary key (envelope_sha256),
    constraint backup_attestation__by_user foreign key (by_user) references platform.app_user,
    constraint backup_attestation__key foreign key (key_id) references platform.personal_key,
    constraint backup_attestation__envelope check (octet_length(envelope) between 2 and 65536),
    constraint backup_attestation__envelope_sha256
        check (envelope_sha256 = pg_catalog.sha256(pg_catalog.convert_to(envelope, 'UTF8'))),
    constraint backup_attestation__backup check (length(backup) between 1 and 200),
    constraint backup_attestation__order check (finished_at <= tested_at)
);
create index backup_attestation__finished_at on launch.backup_attestation (finished_at);

grant select, insert on launch.backup_attestation to accubooks_ops;
