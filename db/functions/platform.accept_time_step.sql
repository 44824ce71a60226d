-- Whether a right code counts: each time step does once, and none before one that did, however many ask at a time. One that
-- counts gives the attempts back.

set local role accubooks_owner;

create or replace function platform.accept_time_step(p_user uuid, p_factor uuid, p_step bigint) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    update platform.second_factor f
       set last_step = p_step,
           attempts_paid_until = clock_timestamp()
     where f.user_id = p_user
       and f.factor_id = p_factor
       and f.last_step < p_step;
    return found;
end
$function$;

revoke all on function platform.accept_time_step(uuid, uuid, bigint) from public;
grant execute on function platform.accept_time_step(uuid, uuid, bigint) to accubooks_ops;
