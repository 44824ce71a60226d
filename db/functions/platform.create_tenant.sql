-- A tenant and its empty books, in one transaction. For accubooks_ops, which otherwise has no way into the books.

set local role accubooks_owner;

create or replace function platform.create_tenant(
    p_name text, p_base_commodity text, p_scale smallint, p_commodity_name text
) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_tenant bigint;
begin
    insert into platform.tenant (name, base_commodity) values (p_name, p_base_commodity)
    returning tenant_id into v_tenant;
    perform books.open_ledger(v_tenant, p_base_commodity, p_scale, p_commodity_name);
    return v_tenant;
end
$function$;

revoke all on function platform.create_tenant(text, text, smallint, text) from public;
grant execute on function platform.create_tenant(text, text, smallint, text) to accubooks_ops;
