-- The next revision, chained to the one before; null when another writer's came first. For the functions that know why.
-- The digest covers every column: sha256 of the parent's digest, the number, and the hash or the number of each part in the
-- order of the table. src/ops/revision.cpp computes the same.

set local role accubooks_owner;

create or replace function platform.append_revision(
    p_parent bigint, p_settings text, p_origin text, p_restores bigint, p_author text, p_reason text,
    p_confirm_within_ms bigint
) returns bigint
language plpgsql
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_number constant bigint := p_parent + 1;
    v_at constant timestamptz := clock_timestamp();
    v_before bytea := decode(repeat('00', 32), 'hex');
    v_expected uuid[];
begin
    if p_parent > 0 then
        select digest into v_before from platform.setting_revision where number = p_parent;
        if not found then
            return null;
        end if;
    end if;
    select coalesce(array_agg(boot_id order by boot_id), '{}') into v_expected
      from platform.instance
     where platform.is_live(last_seen_at, ended_at);
    insert into platform.setting_revision (number, parent, settings, origin, restores, author, reason, confirm_within_ms,
                                           expected, created_at, digest)
    values (v_number, nullif(p_parent, 0), p_settings, p_origin, p_restores, p_author, p_reason, p_confirm_within_ms,
            v_expected, v_at,
            sha256(v_before || int8send(v_number) || sha256(convert_to(p_settings, 'UTF8'))
                   || sha256(convert_to(p_origin, 'UTF8')) || int8send(coalesce(p_restores, 0))
                   || sha256(convert_to(p_author, 'UTF8')) || sha256(convert_to(p_reason, 'UTF8'))
                   || int8send(coalesce(p_confirm_within_ms, 0))
                   || sha256(convert_to(array_to_string(v_expected, ','), 'UTF8'))
                   || int8send((extract(epoch from v_at) * 1000000)::bigint)))
    on conflict do nothing;
    if not found then
        return null;
    end if;
    perform pg_notify('accubooks_settings', v_number::text);
    return v_number;
end
$function$;

revoke all on function platform.append_revision(bigint, text, text, bigint, text, text, bigint) from public;
