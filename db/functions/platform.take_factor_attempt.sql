-- What checking a code needs, once the attempt is counted: five at once, then one in five minutes, until one is right. Counted
-- here, so that neither many instances nor a restart give more; a code that is guessed so has a chance of 1 in 1000 a day.
-- 'wait', and until when, when there is no attempt left; no row when the person has no second factor.

set local role accubooks_owner;

drop function if exists platform.take_factor_attempt(uuid);

create or replace function platform.take_factor_attempt(p_user uuid)
returns table (outcome text, factor_id uuid, sealed_secret bytea, last_step bigint, retry_at timestamptz)
language plpgsql
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    c_interval constant interval := '5 minutes';
    c_burst constant integer := 5;
    v_factor platform.second_factor;
begin
    select f.* into v_factor from platform.second_factor f where f.user_id = p_user for update;
    if not found then
        return;
    end if;
    if v_factor.attempts_paid_until > clock_timestamp() + (c_burst - 1) * c_interval then
        return query select 'wait', null::uuid, null::bytea, null::bigint,
                            v_factor.attempts_paid_until - (c_burst - 1) * c_interval;
        return;
    end if;
    update platform.second_factor f
       set attempts_paid_until = greatest(f.attempts_paid_until, clock_timestamp()) + c_interval
     where f.user_id = p_user;
    return query select 'taken', v_factor.factor_id, v_factor.sealed_secret, v_factor.last_step, null::timestamptz;
end
$function$;

revoke all on function platform.take_factor_attempt(uuid) from public;
grant execute on function platform.take_factor_attempt(uuid) to accubooks_ops;
