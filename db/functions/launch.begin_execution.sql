-- The next attempt at a revision; no row while an execution of whatever change hasn't ended, since two would be one another's
-- disturbance.

set local role accubooks_owner;

create or replace function launch.begin_execution(
    p_change bigint, p_revision bigint, p_rehearsal boolean, p_made_at timestamptz
) returns table (execution bigint, attempt bigint)
language plpgsql
security definer
set search_path = pg_catalog, launch, pg_temp
as $function$
begin
    perform pg_advisory_xact_lock(hashtext('launch.execution'));
    if launch.running_execution() is not null then
        return;
    end if;
    return query
    insert into launch.execution as made (execution, change, revision, attempt, rehearsal, made_at)
    select coalesce(max(x.execution), 0) + 1, p_change, p_revision,
           coalesce(max(x.attempt) filter (where x.change = p_change and x.revision = p_revision), 0) + 1,
           p_rehearsal, p_made_at
      from launch.execution x
    returning made.execution, made.attempt;
end
$function$;

revoke all on function launch.begin_execution(bigint, bigint, boolean, timestamptz) from public;
grant execute on function launch.begin_execution(bigint, bigint, boolean, timestamptz) to accubooks_ops;
