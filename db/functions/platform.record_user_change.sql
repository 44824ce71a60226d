-- A change of a person is an event in every tenant of theirs: of name, address and whether they may sign in, as they were and
-- are; that there is a new password or second factor, without it.

set local role accubooks_owner;

create or replace function platform.record_user_change() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_user constant uuid := coalesce(new.user_id, old.user_id);
    v_before jsonb;
    v_after jsonb;
    v_tenant bigint;
begin
    if tg_table_name = 'second_factor' then
        v_after := jsonb_build_object('second_factor', case tg_op when 'DELETE' then 'none' else 'new' end);
    else
        v_before := to_jsonb(old) - 'password_hash';
        v_after := to_jsonb(new) - 'password_hash';
        if old.password_hash <> new.password_hash then
            v_after := v_after || jsonb_build_object('password', 'new');
        end if;
    end if;
    if v_before is distinct from v_after then
        for v_tenant in select m.tenant_id from platform.membership m where m.user_id = v_user order by m.tenant_id loop
            perform books.record_audit(v_tenant, 'user', 'changed', 'user:' || v_user, v_before, v_after);
        end loop;
    end if;
    return null;
end
$function$;

revoke all on function platform.record_user_change() from public;

drop trigger if exists app_user__recorded on platform.app_user;
create constraint trigger app_user__recorded after update on platform.app_user
    deferrable initially deferred for each row execute function platform.record_user_change();
drop trigger if exists second_factor__recorded on platform.second_factor;
create constraint trigger second_factor__recorded after insert or delete or update of factor_id on platform.second_factor
    deferrable initially deferred for each row execute function platform.record_user_change();
