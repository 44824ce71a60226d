-- books.post_combined posts for several tenants at once. It runs as the owner, and to nobody but the owner this policy shows the
-- rows of the tenants in app.tenant_ids (",3,17,"), on the tables that posting reads and writes. The application stays held to its one
-- tenant. An expression without a sub-select, cheap for each row: a search in a short text.
-- Lock: access exclusive on six tables, for adding a policy. Duration: milliseconds.

set local role accubooks_owner;

do $policies$
declare
    v_table text;
begin
    foreach v_table in array array['ledger', 'commodity', 'account', 'journal_entry', 'journal_line', 'account_balance'] loop
        execute format($$create policy combined on books.%I to accubooks_owner
            using (strpos(current_setting('app.tenant_ids', true), ',' || tenant_id || ',') > 0)
            with check (strpos(current_setting('app.tenant_ids', true), ',' || tenant_id || ',') > 0)$$, v_table);
    end loop;
end
$policies$;
