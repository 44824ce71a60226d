-- Fences: whether this epoch is still the execution's newest, which it then stays until the transaction ends, since a claim
-- waits for it.

set local role accubooks_owner;

create or replace function launch.hold_execution(p_execution bigint, p_epoch bigint) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
begin
    perform from launch.execution where execution = p_execution and epoch = p_epoch for share;
    return found;
end
$function$;

revoke all on function launch.hold_execution(bigint, bigint) from public;
grant execute on function launch.hold_execution(bigint, bigint) to accubooks_ops;
