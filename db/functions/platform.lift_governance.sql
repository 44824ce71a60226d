-- Sets all settings free, for tests and benches. False, and nothing is done, once the database holds the key of anybody who is
-- or was Executive Operator: from there on what governs it was approved by somebody.

set local role accubooks_owner;

create or replace function platform.lift_governance() returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    if exists (
        select
          from launch.role_event e
          join platform.personal_key k on k.user_id = e.user_id
         where e.role = 'executive_operator' and e.effect = 'grant' and e.kind in ('bootstrapped', 'confirmed')
    ) then
        return false;
    end if;
    delete from platform.governed_setting;
    return true;
end
$function$;

revoke all on function platform.lift_governance() from public;
grant execute on function platform.lift_governance() to accubooks_ops;
