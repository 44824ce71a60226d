-- Row security: forced on every table of books, one policy of one text for everybody and one for the owner on the tables that
-- posting for several tenants needs, and no rows without a tenant.
\ir setup.psql
select no_plan();

select is_empty(
    $$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'books' and c.relkind in ('r', 'p', 'f', 'm', 'v') and not (c.relrowsecurity and c.relforcerowsecurity)$$,
    'every table of books has forced row security');
select set_eq(
    $$select c.relname::text, pg_get_expr(p.polqual, p.polrelid) as u, pg_get_expr(p.polwithcheck, p.polrelid) as c, p.polcmd::text,
             p.polpermissive, p.polroles
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'books'$$,
    $$select c.relname::text, e as u, e as c, '*' as m, true as p, '{0}'::oid[] as r
        from pg_class c join pg_namespace n on n.oid = c.relnamespace,
             (values ('(tenant_id = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::bigint)')) t(e)
       where n.nspname = 'books' and c.relkind in ('r', 'p')
      union all
      select c.relname::text, e, e, '*', true, array['accubooks_owner'::regrole::oid]
        from pg_class c join pg_namespace n on n.oid = c.relnamespace,
             (values ('(tenant_id = ANY (( SELECT (NULLIF(current_setting(''app.tenant_ids''::text, true), ''''::text))::bigint[] AS "nullif")::bigint[]))')) t(e)
       where n.nspname = 'books'
         and c.relname in ('ledger', 'commodity', 'account', 'journal_entry', 'journal_line', 'account_balance')$$,
    'every table has the tenant policy, six have the owner''s of several tenants, and none has another');

select tap.tenant() as a, tap.tenant() as b \gset
select is(tap.outcomes(:a, '[{"key": "k", "lines": [[1, "USD", 5, 5], [2, "USD", -5, -5]]}]'), 'posted', 'tenant a has an entry');
insert into books.price values (:a, 'AAPL', 'USD', '2026-01-01', 1.5);
insert into books.document values (:a, sha256('a'), 'text/plain', 'a', now());
insert into books.attachment values (:a, 1, sha256('a'), 'a.txt', 'user:test', now());
insert into books.draft values (:a, 1, 1, '{}', null, '', 0, 'user:test', now(), 'user:test', now());
insert into books.draft_document values (:a, 1, sha256('a'), 'a.txt', 'text/plain', 'a', 'user:test', now());
insert into books.documents_taken values (:a, '2026-01-01', 1, 1);
insert into books.idempotency values (:a, 'k', sha256('r'), 200, '{}');
insert into books.import_mapping values (:a, 'bank', '{}', 'user:test', now());
insert into books.import_batch values (:a, 1, 1, 'csv', 'a.csv', 'user:test', now());
select is((select count(*) from platform.open_epochs(now(), now(), 'restored', '{}', '{}')), 2::bigint, 'each tenant has an epoch');
select is((select outcome from books.act_on_period(:a, 'close', '2026-03-01', 'user:test', now(), 'why', true)), 'done', 'tenant a has closed a period');
set constraints all immediate;
set constraints all deferred;

select unnest(array[
           ok(tap.count_as('accubooks_app', :a, format('select count(*) from books.%I', relname)) > 0,
              'a tenant sees its rows of ' || relname),
           is(tap.count_as('accubooks_app', null, format('select count(*) from books.%I', relname)), 0::bigint,
              'without a tenant there is no row of ' || relname),
           is(tap.count_as('accubooks_owner', null, format('select count(*) from books.%I', relname)), 0::bigint,
              'not even for the owner: ' || relname),
           is(tap.count_as('accubooks_app', :b, format('select count(*) from books.%I where tenant_id = %s', relname, :a)),
              0::bigint, 'another tenant sees none of them in ' || relname)])
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = 'books' and c.relkind = 'r' order by relname;

select throws_ok(tap.as_app(:b, format('insert into books.commodity (tenant_id, code, scale) values (%s, ''GBP'', 2)', :a)), '42501', null, 'tenant b can''t insert a row for a');
select throws_ok(tap.as_app(null, format('insert into books.commodity (tenant_id, code, scale) values (%s, ''GBP'', 2)', :a)), '42501', null, 'nothing is inserted without a tenant');
select lives_ok(tap.as_app(:b, format('update books.account set name = ''theirs'' where tenant_id = %s', :a)), 'an update across tenants finds nothing');
select is_empty($$select from books.account where name = 'theirs'$$, 'and changes nothing');

select * from finish();
rollback;
