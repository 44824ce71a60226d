-- A revision that somebody wants, by its parent: null when that isn't the newest any more. Going back by itself is not
-- somebody's wish and has functions of its own. What a plan governs changes as the running execution has ordered it alone,
-- and for a time, which the execution renews: for good only on its way back.

set local role accubooks_owner;

create or replace function platform.record_revision(
    p_parent bigint, p_settings text, p_origin text, p_restores bigint, p_author text, p_reason text,
    p_confirm_within_ms bigint
) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    if p_origin in ('revert', 'expiry') then
        raise exception 'a revision of origin % is not recorded by hand', p_origin using errcode = 'AB403';
    end if;
    perform platform.refuse_ungoverned(p_parent + 1, p_settings);
    if p_confirm_within_ms is null and exists (select from platform.governed_changes(p_parent + 1, p_settings))
       and coalesce(launch.running_state() not in ('rolling_back', 'rollback_failed'), true) then
        raise exception 'what an execution orders awaits confirmation' using errcode = 'AB403';
    end if;
    return platform.append_revision(p_parent, p_settings, p_origin, p_restores, p_author, p_reason, p_confirm_within_ms);
end
$function$;

revoke all on function platform.record_revision(bigint, text, text, bigint, text, text, bigint) from public;
grant execute on function platform.record_revision(bigint, text, text, bigint, text, text, bigint) to accubooks_ops;
