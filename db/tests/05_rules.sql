-- Rules of an entry, which the database enforces for everybody, the owner included: each broken once by the owner's hand,
-- beside an entry that keeps them all.
\ir setup.psql
select no_plan();
select tap.tenant() as t, tap.tenant() as other \gset

select lives_ok(tap.by_hand(:t, '[[1, "USD", 100, 100], [2, "USD", -100, -100]]'), 'an entry that keeps every rule is taken');

-- R1
select throws_ok(tap.by_hand(:t, '[[1, "EUR", 100, 110], [2, "EUR", -100, -109]]'), '23514',
    'lines break the rule journal_line__balanced_in_base', 'R1: base amounts sum to 0');
select throws_ok(tap.by_hand(:t, '[[1, "EUR", 100, 110]]'), '23514',
    'lines break the rule journal_line__balanced_in_base', 'R1: one line alone is no entry');
-- R2
select throws_ok(tap.by_hand(:t, '[[1, "EUR", 100, 110], [2, "USD", -110, -110]]'), '23514',
    'lines break the rule journal_line__balanced_at_cost', 'R2: each commodity sums to 0');
select throws_ok(tap.by_hand(:t, '[[7, "AAPL", 3, 110, "USD", 109], [2, "USD", -110, -110]]'), '23514',
    'lines break the rule journal_line__balanced_at_cost', 'R2: an exchange sums to 0 at its cost');
select lives_ok(tap.by_hand(:t, '[[7, "AAPL", 3, 110, "USD", 110], [2, "USD", -110, -110]]'), 'R2: and is taken when it does');
select lives_ok(tap.by_hand(:t, '[[7, "AAPL", 3, 0, "EUR", 50], [6, "EUR", -50, 0]]'), 'R2: also unvalued');
-- R3
select throws_like(tap.by_hand(:t, '[[7, "AAPL", 3, 110, "USD", null], [2, "USD", -110, -110]]'),
    '%"journal_line__cost"', 'R3: a cost has an amount');
select throws_like(tap.by_hand(:t, '[[7, "AAPL", 3, 110, null, 110], [2, "USD", -110, -110]]'),
    '%"journal_line__cost"', 'R3: and a commodity');
select throws_like(tap.by_hand(:t, '[[1, "USD", 110, 110, "USD", 110], [2, "USD", -110, -110]]'),
    '%"journal_line__cost"', 'R3: which isn''t the line''s own');
-- R4
select throws_ok(tap.by_hand(:t, '[[1, "USD", 100, 90], [2, "USD", -100, -90]]'), '23514',
    'lines break the rule journal_line__base_is_amount', 'R4: a line in the base commodity is its own base amount');
-- R5
select throws_ok(tap.by_hand(:t, '[[99, "USD", 100, 100], [2, "USD", -100, -100]]'), '23514',
    'lines break the rule journal_line__account_exists', 'R5: the account exists');
select throws_ok(tap.by_hand(:t, '[[1, "USD", 100, 100], [3, "USD", -100, -100]]'), '23514',
    'lines break the rule journal_line__account_active', 'R5: is active');
select throws_ok(tap.by_hand(:t, '[[4, "USD", 100, 100], [2, "USD", -100, -100]]'), '23514',
    'lines break the rule journal_line__account_is_leaf', 'R5: is no parent');
select lives_ok(tap.by_hand(:t, '[[8, "USD", 100, 100], [2, "USD", -100, -100]]'), 'R5: unless it is imported');
select throws_ok(tap.by_hand(:t, '[[6, "USD", 100, 100], [2, "USD", -100, -100]]'), '23514',
    'lines break the rule journal_line__commodity_of_account', 'R5: takes the commodity');
select throws_ok(tap.by_hand(:t, '[[1, "GBP", 100, 100], [2, "GBP", -100, -100]]'), '23514',
    'lines break the rule journal_line__commodity_exists', 'R5: which exists');
select throws_ok(tap.by_hand(:t, '[[7, "AAPL", 3, 0, "GBP", 50], [7, "AAPL", -3, 0, "GBP", -50]]'), '23514',
    'lines break the rule journal_line__commodity_exists', 'R5: as a cost too');
select throws_ok(tap.by_hand(:t, '[[1, "USD", 0, 0], [2, "USD", 0, 0]]'), '23514',
    'lines break the rule journal_line__not_zero', 'R5: a line isn''t zero');
select lives_ok(tap.by_hand(:t, '[[7, "USD", 0, 0]]'), 'R5: unless its account is imported');
select lives_ok(tap.by_hand(:t, '[[1, "EUR", 0, 5], [2, "USD", 5, 5], [2, "USD", -10, -10], [1, "USD", 5, 5], [6, "EUR", 0, -5]]'),
    'R5: a line may revalue: amount 0, base amount not');
-- R6
select throws_ok(tap.as_owner(:t, format('select tap.add_lines(%1$s, tap.open_entry(%1$s, 3), %2$L)', :t,
    '[[1, "USD", 100, 100], [2, "USD", -100, -100]]')), '23514',
    'lines break the rule journal_line__complete', 'R6: a line too few');
select throws_ok(tap.as_owner(:t, format('select tap.add_lines(%1$s, tap.open_entry(%1$s, 1), %2$L)', :t,
    '[[1, "USD", 100, 100], [2, "USD", -100, -100]]')), '23514',
    'lines break the rule journal_line__complete', 'R6: a line too many');
select throws_ok(tap.by_hand(:t, '[[1, "USD", 100, 100, null, null, 1], [2, "USD", -100, -100, null, null, 3]]'), '23514',
    'lines break the rule journal_line__complete', 'R6: line numbers have no gap');
select throws_ok(tap.by_hand(:t, '[[1, "USD", 100, 100, null, null, 1], [2, "USD", -100, -100, null, null, 1]]'), '23505',
    null, 'R6: and differ');
select throws_like(tap.by_hand(:t, '[[1, "USD", 100, 100, null, null, 0], [2, "USD", -100, -100, null, null, 1]]'),
    '%"journal_line__line"', 'R6: and begin at 1');
select throws_ok(tap.as_owner(:t, format('select tap.add_lines(%1$s, 12345, %2$L)', :t,
    '[[1, "USD", 100, 100], [2, "USD", -100, -100]]')), '23514',
    'lines break the rule journal_line__entry_of_this_transaction', 'R6: lines have a header');
-- R7 has its tests in 06_holes.sql.
-- R8
select unnest(array[
           throws_ok(format(c.sql, tab), 'AB403', null, 'R8: even a superuser can''t ' || format(c.sql, tab)),
           throws_ok(tap.as_owner(:t, format(c.sql, tab)), 'AB403', null, 'R8: nor the owner')])
  from (values ('update books.%I set tenant_id = tenant_id'), ('delete from books.%I'), ('truncate books.%I')) c(sql),
       (values ('journal_entry'), ('journal_line')) t(tab);
select throws_ok(tap.as_owner(:t, 'delete from books.ledger'), 'AB403', null, 'R8: a ledger never ends');
select throws_ok(tap.as_owner(:t, 'update books.ledger set last_number = last_number - 1'), 'AB403', null, 'R8: its number only grows');
select throws_ok(tap.as_owner(:t, 'update books.ledger set base_commodity = ''EUR'''), 'AB403', null, 'R8: its base commodity stays');
select throws_ok(tap.as_owner(:t, 'update books.ledger set head_hash = sha256(''other'')'), 'AB403', null, 'R8: its chain ends where its last entry does');
select throws_ok(tap.as_owner(:other + 1000000, format('insert into books.ledger (tenant_id, base_commodity, last_number) values (%s, ''USD'', 7)', :other + 1000000)),
    'AB403', null, 'R8: and it starts empty');
select throws_ok(tap.as_owner(:t, 'delete from books.account'), 'AB403', null, 'R8: accounts are never deleted');
select throws_ok(tap.as_owner(:t, 'update books.commodity set scale = 1 where code = ''EUR'''), 'AB403', null, 'R8: a scale never shrinks');
-- R9
select throws_ok(tap.as_owner(:t, $$update books.ledger set last_number = last_number + 2, head_hash = sha256('x');
                                    set constraints all immediate$$), '23514', null, 'R9: a number given out is used');
create function tap.open_entry_off_chain(p_tenant bigint) returns bigint language plpgsql as $$
declare
    v_number bigint;
begin
    update books.ledger set last_number = last_number + 1, head_hash = sha256('off') where tenant_id = p_tenant
    returning last_number into v_number;
    insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by, posted_at, line_count,
                                     idempotency_key, request_hash, entry_hash, chain_hash)
    values (p_tenant, v_number, '2026-03-15', '', 'api', 'user:test', now(), 2, 'off', sha256('r'), sha256('e'), sha256('off'));
    return v_number;
end
$$;
select throws_like(tap.as_owner(:t, format('select tap.add_lines(%1$s, tap.open_entry_off_chain(%1$s), %2$L); set constraints all immediate', :t,
    '[[1, "USD", 100, 100], [2, "USD", -100, -100]]')), '%journal_entry__chained', 'R9: an entry continues the chain');
create function tap.open_entry_and_skip_a_number(p_tenant bigint) returns bigint language plpgsql as $$
declare
    v_number bigint;
    v_chain bytea;
begin
    select last_number + 1, sha256(head_hash || int8send(last_number + 1) || sha256('e')) into v_number, v_chain
      from books.ledger where tenant_id = p_tenant;
    update books.ledger set last_number = v_number + 1, head_hash = v_chain where tenant_id = p_tenant;
    insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by, posted_at, line_count,
                                     idempotency_key, request_hash, entry_hash, chain_hash)
    values (p_tenant, v_number, '2026-03-15', '', 'api', 'user:test', now(), 2, 'skip', sha256('r'), sha256('e'), v_chain);
    return v_number;
end
$$;
select throws_like(tap.as_owner(:t, format('select tap.add_lines(%1$s, tap.open_entry_and_skip_a_number(%1$s), %2$L); set constraints all immediate', :t,
    '[[1, "USD", 100, 100], [2, "USD", -100, -100]]')), '%journal_entry__complete', 'R9: no number is skipped');
-- Who says that a batch is complete at once is held to it at the statement's end, without waiting for commit.
create function tap.at_once(p_tenant bigint, p_lines int, p_chain bytea default null) returns bigint language sql as $$
    with ledgers as (
        update books.ledger
           set last_number = last_number + 1, complete_at_once = true,
               head_hash = coalesce(p_chain, sha256(head_hash || int8send(last_number + 1) || sha256('e')))
         where tenant_id = p_tenant
    ), entries as (
        insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by, posted_at, line_count,
                                         idempotency_key, request_hash, entry_hash, chain_hash)
        select p_tenant, last_number + 1, '2026-03-15', '', 'api', 'user:test', now(), 2, 'at once ' || last_number, sha256('r'), sha256('e'),
               coalesce(p_chain, sha256(head_hash || int8send(last_number + 1) || sha256('e')))
          from books.ledger where tenant_id = p_tenant and p_lines >= 0
    ), lines as (
        insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, base_amount)
        select p_tenant, last_number + 1, line, line, 'USD', 300 - 200 * line, 300 - 200 * line
          from books.ledger, generate_series(1, p_lines) line where tenant_id = p_tenant
    )
    select last_number + 1 from books.ledger where tenant_id = p_tenant
$$;
select lives_ok(tap.as_owner(:t, format('select tap.at_once(%s, 2)', :t)), 'R9: ledger, entry and lines may come in one statement');
select throws_like(tap.as_owner(:t, format('select tap.at_once(%s, -1)', :t)), '%journal_entry__complete', 'R9: but not without the entry');
select throws_like(tap.as_owner(:t, format('select tap.at_once(%s, 0)', :t)), '%journal_entry__complete', 'R9: nor without its lines');
select throws_like(tap.as_owner(:t, format('select tap.at_once(%s, 2, sha256(''off''))', :t)), '%journal_entry__chained', 'R9: nor off the chain');
select throws_like(tap.as_owner(:t, $$update books.ledger set last_number = last_number + 1, head_hash = sha256('x'), complete_at_once = true$$),
    '%journal_entry__complete', 'R9: nor for entries that are yet to come');
select is_empty(format(
    $$select number from (select number, chain_hash, entry_hash, row_number() over (order by number) as place,
                                 lag(chain_hash, 1, decode(repeat('00', 32), 'hex')) over (order by number) as previous
                            from books.journal_entry where tenant_id = %s) e
       where number <> place or chain_hash <> sha256(previous || int8send(number) || entry_hash)$$, :t),
    'R9: numbers have no gap and the chain holds after all of this');

-- A header's own columns.
select throws_like(tap.as_owner(:t, format($$insert into books.journal_entry (tenant_id, number, entry_date, description, source,
    posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash, reverses, reason)
    select %s, last_number + 1, '2026-01-01', '', 'reversal', 'u', now(), 2, 'rev', sha256('r'), sha256('e'), sha256('c'), last_number + 1, 'why'
      from books.ledger$$, :t)), '%"journal_entry__reverses_an_earlier_one"', 'an entry reverses an earlier one');
select throws_like(tap.as_owner(:t, format($$insert into books.journal_entry (tenant_id, number, entry_date, description, source,
    posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash, reverses, reason)
    select %s, last_number + 1, '2026-01-01', '', 'reversal', 'u', now(), 2, 'rev', sha256('r'), sha256('e'), sha256('c'), 1, ''
      from books.ledger$$, :t)), '%"journal_entry__reason"', 'a reversal has a reason');

select throws_like(tap.as_owner(:t, format($$update books.ledger set complete_at_once = false, last_number = last_number + 1, head_hash = sha256('c');
    insert into books.journal_entry (tenant_id, number, entry_date, description, source,
    posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash)
    select %s, last_number, '2026-01-01', '', 'api', 'u', now(), 2, 'by hand 1', sha256('r'), sha256('e'), sha256('c')
      from books.ledger$$, :t)), '%"journal_entry__idempotency_key"', 'a key is used once');
select throws_like(tap.as_owner(:t, format($$update books.ledger set complete_at_once = false, last_number = last_number + 2, head_hash = sha256('c');
    insert into books.journal_entry (tenant_id, number, entry_date, description, source,
    posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash, reverses, reason)
    select %s, last_number - n, '2026-01-01', '', 'reversal', 'u', now(), 2, 'rev ' || n, sha256('r'), sha256('e'), sha256('c'), 1, 'why'
      from books.ledger, generate_series(0, 1) n$$, :t)), '%"journal_entry__reversed_once"', 'an entry is reversed once');

-- Accounts.
select is(tap.outcomes(:t, '[{"key": "posted", "lines": [[1, "USD", 1, 1], [7, "USD", -1, -1]]}]'), 'posted', 'accounts 1 and 7 have lines');
select throws_ok(tap.as_app(:t, format('insert into books.account (tenant_id, account_id, code, name, type, parent_id) values (%s, 20, ''20'', ''x'', ''asset'', 1)', :t)),
    '23514', null, 'an account with lines doesn''t become a parent');
select lives_ok(tap.as_app(:t, format('insert into books.account (tenant_id, account_id, code, name, type, parent_id, imported) values (%s, 21, ''21'', ''x'', ''asset'', 7, true)', :t)),
    'unless it is imported');
select throws_ok(tap.as_owner(:t, 'update books.account set parent_id = 5 where account_id = 4'), '23514', null, 'an account isn''t below itself');
select throws_ok(tap.as_app(:t, format('insert into books.account (tenant_id, account_id, code, name, type, parent_id) values (%s, 22, ''22'', ''x'', ''asset'', 777)', :t)),
    '23503', null, 'a parent exists');
select throws_ok(tap.as_app(:t, format('insert into books.account (tenant_id, account_id, code, name, type) values (%s, 23, ''1000'', ''x'', ''asset'')', :t)),
    '23505', null, 'codes differ within a tenant');
select throws_ok(tap.as_app(:t, 'update books.account set active = false where account_id = 1'), '23514',
    null, 'an account with a balance doesn''t become inactive');
select lives_ok(tap.as_app(:t, 'update books.account set name = ''Bank at home'' where account_id = 1'), 'but may be renamed');
select is(tap.outcomes(:t, '[{"key": "worth alone", "lines": [[2, "EUR", 0, 5, "USD", 5], [7, "USD", -5, -5]]}]'), 'posted', 'account 2 has a worth in EUR');
select is(tap.outcomes(:t, '[{"key": "in dollars", "lines": [[2, "USD", -5, -5], [7, "USD", 5, 5]]}]'), 'posted', 'and the opposite one in USD');
select throws_ok(tap.as_app(:t, 'update books.account set active = false where account_id = 2'), '23514',
    null, 'balances of two commodities don''t make up for each other');
select is(tap.outcomes(:t, '[{"key": "there", "lines": [[6, "EUR", 5, 6], [2, "EUR", -5, -6]]}, {"key": "back", "date": "2027-01-31", "lines": [[6, "EUR", -5, -6], [2, "EUR", 5, 6]]}]'),
    'posted posted', 'account 6 held something for a while');
select lives_ok(tap.as_app(:t, 'update books.account set active = false where account_id = 6'), 'an account that holds nothing any more becomes inactive');
select is(current_setting('app.tenant_id'), :'t', 'and the transaction''s tenant stays what it was');
select is(tap.outcomes(:t, '[{"key": "late", "lines": [[6, "EUR", 5, 6], [2, "EUR", -5, -6]]}]'), 'inactive_account', 'and takes no line from then on');

select * from finish();
rollback;
