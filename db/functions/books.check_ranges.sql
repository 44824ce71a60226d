-- What books.check_range holds at commit, held at the end of the statement and set-wise, for ledgers whose numbers come with
-- their entries and lines in one statement. Such an update says so in complete_at_once, and is refused here when it isn't so:
-- one event for all tenants of a call instead of one each (docs/decisions/0018-a-batch-may-be-complete-at-once.md).

set local role accubooks_owner;

create or replace function books.check_ranges() returns trigger
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant bigint;
    v_first bigint;
    v_last bigint;
    v_fault text;
begin
    select n.tenant_id, o.last_number + 1, n.last_number, f.fault
      into v_tenant, v_first, v_last, v_fault
      from old_ledgers o
      join new_ledgers n on n.tenant_id = o.tenant_id
     cross join lateral books.range_fault(n.tenant_id, o.last_number + 1, n.last_number, o.head_hash, n.head_hash) f
     where n.complete_at_once and n.last_number <> o.last_number
     limit 1;
    if v_fault is not null then
        raise exception 'numbers % to % of tenant % break the rule journal_entry__%', v_first, v_last, v_tenant, v_fault
            using errcode = 'check_violation', schema = 'books', table = 'journal_entry',
                  constraint = 'journal_entry__' || v_fault;
    end if;
    return null;
end
$function$;

revoke all on function books.check_ranges() from public;

create or replace trigger ledger__complete_at_once after update on books.ledger
    referencing old table as old_ledgers new table as new_ledgers
    for each statement execute function books.check_ranges();
