-- The first day of the period that holds a tenant's first entry; null where there is no entry. As the caller's tenant. What was
-- before the year 2 is closed with its first period, so that no period begins before there are days.

set local role accubooks_owner;

create or replace function books.first_period(p_tenant bigint) returns date
language sql
stable
set search_path = pg_catalog, books, pg_temp
as $function$
    -- The days of the month before the period's first are taken off, and put back.
    select date_trunc('month', (greatest(e.entry_date, '0002-01-28') - (l.year_starts_day - 1))::timestamp)::date + (l.year_starts_day - 1)
      from books.ledger l
      join lateral (select j.entry_date
                      from books.journal_entry j
                     where j.tenant_id = p_tenant
                     order by j.tenant_id, j.entry_date, j.number
                     limit 1) e on true
     where l.tenant_id = p_tenant
$function$;

revoke all on function books.first_period(bigint) from public;
grant execute on function books.first_period(bigint) to accubooks_app;
