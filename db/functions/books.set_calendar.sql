-- Sets on which day a tenant's fiscal years begin, and its time zone. Outcomes: done; in_use, once a period is closed and the fiscal
-- year would change; unknown_time_zone. Errors: AB404 no such ledger; 55P03 where somebody else
-- has the books locked.

set local role accubooks_owner;

create or replace function books.set_calendar(
    p_tenant bigint, p_year_starts_month smallint, p_year_starts_day smallint, p_time_zone text
) returns text
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    v_ledger books.ledger;
    v_outcome text := 'done';
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    if not books.lock_ledger(p_tenant) then
        raise exception 'no ledger for tenant %', p_tenant using errcode = 'AB404';
    end if;
    select * into v_ledger from books.ledger where tenant_id = p_tenant;
    if v_ledger.closed_through is not null
       and (p_year_starts_month, p_year_starts_day) <> (v_ledger.year_starts_month, v_ledger.year_starts_day) then
        v_outcome := 'in_use';
    elsif not exists (select from pg_timezone_names z where z.name = p_time_zone) then
        v_outcome := 'unknown_time_zone';
    else
        update books.ledger
           set year_starts_month = p_year_starts_month, year_starts_day = p_year_starts_day, time_zone = p_time_zone
         where tenant_id = p_tenant;
    end if;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return v_outcome;
end
$function$;

revoke all on function books.set_calendar(bigint, smallint, smallint, text) from public;
grant execute on function books.set_calendar(bigint, smallint, smallint, text) to accubooks_app;
