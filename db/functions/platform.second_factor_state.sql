-- What a person may see of their second factor; no row when there is none.

set local role accubooks_owner;

create or replace function platform.second_factor_state(p_user uuid)
returns table (factor_id uuid, enrolled_at timestamptz, recovery_codes_left bigint)
language sql
stable
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
    select f.factor_id, f.enrolled_at,
           (select count(*) from platform.recovery_code c where c.user_id = f.user_id and c.used_at is null)
      from platform.second_factor f
     where f.user_id = p_user
$function$;

revoke all on function platform.second_factor_state(uuid) from public;
grant execute on function platform.second_factor_state(uuid) to accubooks_ops;
