-- The state of the running execution as its events leave it; null when none runs. What goes on after a pause is what it held.

set local role accubooks_owner;

create or replace function launch.running_state() returns text
language sql
stable
set search_path = pg_catalog, launch, pg_temp
as $function$
    select s.detail::jsonb ->> 'state'
      from launch.execution_event s
     where s.execution = launch.running_execution()
       and s.kind = 'entered'
       and (s.detail::jsonb ->> 'state' <> 'paused'
            or not exists (select from launch.execution_event r
                            where r.execution = s.execution and r.number > s.number and r.kind = 'resumed'))
     order by s.number desc
     limit 1
$function$;

revoke all on function launch.running_state() from public;
grant execute on function launch.running_state() to accubooks_ops;
