-- Whether a recovery code counts: each does once. One that does gives the attempts back.

set local role accubooks_owner;

create or replace function platform.use_recovery_code(p_user uuid, p_code_digest bytea) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    perform from platform.second_factor f where f.user_id = p_user for update;  -- in the order of an enrolment
    update platform.recovery_code c
       set used_at = clock_timestamp()
     where c.user_id = p_user
       and c.code_digest = p_code_digest
       and c.used_at is null;
    if not found then
        return false;
    end if;
    update platform.second_factor f set attempts_paid_until = clock_timestamp() where f.user_id = p_user;
    return true;
end
$function$;

revoke all on function platform.use_recovery_code(uuid, bytea) from public;
grant execute on function platform.use_recovery_code(uuid, bytea) to accubooks_ops;
