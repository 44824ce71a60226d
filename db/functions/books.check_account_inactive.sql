-- An account is switched off once nothing is left on it, in any commodity and at any worth: what stands on it could never be moved
-- away again. Takes the ledger's lock, as posting does, so that a line can't arrive unseen. Runs as the owner, because the
-- application may not lock the ledger.

set local role accubooks_owner;

create or replace function books.check_account_inactive() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
begin
    perform set_config('app.tenant_id', new.tenant_id::text, true);
    perform from books.ledger where tenant_id = new.tenant_id for update;
    if exists (select from books.account_balance
                where tenant_id = new.tenant_id and account_id = new.account_id
                group by commodity
               having sum(debit) <> sum(credit) or sum(base_debit) <> sum(base_credit)) then
        raise exception 'account % of tenant % has a balance', new.account_id, new.tenant_id
            using errcode = 'check_violation', schema = 'books', table = 'account',
                  constraint = 'account__inactive_is_empty';
    end if;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return null;
end
$function$;

revoke all on function books.check_account_inactive() from public;

create or replace trigger account__inactive_rules after update of active on books.account
    for each row when (old.active and not new.active)
    execute function books.check_account_inactive();
