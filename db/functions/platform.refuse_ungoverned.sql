-- Refuses a governed setting that revision p_number would have otherwise than the last confirmed one before it, unless the running
-- execution has ordered it so. Back to what was confirmed is always open.

set local role accubooks_owner;

create or replace function platform.refuse_ungoverned(p_number bigint, p_settings text) returns void
language plpgsql
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_key text;
begin
    select c.key into v_key
      from platform.governed_changes(p_number, p_settings) c
     where not (jsonb_typeof(c.wanted) = 'number' and launch.is_ordered(c.key, c.wanted::bigint))
     limit 1;
    if found then
        raise exception '% is governed: it changes by the order of a running execution alone', v_key using errcode = 'AB403';
    end if;
end
$function$;

revoke all on function platform.refuse_ungoverned(bigint, text) from public;
