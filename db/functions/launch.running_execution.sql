-- The execution that hasn't ended; null when there is none.

set local role accubooks_owner;

create or replace function launch.running_execution() returns bigint
language sql
stable
set search_path = pg_catalog, launch, pg_temp
as $function$
    select x.execution
      from launch.execution x
     where not exists (select from launch.execution_event e where e.execution = x.execution and e.is_end)
$function$;

revoke all on function launch.running_execution() from public;
grant execute on function launch.running_execution() to accubooks_ops;
