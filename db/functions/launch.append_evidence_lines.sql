-- Lines of one of an execution's growing files, numbered on from p_first; false, and nothing is done, for an epoch that isn't
-- the newest.

set local role accubooks_owner;

create or replace function launch.append_evidence_lines(
    p_execution bigint, p_epoch bigint, p_file text, p_first bigint, p_lines text[]
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
declare
    v_last constant bigint :=
        (select coalesce(max(number), 0) from launch.evidence_line where execution = p_execution and file = p_file);
begin
    if not launch.hold_execution(p_execution, p_epoch) then
        return false;
    end if;
    if p_first <> v_last + 1 then
        raise exception 'line % of % of execution % is not the next, which is %', p_first, p_file, p_execution, v_last + 1
            using errcode = 'AB403';
    end if;
    insert into launch.evidence_line (execution, file, number, epoch, line)
    select p_execution, p_file, p_first + n.number - 1, p_epoch, n.line
      from unnest(p_lines) with ordinality n(line, number);
    return true;
end
$function$;

revoke all on function launch.append_evidence_lines(bigint, bigint, text, bigint, text[]) from public;
grant execute on function launch.append_evidence_lines(bigint, bigint, text, bigint, text[]) to accubooks_ops;
