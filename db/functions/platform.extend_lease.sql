-- Confirms the newest revision, or renews its time (p_within_ms). Says why not: 'superseded', 'not_awaited' or 'over'. What an
-- execution ordered is confirmed when it finalises, not before: until then it is gone back from when nobody renews it.

set local role accubooks_owner;

create or replace function platform.extend_lease(p_number bigint, p_within_ms bigint, p_author text) returns text
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
declare
    v_left bigint;
    v_step integer;
begin
    -- Going back takes the same lock, so that a revision is either confirmed or gone back from.
    perform pg_advisory_xact_lock(hashtext('platform.setting_lease'));
    if exists (select from platform.setting_revision where number > p_number) then
        return 'superseded';
    end if;
    select left_ms, renewals into v_left, v_step from platform.lease_of(p_number);
    if not found then
        return 'not_awaited';
    end if;
    if v_left <= 0 then
        return 'over';
    end if;
    perform platform.refuse_ungoverned(r.number, r.settings) from platform.setting_revision r where r.number = p_number;
    if p_within_ms is null and launch.running_state() is distinct from 'finalise' and exists (
        select
          from platform.setting_revision r, platform.governed_changes(r.number, r.settings)
         where r.number = p_number) then
        raise exception 'revision % is confirmed by the execution that ordered it, when it finalises', p_number
            using errcode = 'AB403';
    end if;
    insert into platform.setting_lease (revision, step, act, within_ms, author, at)
    values (p_number, v_step + 1, case when p_within_ms is null then 'confirmed' else 'renewed' end, p_within_ms, p_author,
            clock_timestamp());
    perform pg_notify('accubooks_settings', p_number::text);
    return 'done';
end
$function$;

revoke all on function platform.extend_lease(bigint, bigint, text) from public;
grant execute on function platform.extend_lease(bigint, bigint, text) to accubooks_ops;
