-- Documents behind entries: receipts, invoices, contracts. Content is kept once for each tenant, by its digest; that it belongs to
-- an entry is a row of its own, since entries never change. Neither changes or goes away (books.refuse_change).
-- Lock: none, both tables are new. Duration: milliseconds.

set local role accubooks_owner;

create table books.document (
    tenant_id bigint not null,
    sha256 bytea not null,
    media_type text collate "C" not null,
    content bytea not null,
    added_at timestamptz not null,
    constraint document__pk primary key (tenant_id, sha256),
    constraint document__sha256 check (sha256 = pg_catalog.sha256(content)),
    constraint document__content check (octet_length(content) between 1 and 4194304),
    constraint document__media_type check (length(media_type) between 1 and 100)
);
-- Pictures and PDFs are compressed already.
alter table books.document alter column content set storage external;

create table books.attachment (
    tenant_id bigint not null,
    number bigint not null,
    sha256 bytea not null,
    name text not null,
    attached_by text not null,
    attached_at timestamptz not null,
    constraint attachment__pk primary key (tenant_id, number, sha256),
    constraint attachment__document foreign key (tenant_id, sha256) references books.document,
    constraint attachment__name check (length(name) between 1 and 200)
);

do $policies$
declare
    v_table text;
begin
    foreach v_table in array array['document', 'attachment'] loop
        execute format('alter table books.%I enable row level security', v_table);
        execute format('alter table books.%I force row level security', v_table);
        execute format('alter table books.%I alter column tenant_id set statistics 0', v_table);
        execute format($$create policy tenant on books.%I
            using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
            with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)$$, v_table);
    end loop;
end
$policies$;

grant select, insert on books.document, books.attachment to accubooks_app;
