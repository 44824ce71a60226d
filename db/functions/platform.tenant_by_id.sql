-- One tenant's name and base commodity, by exact key: the application's role can't list tenants.

set local role accubooks_owner;

create or replace function platform.tenant_by_id(p_tenant bigint) returns table (name text, base_commodity text)
language sql
stable
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
    select t.name, t.base_commodity from platform.tenant t where t.tenant_id = p_tenant
$function$;

revoke all on function platform.tenant_by_id(bigint) from public;
grant execute on function platform.tenant_by_id(bigint) to accubooks_app, accubooks_ops;
