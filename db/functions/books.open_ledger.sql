-- The empty books of a new tenant: its ledger, its base commodity, its counter of accounts. Called by platform.create_tenant.

set local role accubooks_owner;

create or replace function books.open_ledger(p_tenant bigint, p_base_commodity text, p_scale smallint, p_name text) returns void
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    insert into books.ledger (tenant_id, base_commodity) values (p_tenant, p_base_commodity);
    insert into books.commodity (tenant_id, code, scale, name) values (p_tenant, p_base_commodity, p_scale, p_name);
    insert into books.counter (tenant_id, name) values (p_tenant, 'account');
    perform set_config('app.tenant_id', v_tenant_before, true);
end
$function$;

revoke all on function books.open_ledger(bigint, text, smallint, text) from public;
