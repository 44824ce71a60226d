-- The governed settings that revision p_number would have otherwise than the last confirmed one before it.

set local role accubooks_owner;

create or replace function platform.governed_changes(p_number bigint, p_settings text) returns table (key text, wanted jsonb)
language sql
stable
set search_path = pg_catalog, platform, pg_temp
as $function$
    select g.key, s.wanted
      from platform.governed_setting g
      join platform.setting_revision confirmed on confirmed.number = platform.confirmed_before(p_number),
           lateral (select p_settings::jsonb -> g.key as wanted, confirmed.settings::jsonb -> g.key as held) s
     where s.held is not null and s.wanted is distinct from s.held
$function$;

revoke all on function platform.governed_changes(bigint, text) from public;
