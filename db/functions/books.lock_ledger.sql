-- Locks the ledger of the caller's tenant until the transaction ends; false where there is none. From here on nothing is posted to these
-- books and no period is acted on but by this transaction, so that it may post what follows from all that is posted. Who waits for it
-- has a connection: after a second it fails (55P03), so that a few tenants can't take up the pool.

set local role accubooks_owner;

create or replace function books.lock_ledger(p_tenant bigint) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
set lock_timeout = '1s'
as $function$
begin
    perform from books.ledger where tenant_id = p_tenant for update;
    return found;
end
$function$;

revoke all on function books.lock_ledger(bigint) from public;
grant execute on function books.lock_ledger(bigint) to accubooks_app;
