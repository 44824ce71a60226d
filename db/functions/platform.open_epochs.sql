-- After a restore: the next epoch of every tenant's books, all or none. For the owner alone, which restores. p_tenant and
-- p_replaced say which last numbers the books had before; a tenant that isn't among them is one of which that isn't known.

set local role accubooks_owner;

create or replace function platform.open_epochs(
    p_restored_to timestamptz, p_restored_at timestamptz, p_reason text, p_tenant bigint[], p_replaced bigint[]
) returns table (tenant_id bigint, epoch integer, after_number bigint, replaced_number bigint)
language sql
set search_path = pg_catalog, platform, pg_temp
as $function$
    select t.tenant_id, e.epoch, e.after_number, k.replaced
      from platform.tenant t
      left join unnest(p_tenant, p_replaced) k(tenant, replaced) on k.tenant = t.tenant_id
     cross join lateral books.open_epoch(t.tenant_id, p_restored_to, p_restored_at, p_reason, k.replaced) e
     order by t.tenant_id
$function$;

revoke all on function platform.open_epochs(timestamptz, timestamptz, text, bigint[], bigint[]) from public;
