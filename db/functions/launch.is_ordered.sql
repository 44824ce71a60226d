-- Whether the running execution's newest order takes this setting to this value: what a governed setting changes by.

set local role accubooks_owner;

create or replace function launch.is_ordered(p_setting text, p_value bigint) returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
declare
    v_ordered constant jsonb := (
        select e.detail::jsonb #> '{order,values}'
          from launch.execution_event e
         where e.execution = launch.running_execution()
           and e.kind = 'entered'
           and jsonb_typeof(e.detail::jsonb -> 'order') = 'object'
         order by e.number desc
         limit 1);
begin
    return coalesce(v_ordered @> jsonb_build_array(jsonb_build_object('setting', p_setting, 'value', p_value)), false);
end
$function$;

revoke all on function launch.is_ordered(text, bigint) from public;
grant execute on function launch.is_ordered(text, bigint) to accubooks_ops;
