-- A tenant that a person makes and then owns, with its calendar, in one transaction. Whoever makes several at a time takes turns,
-- so that the limit holds and a key makes one. Outcomes: made; again, with the tenant that the key made before; conflict, when the
-- key was for something else; limit; unknown_time_zone.

set local role accubooks_owner;

create or replace function platform.found_tenant(
    p_user uuid, p_limit bigint, p_name text, p_base_commodity text, p_scale smallint,
    p_year_starts_month smallint, p_year_starts_day smallint, p_time_zone text, p_key text, p_request_hash bytea
) returns table (outcome text, tenant_id bigint)
language plpgsql
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    -- Apart from the keys of other writes to the tenant.
    v_key constant text := 'tenant ' || p_key;
    v_before record;
    v_tenant bigint;
begin
    perform from platform.app_user u where u.user_id = p_user for no key update;
    select k.tenant_id, k.request_hash into v_before
      from platform.tenant t
      join platform.write_key k on k.tenant_id = t.tenant_id and k.key = v_key
     where t.created_by = p_user;
    if found then
        return query select case when v_before.request_hash = p_request_hash then 'again' else 'conflict' end,
                            v_before.tenant_id;
        return;
    end if;
    if (select count(*) from platform.tenant t where t.created_by = p_user) >= p_limit then
        return query select 'limit', null::bigint;
        return;
    end if;
    if not exists (select from pg_timezone_names z where z.name = p_time_zone) then
        return query select 'unknown_time_zone', null::bigint;
        return;
    end if;
    v_tenant := platform.create_tenant(p_name, p_base_commodity, p_scale, p_base_commodity, p_user);
    perform books.set_calendar(v_tenant, p_year_starts_month, p_year_starts_day, p_time_zone);
    insert into platform.membership (user_id, tenant_id, role) values (p_user, v_tenant, 'owner');
    perform platform.keep_answer(v_tenant, v_key, p_request_hash, 201::smallint, '');
    return query select 'made', v_tenant;
end
$function$;

revoke all on function platform.found_tenant(
    uuid, bigint, text, text, smallint, smallint, smallint, text, text, bytea) from public;
grant execute on function platform.found_tenant(
    uuid, bigint, text, text, smallint, smallint, smallint, text, text, bytea) to accubooks_ops;
