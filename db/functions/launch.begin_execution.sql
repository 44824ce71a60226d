-- The next attempt at a revision whose change stands approved by its newest event: approved itself, or back from an execution
-- that left the approval as it was; and signed, whatever the events say. No row while an execution of whatever change hasn't ended, since two would be one another's
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
    if not exists (
        select
          from launch.decision d
          join launch.change_revision r on r.sha256 = d.revision_sha256
         where r.change = p_change and r.revision = p_revision and d.decision = 'approve'
           and not exists (select from launch.decision later
                            where later.revision_sha256 = d.revision_sha256
                              and later.decision <> 'approve' and later.sequence > d.sequence))
       or not exists (
        select
          from (select * from launch.change_event where change = p_change order by sequence desc limit 1) newest
         where newest.revision = p_revision
           and (newest.kind = 'approved'
                or (newest.kind = 'ended'
                    and (newest.detail::jsonb ->> 'ending' in ('cancelled', 'rehearsed')
                         or (newest.detail::jsonb ->> 'ending' = 'rolled_back'
                             and (select x.rehearsal from launch.execution x
                                   where x.change = p_change and x.revision = p_revision
                                   order by x.attempt desc limit 1))))
                or (newest.kind = 'started' and not exists (
                    select from launch.execution x
                     where x.change = p_change and x.revision = p_revision
                       and x.attempt >= (newest.detail::jsonb ->> 'attempt')::bigint)))) then
        raise exception 'revision % of change % isn''t approved', p_revision, p_change using errcode = 'AB403';
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
