-- What a person is called, whom the tenant has or had as a member, by the actor "user:UUID"; null for anybody else. Former members are
-- known by the tenant's audit, which row security shows in a transaction of that tenant alone. For functions of the owner alone.

set local role accubooks_owner;

create or replace function platform.name_of_member(p_tenant bigint, p_actor text) returns text
language sql
stable
set search_path = pg_catalog, platform, books, pg_temp
as $function$
    select u.name
      from platform.app_user u
     where u.user_id = case when p_actor ~ '^user:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(p_actor, 6)::uuid end
       and (exists (select from platform.membership m where m.tenant_id = p_tenant and m.user_id = u.user_id)
            or exists (select from books.audit_event e where e.tenant_id = p_tenant and e.kind = 'role' and e.object = p_actor))
$function$;

revoke all on function platform.name_of_member(bigint, text) from public;
