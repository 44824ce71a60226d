-- Entries that aren't in the books yet: what was written down of them so far, balanced or not, without a number.
-- Lock: none, the table is new. Duration: milliseconds.

set local role accubooks_owner;

create table books.draft (
    tenant_id bigint not null,
    draft_id bigint not null,
    version bigint not null default 1,
    -- A JSON object with some members of an entry as the API takes it.
    content text collate "C" not null,
    -- Of the content, for lists and for whoever looks for drafts of a period.
    entry_date date,
    description text not null,
    line_count smallint not null,
    created_by text not null,
    created_at timestamptz not null,
    changed_by text not null,
    changed_at timestamptz not null,
    constraint draft__pk primary key (tenant_id, draft_id),
    constraint draft__version check (version >= 1),
    constraint draft__content check (octet_length(content) <= 262144 and json_typeof(content::json) = 'object')
);

alter table books.draft enable row level security;
alter table books.draft force row level security;
alter table books.draft alter column tenant_id set statistics 0;
create policy tenant on books.draft
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
    with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);

grant select, insert, delete on books.draft to accubooks_app;
grant update (version, content, entry_date, description, line_count, changed_by, changed_at) on books.draft to accubooks_app;
