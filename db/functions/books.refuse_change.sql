-- What is posted never changes (R8): neither for the application nor for the owner. Statement triggers, so that a change of
-- no row at all is refused as well, and TRUNCATE with it.

set local role accubooks_owner;

create or replace function books.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
begin
    raise exception '% on books.% is refused: what is in the books never changes', tg_op, tg_table_name
        using errcode = 'AB403', schema = 'books', table = tg_table_name;
end
$function$;

revoke all on function books.refuse_change() from public;

create or replace trigger journal_entry__never_changes before update or delete or truncate on books.journal_entry
    for each statement execute function books.refuse_change();
create or replace trigger journal_line__never_changes before update or delete or truncate on books.journal_line
    for each statement execute function books.refuse_change();
create or replace trigger document__never_changes before update or delete or truncate on books.document
    for each statement execute function books.refuse_change();
create or replace trigger attachment__never_changes before update or delete or truncate on books.attachment
    for each statement execute function books.refuse_change();
create or replace trigger ledger__never_ends before delete or truncate on books.ledger
    for each statement execute function books.refuse_change();
create or replace trigger account__never_ends before delete or truncate on books.account
    for each statement execute function books.refuse_change();
create or replace trigger commodity__never_ends before delete or truncate on books.commodity
    for each statement execute function books.refuse_change();
create or replace trigger commodity__only_widens before update on books.commodity
    for each row when (new.tenant_id <> old.tenant_id or new.code <> old.code or new.scale < old.scale)
    execute function books.refuse_change();

create or replace trigger ledger_epoch__never_changes before update or delete or truncate on books.ledger_epoch
    for each statement execute function books.refuse_change();
create or replace trigger period_act__never_changes before update or delete or truncate on books.period_act
    for each statement execute function books.refuse_change();
create or replace trigger audit_event__never_changes before update or delete or truncate on books.audit_event
    for each statement execute function books.refuse_change();

-- The ledger's row moves forward only: by entries, or by one epoch, or by one act on a period. What is locked stays locked, and the
-- fiscal year changes only while nothing is closed.
create or replace trigger ledger__starts_empty before insert on books.ledger
    for each row when (new.last_number <> 0 or new.head_hash <> decode(repeat('00', 32), 'hex') or new.closed_through is not null)
    execute function books.refuse_change();
create or replace trigger ledger__only_grows before update on books.ledger
    for each row when (
        new.tenant_id <> old.tenant_id or new.base_commodity <> old.base_commodity
        or new.epoch not in (old.epoch, old.epoch + 1) or new.period_acts not in (old.period_acts, old.period_acts + 1)
        or new.last_number < old.last_number
        or (new.epoch - old.epoch) + (new.period_acts - old.period_acts) + (new.last_number <> old.last_number)::int > 1
        or (new.head_hash <> old.head_hash
            and new.epoch = old.epoch and new.period_acts = old.period_acts and new.last_number = old.last_number)
        or (new.period_acts = old.period_acts and (new.closed_through, new.locked_through)
                                                  is distinct from (old.closed_through, old.locked_through))
        or new.locked_through < old.locked_through or (new.locked_through is null and old.locked_through is not null)
        or (old.closed_through is not null and (new.year_starts_month, new.year_starts_day)
                                               is distinct from (old.year_starts_month, old.year_starts_day)))
    execute function books.refuse_change();
