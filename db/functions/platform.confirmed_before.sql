-- The newest revision before this one that nobody has to confirm any more: where going back leads.

set local role accubooks_owner;

create or replace function platform.confirmed_before(p_number bigint) returns bigint
language sql
stable
set search_path = pg_catalog, platform, pg_temp
as $function$
    select max(r.number)
      from platform.setting_revision r
     where r.number < p_number
       and (r.confirm_within_ms is null
            or exists (select from platform.setting_lease l where l.revision = r.number and l.act = 'confirmed'))
$function$;

revoke all on function platform.confirmed_before(bigint) from public;
grant execute on function platform.confirmed_before(bigint) to accubooks_ops;
