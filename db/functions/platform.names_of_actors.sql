-- What those who acted in a tenant's books are called, by exact key: of a person the name (platform.name_of_member); of a token of
-- the tenant the label, who made it, and what that person is called. Others give no row, nor does anybody outside
-- that tenant's own transactions, and nobody's address is told.

set local role accubooks_owner;

create or replace function platform.names_of_actors(p_tenant bigint, p_actors text[])
returns table (actor text, name text, made_by text, made_by_name text)
language sql
stable
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
    select a.actor, m.name, null, null
      from (select distinct u.actor from unnest(p_actors) u(actor)) a,
           lateral platform.name_of_member(p_tenant, a.actor) m(name)
     where m.name is not null and p_tenant = nullif(current_setting('app.tenant_id', true), '')::bigint
    union all
    select 'token:' || t.token_id, t.label, t.created_by, platform.name_of_member(p_tenant, t.created_by)
      from platform.api_token t
     where t.tenant_id = p_tenant and p_tenant = nullif(current_setting('app.tenant_id', true), '')::bigint
       and 'token:' || t.token_id = any (p_actors)
$function$;

revoke all on function platform.names_of_actors(bigint, text[]) from public;
grant execute on function platform.names_of_actors(bigint, text[]) to accubooks_app;
