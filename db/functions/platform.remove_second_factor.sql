-- From here on the password alone signs the person in.

set local role accubooks_owner;

create or replace function platform.remove_second_factor(p_user uuid) returns void
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    perform from platform.second_factor f where f.user_id = p_user for update;  -- in the order of an enrolment
    delete from platform.recovery_code where user_id = p_user;
    delete from platform.second_factor where user_id = p_user;
end
$function$;

revoke all on function platform.remove_second_factor(uuid) from public;
grant execute on function platform.remove_second_factor(uuid) to accubooks_ops;
