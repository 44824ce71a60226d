-- The tenants of one person, with what the person is there; by tenant.

set local role accubooks_owner;

create or replace function platform.memberships_of(p_user_id uuid)
returns table (tenant_id bigint, tenant_name text, base_commodity text, role text)
language sql
stable
security definer
rows 10
set search_path = pg_catalog, platform, pg_temp
as $function$
    select m.tenant_id, t.name, t.base_commodity, m.role
      from platform.membership m
      join platform.tenant t on t.tenant_id = m.tenant_id
     where m.user_id = p_user_id
     order by m.tenant_id
$function$;

revoke all on function platform.memberships_of(uuid) from public;
grant execute on function platform.memberships_of(uuid) to accubooks_app, accubooks_ops;
