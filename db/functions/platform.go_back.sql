-- Puts the last confirmed values back as a new revision: after the time of an unconfirmed one ('expiry'), or because an
-- instance refused it ('revert'); a governed value that was confirmed by an execution's order alone. Null when that isn't due:
-- somebody has gone on or back already, the time isn't over, or the revision is itself a way back, which must not start a chain
-- of them.

set local role accubooks_owner;

create or replace function platform.go_back(p_number bigint, p_origin text, p_author text, p_reason text) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_confirmed bigint;
    v_settings text;
begin
    if p_origin not in ('revert', 'expiry') then
        raise exception 'going back is of origin revert or expiry, not %', p_origin using errcode = 'AB403';
    end if;
    perform pg_advisory_xact_lock(hashtext('platform.setting_lease'));
    if exists (select from platform.setting_revision where number > p_number) then
        return null;
    end if;
    if p_origin = 'expiry' and not exists (select from platform.lease_of(p_number) where left_ms <= 0) then
        return null;
    end if;
    if p_origin = 'revert' and exists (
        select from platform.setting_revision where number = p_number and origin in ('seed', 'revert', 'expiry')) then
        return null;
    end if;
    select r.number, r.settings into v_confirmed, v_settings
      from platform.setting_revision r
     where r.number = platform.confirmed_before(p_number);
    if not found then
        return null;
    end if;
    perform platform.refuse_ungoverned(p_number + 1, v_settings);
    return platform.append_revision(p_number, v_settings, p_origin, v_confirmed, p_author, p_reason, null);
end
$function$;

revoke all on function platform.go_back(bigint, text, text, text) from public;
grant execute on function platform.go_back(bigint, text, text, text) to accubooks_ops;
