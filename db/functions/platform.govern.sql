-- Takes the settings of a plan under governance, in place of those before; beside them once settings are governed for good:
-- another plan sets nothing free that somebody may have approved.

set local role accubooks_owner;

create or replace function platform.govern(p_keys text[], p_changes text[]) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    if coalesce(cardinality(p_keys), 0) = 0 then
        raise exception 'a plan that governs nothing is no plan' using errcode = 'AB403';
    end if;
    if not platform.is_governed_for_good() then
        delete from platform.governed_setting g where g.key <> all (p_keys);
    end if;
    insert into platform.governed_setting as g (key, change)
    select * from unnest(p_keys, p_changes)
        on conflict (key) do update set change = excluded.change where g.change <> excluded.change;
    return true;
end
$function$;

revoke all on function platform.govern(text[], text[]) from public;
grant execute on function platform.govern(text[], text[]) to accubooks_ops;
