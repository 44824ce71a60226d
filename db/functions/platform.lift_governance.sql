-- Sets all settings free, for tests and benches. False, and nothing is done, once they are governed for good.

set local role accubooks_owner;

create or replace function platform.lift_governance() returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    if platform.is_governed_for_good() then
        return false;
    end if;
    delete from platform.governed_setting;
    return true;
end
$function$;

revoke all on function platform.lift_governance() from public;
grant execute on function platform.lift_governance() to accubooks_ops;
