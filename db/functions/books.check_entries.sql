-- An entry needs a number that its ledger has given out in this transaction (R7), and a day that isn't locked; a late reason where
-- its period is soft closed, and none where it is open. The ledger's update has then queued the check at commit, books.check_range,
-- that the entry has all its lines. Reads the rows that the statement added, not the table: a setting changed half-way can hide
-- stored rows, never these.

set local role accubooks_owner;

create or replace function books.check_entries() returns trigger
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_rule text;
begin
    -- age() compares transaction ids around their wrap; a savepoint's id is younger than its transaction's.
    select case
               when bool_or(l.tenant_id is null) then 'number_given_out'
               when bool_or(n.first_day <= l.locked_through) then 'not_locked'
               when bool_or(n.first_unexplained <= l.closed_through) then 'late_is_explained'
               when bool_or(n.last_late > coalesce(l.closed_through, '-infinity')) then 'late_is_late'
           end
      into v_rule
      from (select tenant_id, max(number) as last, min(entry_date) as first_day,
                   min(entry_date) filter (where late_reason is null) as first_unexplained,
                   max(entry_date) filter (where late_reason is not null) as last_late
              from new_entries
             group by tenant_id) n
      left join books.ledger l
        on l.tenant_id = n.tenant_id and l.last_number >= n.last
       and age(l.xmin) <= age(pg_current_xact_id()::xid);
    if v_rule is not null then
        raise exception 'entries break the rule journal_entry__%', v_rule
            using errcode = 'check_violation', schema = 'books', table = 'journal_entry',
                  constraint = 'journal_entry__' || v_rule;
    end if;
    return null;
end
$function$;

revoke all on function books.check_entries() from public;

create or replace trigger journal_entry__number_given_out after insert on books.journal_entry
    referencing new table as new_entries
    for each statement execute function books.check_entries();
