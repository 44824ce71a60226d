-- Documents of drafts. They are the draft's alone and go away with it; when it is posted they become the entry's for good. And what
-- a tenant has taken in a day is counted, which these indexes are for.
-- Lock: share on books.document while its index is made; the table of drafts' documents is new. Duration: milliseconds for ten
-- thousand documents.

set local role accubooks_owner;

create table books.draft_document (
    tenant_id bigint not null,
    draft_id bigint not null,
    sha256 bytea not null,
    name text not null,
    media_type text collate "C" not null,
    content bytea not null,
    attached_by text not null,
    attached_at timestamptz not null,
    constraint draft_document__pk primary key (tenant_id, draft_id, sha256),
    constraint draft_document__draft foreign key (tenant_id, draft_id) references books.draft,
    constraint draft_document__sha256 check (sha256 = pg_catalog.sha256(content)),
    constraint draft_document__content check (octet_length(content) between 1 and 4194304),
    constraint draft_document__media_type check (length(media_type) between 1 and 100),
    constraint draft_document__name check (length(name) between 1 and 200)
);
-- Pictures and PDFs are compressed already.
alter table books.draft_document alter column content set storage external;

create index draft_document__attached_at on books.draft_document (tenant_id, attached_at);
create index document__added_at on books.document (tenant_id, added_at);

alter table books.draft_document enable row level security;
alter table books.draft_document force row level security;
alter table books.draft_document alter column tenant_id set statistics 0;
create policy tenant on books.draft_document
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

grant select, insert, delete on books.draft_document to accubooks_app;
