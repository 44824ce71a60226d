-- Whether somebody may approve here, or has approved: from there on what governs a setting isn't taken away any more. That is
-- once the database holds the key of anybody who is or was Executive Operator, or an approved change.

set local role accubooks_owner;

create or replace function platform.is_governed_for_good() returns boolean
language sql
stable
set search_path = pg_catalog, platform, pg_temp
as $function$
    select exists (
        select
          from launch.role_event e
          join platform.personal_key k on k.user_id = e.user_id
         where e.role = 'executive_operator' and e.effect = 'grant' and e.kind in ('bootstrapped', 'confirmed'))
        or exists (select from launch.change_event c where c.kind = 'approved')
$function$;

revoke all on function platform.is_governed_for_good() from public;
