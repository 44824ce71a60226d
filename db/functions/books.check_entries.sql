-- An entry needs a number that its ledger has given out in this transaction (R7). The ledger's update has then queued the
-- check at commit, books.check_range, that the entry has all its lines. Reads the rows that the statement added, not the table:
-- a setting changed half-way can hide stored rows, never these.

set local role accubooks_owner;

create or replace function books.check_entries() returns trigger
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
begin
    -- age() compares transaction ids around their wrap; a savepoint's id is younger than its transaction's.
    if exists (
        select
          from (select tenant_id, max(number) as last from new_entries group by tenant_id) n
          left join books.ledger l
            on l.tenant_id = n.tenant_id and l.last_number >= n.last
           and age(l.xmin) <= age(pg_current_xact_id()::xid)
         where l.tenant_id is null
    ) then
        raise exception 'an entry takes a number that its ledger did not give out in this transaction'
            using errcode = 'check_violation', schema = 'books', table = 'journal_entry',
                  constraint = 'journal_entry__number_given_out';
    end if;
    return null;
end
$function$;

revoke all on function books.check_entries() from public;

create or replace trigger journal_entry__number_given_out after insert on books.journal_entry
    referencing new table as new_entries
    for each statement execute function books.check_entries();
