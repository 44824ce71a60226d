-- Enrols as platform.enrol_second_factor does, if the person's factor is still the one that the enrolment began with (null: none),
-- and the code that proved the new one, of step p_step, counts no second time. Returns whether it did.

set local role accubooks_owner;

create or replace function platform.replace_second_factor(
    p_user uuid, p_before uuid, p_factor uuid, p_sealed_secret bytea, p_recovery_digests bytea[], p_step bigint
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    perform from platform.app_user u where u.user_id = p_user for no key update;
    if p_before is distinct from (select f.factor_id from platform.second_factor f where f.user_id = p_user) then
        return false;
    end if;
    perform platform.enrol_second_factor(p_user, p_factor, p_sealed_secret, p_recovery_digests);
    update platform.second_factor f set last_step = p_step where f.user_id = p_user;
    return true;
end
$function$;

revoke all on function platform.replace_second_factor(uuid, uuid, uuid, bytea, bytea[], bigint) from public;
grant execute on function platform.replace_second_factor(uuid, uuid, uuid, bytea, bytea[], bigint) to accubooks_ops;
