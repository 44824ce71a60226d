-- First answers of writes to what a tenant has outside of its books: tokens and members. The counterpart of
-- books.idempotency, which accubooks_ops can't see.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

create table platform.write_key (
    tenant_id bigint not null,
    key text collate "C" not null,
    request_hash bytea not null,
    status smallint not null,
    response text not null,
    created_at timestamptz not null default now(),
    constraint write_key__pk primary key (tenant_id, key),
    constraint write_key__tenant foreign key (tenant_id) references platform.tenant,
    constraint write_key__key_length check (octet_length(key) between 1 and 255),
    constraint write_key__request_hash check (octet_length(request_hash) = 32),
    constraint write_key__status check (status between 200 and 299)
);

grant select, insert on platform.write_key to accubooks_ops;
