-- At commit: the numbers that a ledger gave out are all there, each with all its lines, and the chain runs through them
-- (R7, R9). One event per ledger and batch, not per row; none for an update that came with all its entries and was judged at
-- once, by books.check_ranges.
--
-- Runs as the owner and sets the tenant itself: at commit the caller may be another role under another tenant, to which these
-- rows would be hidden.

set local role accubooks_owner;

create or replace function books.check_range() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
set jit = off
set enable_seqscan = off
set enable_bitmapscan = off
set plan_cache_mode = force_custom_plan
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    c_large_table constant bigint := 8 * 1024 * 1024;
    v_set text;  -- assigned, because "perform" would plan and run a query each time
    v_fault text;
begin
    v_set := set_config('app.tenant_id', new.tenant_id::text, true);
    -- As in books.post_entries: a plan is kept only when it was made on a large table.
    if pg_relation_size('books.journal_entry') > c_large_table then
        v_set := set_config('plan_cache_mode', 'force_generic_plan', true);
    end if;

    select f.fault
      into v_fault
      from books.range_fault(new.tenant_id, old.last_number + 1, new.last_number, old.head_hash, new.head_hash) f;
    if v_fault is not null then
        raise exception 'numbers % to % of tenant % break the rule journal_entry__%',
                        old.last_number + 1, new.last_number, new.tenant_id, v_fault
            using errcode = 'check_violation', schema = 'books', table = 'journal_entry',
                  constraint = 'journal_entry__' || v_fault;
    end if;
    v_set := set_config('app.tenant_id', v_tenant_before, true);
    return null;
end
$function$;

revoke all on function books.check_range() from public;

-- There is no "or replace" for constraint triggers.
drop trigger if exists ledger__complete on books.ledger;
create constraint trigger ledger__complete after update on books.ledger
    deferrable initially deferred
    for each row when (new.last_number <> old.last_number and not new.complete_at_once)
    execute function books.check_range();
