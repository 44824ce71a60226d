-- Holds the lease of an execution longer. False when somebody else has claimed it since, or its time was over.

set local role accubooks_owner;

create or replace function launch.renew_execution(p_execution bigint, p_epoch bigint, p_for_ms bigint) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
begin
    update launch.execution
       set expires_at = clock_timestamp() + p_for_ms * interval '1 millisecond'
     where execution = p_execution and epoch = p_epoch and expires_at > clock_timestamp();
    return found;
end
$function$;

revoke all on function launch.renew_execution(bigint, bigint, bigint) from public;
grant execute on function launch.renew_execution(bigint, bigint, bigint) to accubooks_ops;
