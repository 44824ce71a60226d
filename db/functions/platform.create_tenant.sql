-- A tenant and its empty books, in one transaction; made by a person, or by an operator. For accubooks_ops, which otherwise has no
-- way into the books.

set local role accubooks_owner;

drop function if exists platform.create_tenant(text, text, smallint, text);

create or replace function platform.create_tenant(
    p_name text, p_base_commodity text, p_scale smallint, p_commodity_name text, p_created_by uuid default null
) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_tenant bigint;
begin
    insert into platform.tenant (name, base_commodity, created_by) values (p_name, p_base_commodity, p_created_by)
    returning tenant_id into v_tenant;
    perform books.open_ledger(v_tenant, p_base_commodity, p_scale, p_commodity_name);
    return v_tenant;
end
$function$;

revoke all on function platform.create_tenant(text, text, smallint, text, uuid) from public;
grant execute on function platform.create_tenant(text, text, smallint, text, uuid) to accubooks_ops;
