-- What the columns of a tenant's CSV files are, saved under a name, so that next month's file is read as this month's was; and which
-- entries came with one import, so that it can be undone as a whole. All of an import is posted in one transaction that holds the
-- ledger's row from its first entry on: its entries are those from the first number to the last.
-- Lock: none, both tables are new. Duration: milliseconds.

set local role accubooks_owner;

create table books.import_mapping (
    tenant_id bigint not null,
    name text collate "C" not null,
    mapping jsonb not null,
    saved_by text not null,
    saved_at timestamptz not null,
    constraint import_mapping__pk primary key (tenant_id, name),
    constraint import_mapping__name check (length(name) between 1 and 100),
    constraint import_mapping__mapping check (jsonb_typeof(mapping) = 'object' and octet_length(mapping::text) <= 65536)
);

create table books.import_batch (
    tenant_id bigint not null,
    first_number bigint not null,
    last_number bigint not null,
    format text not null,
    file_name text not null,
    imported_by text not null,
    imported_at timestamptz not null,
    reversed_by text,
    reversed_at timestamptz,
    reason text,
    constraint import_batch__pk primary key (tenant_id, first_number),
    constraint import_batch__range check (first_number >= 1 and last_number >= first_number),
    constraint import_batch__format check (format in ('csv', 'journal')),
    constraint import_batch__file_name check (length(file_name) between 1 and 2000),
    constraint import_batch__reversed check (num_nonnulls(reversed_by, reversed_at, reason) in (0, 3))
);

do $policies$
declare
    v_table text;
begin
    foreach v_table in array array['import_mapping', 'import_batch'] loop
        execute format('alter table books.%I enable row level security', v_table);
        execute format('alter table books.%I force row level security', v_table);
        execute format('alter table books.%I alter column tenant_id set statistics 0', v_table);
        execute format($$create policy tenant on books.%I
            using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
            with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)$$, v_table);
    end loop;
end
$policies$;

grant select, insert on books.import_mapping, books.import_batch to accubooks_app;
grant update (mapping, saved_by, saved_at) on books.import_mapping to accubooks_app;
grant update (reversed_by, reversed_at, reason) on books.import_batch to accubooks_app;
