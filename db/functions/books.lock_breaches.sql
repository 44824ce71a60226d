-- What forbids to lock a tenant's books up to a day, by name: trial_balance, suspense, drafts. books.act_on_period asks under its lock;
-- who is about to close asks beforehand, as the tenant: row security shows nothing of another. What opening balances were entered
-- against is suspense too, but in books that came from elsewhere, whose own it is.

set local role accubooks_owner;

create or replace function books.lock_breaches(p_tenant bigint, p_last_day date) returns text[]
language sql
stable
set search_path = pg_catalog, books, pg_temp
as $function$
    with month as (
        -- Kept balances are by calendar month; what a period that ends within one has of it is added up from the lines.
        select date_trunc('month', (p_last_day + 1)::timestamp)::date as first_day
    ), balance as (
        select b.account_id, b.commodity, b.debit::numeric - b.credit as amount, b.base_debit::numeric - b.base_credit as base
          from books.account_balance b, month m
         where b.tenant_id = p_tenant and b.month < m.first_day
        union all
        select l.account_id, l.commodity, l.amount, l.base_amount
          from month m
          join books.journal_entry e on e.tenant_id = p_tenant and e.entry_date between m.first_day and p_last_day
          join books.journal_line l on l.tenant_id = p_tenant and l.number = e.number
    )
    select array_remove(array[
        case when (select sum(b.base) from balance b) <> 0 then 'trial_balance' end,
        case when exists (select
                            from balance b
                            join books.account a on a.tenant_id = p_tenant and a.account_id = b.account_id
                                                and (a.subtype = 'suspense' or (a.subtype = 'opening_balance' and not a.imported))
                           group by b.account_id, b.commodity
                          having sum(b.amount) <> 0 or sum(b.base) <> 0) then 'suspense' end,
        case when exists (select from books.draft d where d.tenant_id = p_tenant and d.entry_date <= p_last_day) then 'drafts' end], null)
$function$;

revoke all on function books.lock_breaches(bigint, date) from public;
grant execute on function books.lock_breaches(bigint, date) to accubooks_app;
