-- Takes the lease of an execution that nobody holds, whose time is over, or that is the holder's own: the
-- next epoch. Null while somebody else holds it.

set local role accubooks_owner;

create or replace function launch.claim_execution(p_execution bigint, p_holder text, p_for_ms bigint) returns bigint
language sql
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
    update launch.execution
       set holder = p_holder, epoch = epoch + 1, expires_at = clock_timestamp() + p_for_ms * interval '1 millisecond'
     where execution = p_execution
       and (holder is null or holder = p_holder or expires_at <= clock_timestamp())
    returning epoch
$function$;

revoke all on function launch.claim_execution(bigint, text, bigint) from public;
grant execute on function launch.claim_execution(bigint, text, bigint) to accubooks_ops;
