-- Holes that were found in ledgers of this shape by experiment, each closed and tried here under its name.
\ir setup.psql
select no_plan();
select tap.tenant() as t, tap.tenant() as other \gset
select is(tap.outcomes(:t, '[{"key": "first", "lines": [[1, "USD", 100, 100], [2, "USD", -100, -100]]}]'), 'posted', 'an entry to tamper with');
set constraints all immediate;
set constraints all deferred;

-- The deferred trigger: rows are hidden from a check at commit by switching the tenant before it.
select throws_ok(tap.as_owner(:t, format('select tap.open_entry(%s, 2); select set_config(''app.tenant_id'', ''%s'', true); set constraints all immediate',
    :t, :other)), '23514', null, 'the deferred trigger: an unfinished entry is refused at commit under another tenant');
select throws_ok(tap.as_owner(:t, format('select tap.open_entry(%s, 2); select set_config(''app.tenant_id'', '''', true); set constraints all immediate',
    :t)), '23514', null, 'the deferred trigger: and under none');
select throws_ok(tap.as_owner(:t, format($$select tap.open_entry(%s, 2); set local role accubooks_app;
    select set_config('app.tenant_id', '%s', true); set constraints all immediate$$, :t, :other)), '23514', null,
    'the deferred trigger: and by another role');
select throws_ok(tap.as_owner(:t, format($$select tap.add_lines(%1$s, tap.open_entry(%1$s, 1), '[[1, "USD", 7, 7]]');
    select set_config('app.tenant_id', '%2$s', true); set constraints all immediate$$, :t, :other)), '23514',
    'lines break the rule journal_line__balanced_in_base', 'the deferred trigger: an unbalanced line doesn''t wait for commit at all');

-- Lines appended.
select throws_ok(tap.as_owner(:t, format($$select tap.add_lines(%s, 1, '[[1, "USD", 5, 5, null, null, 3], [2, "USD", -5, -5, null, null, 4]]')$$, :t)),
    '23514', null, 'balanced lines appended to a posted entry are refused');
select throws_ok(tap.as_owner(:t, format($$select tap.add_lines(%1$s, tap.open_entry(%1$s, 2), '[[1, "USD", 5, 5], [2, "USD", -5, -5]]');
    select tap.add_lines(%1$s, (select last_number from books.ledger), '[[1, "USD", 5, 5, null, null, 3], [2, "USD", -5, -5, null, null, 4]]')$$, :t)),
    '23514', 'lines break the rule journal_line__complete', 'balanced lines appended to an entry of this transaction are refused');

-- A header without its lines.
select throws_ok(tap.as_owner(:t, format('select tap.open_entry(%s, 2); set constraints all immediate', :t)), '23514', null,
    'an entry header without its lines is refused at commit');
select throws_ok(tap.as_owner(:t, format($$insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by,
    posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash)
    select %s, last_number + 1, '2026-01-01', '', 'api', 'u', now(), 2, 'h', sha256('r'), sha256('e'), sha256('c') from books.ledger$$, :t)), '23514',
    'entries break the rule journal_entry__number_given_out', 'an entry header without its ledger''s number is refused at once');
select throws_ok(tap.as_owner(:t, format($$update books.ledger set epoch = epoch + 1;
    insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by,
    posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash)
    select %s, last_number + 1, '2026-01-01', '', 'api', 'u', now(), 2, 'h', sha256('r'), sha256('e'), sha256('c') from books.ledger$$, :t)), '23514',
    null, 'touching the ledger gives out no number');
select throws_ok(tap.as_owner(:t, format($$insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by,
    posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash)
    select t, 1000000, '2026-01-01', set_config('app.tenant_id', t::text, true), 'api', 'u', now(), 2, 'h', sha256('r'), sha256('e'), sha256('c')
      from unnest(array[%s, %s]) t$$, :other, :t)), '23514', null, 'switching the tenant inside one insert hides no header from its check');

-- An exchange for nothing: at a cost of zero, or at costs whose signs aren't the amounts' own, any amount balances, debits alone
-- too. 1 and 2 are accounts of people, 7 and 9 imported ones.
select unnest(array[
           throws_ok(tap.by_hand(:t, lines), '23514', 'lines break the rule journal_line__exchanged_for_something',
                     'an exchange for nothing is refused by the owner''s hand: ' || what),
           is(tap.outcomes(:t, format('[{"key": "before %1$s", "lines": [[1, "USD", 1, 1], [2, "USD", -1, -1]]}, {"key": "%1$s", "lines": %2$s},
                                        {"key": "after %1$s", "lines": [[1, "USD", 1, 1], [2, "USD", -1, -1]]}]', what, lines)::jsonb),
              'posted exchanged_for_nothing posted', 'and fails alone in the posting function')])
  from (values
    ('a debit alone', '[[1, "EUR", 100, 0, "USD", 0]]'::jsonb),
    ('two debits', '[[1, "EUR", 100, 0, "USD", 0], [2, "EUR", 5, 0, "USD", 0]]'),
    ('beside a whole entry', '[[1, "USD", 7, 7], [2, "USD", -7, -7], [1, "EUR", 100, 0, "USD", 0]]'),
    ('with a worth that another line gives up', '[[1, "EUR", 100, 9, "USD", 0], [2, "EUR", 0, -9]]'),
    ('for nothing of an unvalued commodity', '[[1, "EUR", 100, 0, "AAPL", 0]]'),
    ('one commodity of two', '[[1, "EUR", 100, 110, "USD", 110], [2, "USD", -110, -110], [1, "AAPL", 3, 0, "USD", 0]]'),
    ('debits whose costs cancel', '[[1, "EUR", 100, 50, "USD", 50], [2, "EUR", 100, -50, "USD", -50]]'),
    ('one line of it on an imported account', '[[7, "EUR", 100, 0, "USD", 0], [1, "EUR", 5, 0, "USD", 0]]')
  ) c(what, lines);
select unnest(array[
           lives_ok(tap.by_hand(:t, lines), 'no exchange for nothing: ' || what),
           is(tap.outcomes(:t, jsonb_build_array(jsonb_build_object('key', what, 'lines', lines))), 'posted', 'nor for the posting function')])
  from (values
    ('a small part whose cost rounds to zero', '[[1, "EUR", 100, 110, "USD", 110], [1, "EUR", 1, 0, "USD", 0], [2, "USD", -110, -110]]'::jsonb),
    ('amounts that sum to zero, at a cost of zero', '[[1, "EUR", 100, 0, "USD", 0], [2, "EUR", -100, 0, "USD", 0]]'),
    ('a settlement at another rate', '[[1, "EUR", 100, 110, "USD", 110], [2, "EUR", -100, -115, "USD", -115], [2, "USD", 5, 5]]'),
    ('a revaluation', '[[1, "EUR", 0, 5, "USD", 5], [2, "USD", -5, -5]]'),
    ('on imported accounts, whose journals state it', '[[7, "AAPL", 10, 0, "USD", 0], [9, "USD", 0, 0]]')
  ) c(what, lines);

-- A temporary table that shadows a ledger table inside a definer function. The application can't make one; were it given
-- one, the functions wouldn't look there.
grant temp on database :"DBNAME" to accubooks_app;
set local role accubooks_app;
create temp table journal_line (like books.journal_line);
create temp table journal_entry (like books.journal_entry);
create temp table account_balance (like books.account_balance);
create temp table ledger (like books.ledger including defaults);
create temp table app_user (user_id uuid, email text, name text, password_hash text, disabled boolean);
reset role;
insert into pg_temp.ledger (tenant_id, base_commodity) values (:t, 'USD');
insert into pg_temp.app_user values (gen_random_uuid(), 'shadow@example.com', 'Shadow', 'hash', false);
grant all on pg_temp.journal_line, pg_temp.journal_entry, pg_temp.account_balance, pg_temp.ledger, pg_temp.app_user to public;
select is(tap.outcomes(:t, '[{"key": "shadow", "lines": [[1, "USD", 100, 100], [2, "USD", -100, -100]]}]'), 'posted', 'an entry is posted beside shadows');
select is((select count(*) from books.journal_line where tenant_id = :t and number = (select last_number from books.ledger where tenant_id = :t)), 2::bigint, 'a temporary table that shadows a ledger table gets nothing: the lines are in the books');
select is((select count(*) from pg_temp.journal_line) + (select count(*) from pg_temp.journal_entry) + (select count(*) from pg_temp.account_balance), 0::bigint,
    'and nowhere else');
select is_empty($$select * from platform.sign_in_record('shadow@example.com')$$, 'and a shadow person can''t sign in');
drop table pg_temp.journal_line, pg_temp.journal_entry, pg_temp.account_balance, pg_temp.ledger, pg_temp.app_user;
revoke temp on database :"DBNAME" from accubooks_app;

-- A tenant switched inside a transaction.
select throws_ok(tap.as_app(:t, format('select set_config(''app.tenant_id'', ''%s'', true); insert into books.commodity (tenant_id, code, scale) values (%s, ''XXX'', 0)', :other, :t)),
    '42501', null, 'after the tenant is switched the first one''s rows can''t be written');
select is(tap.count_as('accubooks_app', :other, format('select count(*) from books.journal_entry where tenant_id = %s', :t)), 0::bigint,
    'nor read');
select set_config('app.tenant_id', :'other', true) is null as nothing \gset
select is(tap.outcomes(:t, '[{"key": "elsewhere", "lines": [[1, "USD", 100, 100], [2, "USD", -100, -100]]}]'), 'posted', 'posting for another tenant than the transaction''s');
select is(current_setting('app.tenant_id'), :'other', 'leaves the transaction''s tenant as it was');
set constraints all immediate;
select is(current_setting('app.tenant_id'), :'other', 'and so does the check at commit');
set constraints all deferred;
select set_config('app.tenant_id', '', true) is null as nothing \gset

-- What the application tries and fails to do to the journal.
select throws_ok(tap.as_app(:t, sql), '42501', null, 'the application fails to: ' || what)
  from (values
    ('insert an entry', format('insert into books.journal_entry (tenant_id, number) values (%s, 9)', :t)),
    ('insert a line', format('insert into books.journal_line (tenant_id, number, line) values (%s, 1, 3)', :t)),
    ('update an entry', 'update books.journal_entry set description = ''x'''),
    ('update a line', 'update books.journal_line set amount = 1'),
    ('delete an entry', 'delete from books.journal_entry'),
    ('delete a line', 'delete from books.journal_line'),
    ('truncate the journal', 'truncate books.journal_line'),
    ('copy lines in', 'copy books.journal_line from ''/dev/null'''),
    ('copy lines out to a file', 'copy books.journal_line to ''/dev/null'''),
    ('write a balance', 'update books.account_balance set debit = 0'),
    ('write the ledger', 'update books.ledger set last_number = 0'),
    ('lock the ledger', 'select from books.ledger for update'),
    ('change an account''s code', 'update books.account set code = ''9'''),
    ('move an account', 'update books.account set parent_id = null'),
    ('change an account''s type', 'update books.account set type = ''asset'''),
    ('give an account an import''s liberties', 'update books.account set imported = true'),
    ('change a commodity', 'update books.commodity set scale = 5'),
    ('disable triggers', 'alter table books.journal_line disable trigger all'),
    ('disable row security', 'alter table books.journal_line no force row level security'),
    ('switch triggers off for the session', 'set session_replication_role = replica'),
    ('drop a policy', 'drop policy tenant on books.journal_line'),
    ('call the judge', 'select books.open_ledger(1, ''USD'', 2::smallint, '''')'),
    ('read password hashes', 'select password_hash from platform.app_user'),
    ('read whole people', 'select * from platform.app_user'),
    ('list addresses', 'select email from platform.app_user'),
    ('list tenants', 'select name from platform.tenant'),
    ('list members', 'select user_id from platform.membership'),
    ('read sessions', 'select * from platform.session'),
    ('read tokens', 'select * from platform.api_token'),
    ('read other roles'' secrets', 'select * from pg_authid'),
    ('make a tenant', 'select platform.create_tenant(''x'', ''USD'', 2::smallint, '''')'),
    ('make itself a member', format('insert into platform.membership (user_id, tenant_id, role) values (gen_random_uuid(), %s, ''owner'')', :t)),
    ('replace a function', 'create or replace function books.check_lines() returns trigger language plpgsql as ''begin return null; end'''),
    ('read files', 'select pg_read_file(''/etc/passwd'')')
  ) t(what, sql);

-- As a session of its own would be: the application's role as the session's, from which SET ROLE leads nowhere.
create function tap.session_as_app(p_role text) returns void language plpgsql as $$
begin
    execute 'set local session authorization accubooks_app';
    execute format('set local role %I', p_role);
end
$$;
select throws_ok(format('select tap.session_as_app(%L)', r), '42501', null, 'the application fails to set role ' || r)
  from unnest(array['accubooks_owner', 'accubooks_ops', session_user::text]) r;

select * from finish();
rollback;
