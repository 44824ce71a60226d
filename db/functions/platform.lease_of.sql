-- Whether a revision still awaits confirmation, how long that may take from now on, and how often its time was renewed.
-- No row for one that never awaited it, or was confirmed.

set local role accubooks_owner;

create or replace function platform.lease_of(p_number bigint) returns table (left_ms bigint, renewals integer)
language sql
volatile
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
    select (extract(epoch from coalesce(l.at, r.created_at) - clock_timestamp()) * 1000)::bigint
               + coalesce(l.within_ms, r.confirm_within_ms),
           coalesce(l.step, 0)
      from platform.setting_revision r
      left join lateral (
           select step, act, within_ms, at from platform.setting_lease
            where revision = r.number order by step desc limit 1) l on true
     where r.number = p_number
       and r.confirm_within_ms is not null
       and l.act is distinct from 'confirmed'
$function$;

revoke all on function platform.lease_of(bigint) from public;
grant execute on function platform.lease_of(bigint) to accubooks_ops;
