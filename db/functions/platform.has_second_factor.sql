-- Whether a person has a second factor.

set local role accubooks_owner;

create or replace function platform.has_second_factor(p_user uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
    select exists (select from platform.second_factor f where f.user_id = p_user)
$function$;

revoke all on function platform.has_second_factor(uuid) from public;
grant execute on function platform.has_second_factor(uuid) to accubooks_ops;
