-- Gives a person a second factor, in place of the one before: its codes, and the recovery codes, are good for nothing from
-- here on. Returns whether there was one.

set local role accubooks_owner;

create or replace function platform.enrol_second_factor(
    p_user uuid, p_factor uuid, p_sealed_secret bytea, p_recovery_digests bytea[]
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_had_one constant boolean := platform.has_second_factor(p_user);
begin
    insert into platform.second_factor as f (user_id, factor_id, sealed_secret, enrolled_at, attempts_paid_until)
    values (p_user, p_factor, p_sealed_secret, clock_timestamp(), clock_timestamp())
        on conflict (user_id) do update
       set factor_id = excluded.factor_id,
           sealed_secret = excluded.sealed_secret,
           enrolled_at = excluded.enrolled_at,
           last_step = 0,
           attempts_paid_until = excluded.attempts_paid_until;
    delete from platform.recovery_code where user_id = p_user;
    insert into platform.recovery_code (user_id, code_digest) select p_user, unnest(p_recovery_digests);
    return v_had_one;
end
$function$;

revoke all on function platform.enrol_second_factor(uuid, uuid, bytea, bytea[]) from public;
grant execute on function platform.enrol_second_factor(uuid, uuid, bytea, bytea[]) to accubooks_ops;
