-- The owner's policy for posting of several tenants looked for each row's tenant in a text, which took a sixth of PostgreSQL's time for
-- an entry. Now app.tenant_ids is an array ("{3,17}"), read once for each table of a statement, and a row is compared with its numbers.
-- Policies are asked from the last name to the first: as `tenants` this one is asked before `tenant`, which these rows never pass.
-- A sub-select, which Citus takes in no policy: who spreads the books over machines drops these six policies, and needs none of them
-- there (docs/decisions/0030-several-tenants-are-compared-as-numbers.md).
-- Lock: access exclusive on six tables, for a change of policy. Duration: milliseconds.

set local role accubooks_owner;

do $policies$
declare
    v_table text;
begin
    foreach v_table in array array['ledger', 'commodity', 'account', 'journal_entry', 'journal_line', 'account_balance'] loop
        execute format('drop policy combined on books.%I', v_table);
        execute format($$create policy tenants on books.%I to accubooks_owner
            using (tenant_id = any ((select nullif(current_setting('app.tenant_ids', true), '')::bigint[])::bigint[]))
            with check (tenant_id = any ((select nullif(current_setting('app.tenant_ids', true), '')::bigint[])::bigint[]))$$, v_table);
    end loop;
end
$policies$;
