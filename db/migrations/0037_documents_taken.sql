-- How many documents, and of how many bytes, the books of a tenant took on the latest day on which they took any (of UTC). What is taken
-- away again was taken all the same. On the day of this migration the count begins anew.
-- Lock: access exclusive on books.document and books.draft_document while their indexes by time, which nothing asks for any more, are
-- dropped; the new table has no rows. Duration: milliseconds.

set local role accubooks_owner;

create table books.documents_taken (
    tenant_id bigint not null,
    day date not null,
    documents bigint not null,
    bytes bigint not null,
    constraint documents_taken__pk primary key (tenant_id),
    constraint documents_taken__counts check (documents >= 0 and bytes >= 0)
);

alter table books.documents_taken enable row level security;
alter table books.documents_taken force row level security;
alter table books.documents_taken alter column tenant_id set statistics 0;
create policy tenant on books.documents_taken
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

grant select, insert, update (day, documents, bytes) on books.documents_taken to accubooks_app;

drop index books.draft_document__attached_at;
drop index books.document__added_at;
