-- At commit: the numbers that a ledger gave out are all there, each with all its lines, and the chain runs through them
-- (R7, R9). One event per batch, not per row.
--
-- Runs as the owner and sets the tenant itself: at commit the caller may be another role under another tenant, to which these
-- rows would be hidden. What is hidden is missing here, and missing is refused.

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
    v_entries bigint;
    v_lines bigint;
    v_stored_lines bigint;
    v_chained boolean;
begin
    v_set := set_config('app.tenant_id', new.tenant_id::text, true);
    -- As in books.post_entries: a plan is kept only when it was made on a large table.
    if pg_relation_size('books.journal_entry') > c_large_table then
        v_set := set_config('plan_cache_mode', 'force_generic_plan', true);
    end if;

    select count(*), sum(line_count),
           bool_and(chain_hash = sha256(previous || int8send(number) || entry_hash)
                    and (number < new.last_number or chain_hash = new.head_hash)),
           (select count(*)
              from books.journal_line
             where tenant_id = new.tenant_id and number > old.last_number and number <= new.last_number)
      into v_entries, v_lines, v_chained, v_stored_lines
      from (select number, line_count, entry_hash, chain_hash,
                   lag(chain_hash, 1, old.head_hash) over (order by number) as previous
              from books.journal_entry
             where tenant_id = new.tenant_id and number > old.last_number and number <= new.last_number) e;

    if v_entries <> new.last_number - old.last_number or v_stored_lines is distinct from v_lines then
        raise exception 'of numbers % to % of tenant % an entry or its lines are missing',
                        old.last_number + 1, new.last_number, new.tenant_id
            using errcode = 'check_violation', schema = 'books', table = 'journal_entry',
                  constraint = 'journal_entry__complete';
    end if;
    if v_chained is distinct from true then
        raise exception 'numbers % to % of tenant % do not continue the chain',
                        old.last_number + 1, new.last_number, new.tenant_id
            using errcode = 'check_violation', schema = 'books', table = 'journal_entry',
                  constraint = 'journal_entry__chained';
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
    for each row when (new.last_number <> old.last_number)
    execute function books.check_range();
