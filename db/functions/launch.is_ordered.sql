-- Whether the running execution's newest order takes this setting to this value: what a governed setting changes by. Only to a
-- value that the approved payload itself has, as one of its steps or as the value before.

set local role accubooks_owner;

create or replace function launch.is_ordered(p_setting text, p_value bigint) returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
declare
    v_wanted constant jsonb := jsonb_build_array(jsonb_build_object('setting', p_setting, 'value', p_value));
    v_ordered constant jsonb := (
        select e.detail::jsonb #> '{order,values}'
          from launch.execution_event e
         where e.execution = launch.running_execution()
           and e.kind = 'entered'
           and jsonb_typeof(e.detail::jsonb -> 'order') = 'object'
         order by e.number desc
         limit 1);
    v_phase constant jsonb := (
        select convert_from(r.payload, 'UTF8')::jsonb #> '{plan,phase1}'
          from launch.execution x
          join launch.change_revision r on r.change = x.change and r.revision = x.revision
         where x.execution = launch.running_execution());
begin
    return coalesce(v_ordered @> v_wanted, false)
           and (exists (select from jsonb_array_elements(v_phase #> '{apply,steps}') step where step @> v_wanted)
                or exists (select from jsonb_array_elements(v_phase -> 'change') c
                            where c ->> 'setting' = p_setting and c -> 'from' = to_jsonb(p_value)));
end
$function$;

revoke all on function launch.is_ordered(text, bigint) from public;
grant execute on function launch.is_ordered(text, bigint) to accubooks_ops;
