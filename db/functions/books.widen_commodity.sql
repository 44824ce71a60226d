-- Gives a commodity a larger scale while nothing is measured in it yet; false when something is, or the scale isn't larger.
-- Under the ledger's lock, so that no entry measured by the old scale can slip in between.

set local role accubooks_owner;

create or replace function books.widen_commodity(p_tenant bigint, p_code text, p_scale smallint) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    v_last bigint;
    v_base_commodity text;
    v_widened boolean := false;
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    select last_number, base_commodity into v_last, v_base_commodity
      from books.ledger
     where tenant_id = p_tenant
       for update;
    if not found then
        raise exception 'no ledger for tenant %', p_tenant using errcode = 'AB404';
    end if;

    -- Every entry has amounts in the base commodity. Another one may be in use as a cost alone, which leaves no balance:
    -- that takes a look at the lines, of those tenants only that widen after they have begun to post.
    if p_scale <= 12
       and (v_last = 0 or (
           p_code <> v_base_commodity
           and not exists (select from books.account_balance where tenant_id = p_tenant and commodity = p_code)
           and not exists (select from books.journal_line where tenant_id = p_tenant and cost_commodity = p_code)))
    then
        update books.commodity set scale = p_scale where tenant_id = p_tenant and code = p_code and scale < p_scale;
        v_widened := found;
    end if;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return v_widened;
end
$function$;

revoke all on function books.widen_commodity(bigint, text, smallint) from public;
grant execute on function books.widen_commodity(bigint, text, smallint) to accubooks_app;
