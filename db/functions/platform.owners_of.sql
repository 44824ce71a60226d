-- Who answers for a tenant, as the books name people: "user:UUID". For functions of the owner alone.

set local role accubooks_owner;

create or replace function platform.owners_of(p_tenant bigint) returns text[]
language sql
stable
set search_path = pg_catalog, platform, pg_temp
as $function$
    select coalesce(array_agg('user:' || m.user_id), '{}')
      from platform.membership m
      join platform.app_user u on u.user_id = m.user_id
     where m.tenant_id = p_tenant and m.role = 'owner' and not u.disabled
$function$;

revoke all on function platform.owners_of(bigint) from public;
