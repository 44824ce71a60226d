-- A tenant that has an owner keeps one: whoever answers for the books can hand over, but not leave nobody. Under the tenant's
-- lock, so that two owners can't remove each other at the same time. Disabled people answer for nothing.

set local role accubooks_owner;

create or replace function platform.keep_an_owner() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    perform from platform.tenant t where t.tenant_id = old.tenant_id for update;
    if not exists (
        select
          from platform.membership m
          join platform.app_user u on u.user_id = m.user_id and not u.disabled
         where m.tenant_id = old.tenant_id and m.role = 'owner' and m.user_id <> old.user_id
    ) then
        raise exception 'tenant % would be left without an owner', old.tenant_id
            using errcode = 'check_violation', schema = 'platform', table = 'membership',
                  constraint = 'membership__keeps_an_owner';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end
$function$;

revoke all on function platform.keep_an_owner() from public;

create or replace trigger membership__keeps_an_owner_on_delete before delete on platform.membership
    for each row when (old.role = 'owner')
    execute function platform.keep_an_owner();
create or replace trigger membership__keeps_an_owner_on_update before update on platform.membership
    for each row when (old.role = 'owner' and (new.role <> 'owner' or new.tenant_id <> old.tenant_id or new.user_id <> old.user_id))
    execute function platform.keep_an_owner();
