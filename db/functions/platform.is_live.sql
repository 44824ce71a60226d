-- Whether a start of the program counts as running: it has not said goodbye, and was seen within ten of its heartbeats.

set local role accubooks_owner;

create or replace function platform.is_live(p_last_seen_at timestamptz, p_ended_at timestamptz) returns boolean
language sql
volatile
set search_path = pg_catalog, platform, pg_temp
as $function$
    select p_ended_at is null and p_last_seen_at > clock_timestamp() - interval '10 seconds'
$function$;

revoke all on function platform.is_live(timestamptz, timestamptz) from public;
grant execute on function platform.is_live(timestamptz, timestamptz) to accubooks_ops;
