-- Events of an execution, numbered on from p_first; false, and nothing is done, for an epoch that isn't the newest. Nothing is
-- finalised, by which its values are confirmed for good, but the real thing behind three stages that passed.

set local role accubooks_owner;

create or replace function launch.append_execution_events(
    p_execution bigint, p_epoch bigint, p_first bigint, p_kinds text[], p_details text[], p_ats timestamptz[]
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
declare
    v_last constant bigint := (select coalesce(max(number), 0) from launch.execution_event where execution = p_execution);
begin
    if not launch.hold_execution(p_execution, p_epoch) then
        return false;
    end if;
    if p_first <> v_last + 1 then
        raise exception 'event % of execution % is not the next, which is %', p_first, p_execution, v_last + 1
            using errcode = 'AB403';
    end if;
    if exists (select from launch.execution_event where execution = p_execution and is_end) then
        raise exception 'execution % has ended', p_execution using errcode = 'AB403';
    end if;
    insert into launch.execution_event (execution, number, epoch, kind, detail, at)
    select p_execution, p_first + n.number - 1, p_epoch, n.kind, n.detail, n.at
      from unnest(p_kinds, p_details, p_ats) with ordinality n(kind, detail, at, number);
    if exists (
        select
          from launch.execution_event e
         where e.execution = p_execution and e.number >= p_first and e.kind = 'entered'
           and e.detail::jsonb ->> 'state' in ('finalise', 'succeeded')
           and ((select x.rehearsal from launch.execution x where x.execution = p_execution)
                or exists (
                    select
                      from unnest(array['immediate', 'synthetic', 'sustained']) stage
                     where 'pass' is distinct from (
                        select j.detail::jsonb ->> 'outcome'
                          from launch.execution_event j
                         where j.execution = p_execution and j.number < e.number
                           and j.kind = 'judged' and j.detail::jsonb ->> 'state' = stage
                         order by j.number desc
                         limit 1)))) then
        raise exception 'execution % isn''t finalised: not every stage has passed', p_execution using errcode = 'AB403';
    end if;
    return true;
end
$function$;

revoke all on function launch.append_execution_events(bigint, bigint, bigint, text[], text[], timestamptz[]) from public;
grant execute on function launch.append_execution_events(bigint, bigint, bigint, text[], text[], timestamptz[]) to accubooks_ops;
