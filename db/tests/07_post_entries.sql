-- The posting function: every outcome, alone and among neighbours that it must not disturb.
\ir setup.psql
select no_plan();
select tap.tenant() as t, tap.tenant() as other \gset
select '[[1, "USD", 100, 100], [2, "USD", -100, -100]]' as good \gset

-- Good entries.
select results_eq(format($$select ord, outcome, number from tap.post(%s, '[{"key": "a", "lines": %s}, {"key": "b", "date": "2026-04-02", "lines": %2$s}]')$$, :t, :'good'),
    $$values (1, 'posted', 1::bigint), (2, 'posted', 2::bigint)$$, 'good entries take numbers in order');
select results_eq(format('select account_id, commodity collate "default", month, debit, credit, base_debit, base_credit from books.account_balance where tenant_id = %s order by 1, 3', :t),
    $$values (1::bigint, 'USD', date '2026-03-01', 100::bigint, 0::bigint, 100::bigint, 0::bigint), (1, 'USD', '2026-04-01', 100, 0, 100, 0),
             (2, 'USD', '2026-03-01', 0, 100, 0, 100), (2, 'USD', '2026-04-01', 0, 100, 0, 100)$$,
    'and are added to the balances of their months');
select is(tap.outcomes(:t, '[{"key": "mixed", "lines": [[6, "EUR", -50, 55], [1, "EUR", 50, -55]]}]'), 'posted', 'amounts and base amounts have signs of their own');
select results_eq(format('select debit, credit, base_debit, base_credit from books.account_balance where tenant_id = %s and account_id = 6', :t),
    $$values (0::bigint, 50::bigint, 55::bigint, 0::bigint)$$, 'and go by them to debit and credit');
select is(tap.outcomes(:t, '[{"key": "exchange", "lines": [[7, "AAPL", 3, 90, "USD", 90], [1, "USD", -90, -90]], "tags": {"k": "v"}, "source": "import"}]'), 'posted', 'an exchange balances at its cost');
select is_empty(format($$select * from books.post_entries(%s, now(), '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
    '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')$$, :t), 'an empty batch is no work');
select results_eq(format($$select ord, outcome, number from tap.post(%s, '[{"key": "three", "lines": [[1, "USD", 5, 5], [2, "USD", -2, -2], [2, "USD", -3, -3]]}]')$$, :t),
    $$values (1, 'posted', 5::bigint)$$, 'two lines may share an account');

-- Keys.
select results_eq(format($$select p.outcome, p.number, p.chain_hash = e.chain_hash from tap.post(%1$s, '[{"key": "a", "lines": %2$s}]') p
    join books.journal_entry e on e.tenant_id = %1$s and e.number = 1$$, :t, :'good'),
    $$values ('replayed', 1::bigint, true)$$, 'the same again gives the first answer');
select results_eq(format($$select ord, outcome, number from tap.post(%s, '[{"key": "a", "request": "other", "lines": %s}]')$$, :t, :'good'),
    $$values (1, 'conflict', null::bigint)$$, 'other content under a used key is a conflict');
select results_eq(format($$select ord, outcome, number from tap.post(%s, '[{"key": "c", "lines": %s}, {"key": "b", "lines": %2$s}, {"key": "c", "lines": %2$s}, {"key": "c", "request": "x", "lines": %2$s}, {"key": "d", "lines": %2$s}]')$$, :t, :'good'),
    $$values (1, 'posted', 6::bigint), (2, 'replayed', 2), (3, 'replayed', 6), (4, 'conflict', null), (5, 'posted', 7)$$,
    'keys repeated within a batch are judged against the first');
select results_eq(format($$select ord, outcome, number from tap.post(%s, '[{"key": "e", "lines": [[1, "USD", 1, 1]]}, {"key": "e", "request": "mended", "lines": %s}, {"key": "e", "lines": %2$s}]')$$, :t, :'good'),
    $$values (1, 'unbalanced', null::bigint), (2, 'posted', 8), (3, 'conflict', null)$$,
    'a refused entry uses up no key');
select is(tap.outcomes(:t, format('[{"key": "twice", "lines": %s}, {"key": "twice", "lines": %1$s}]', :'good')::jsonb), 'posted replayed',
    'also when nothing else is amiss');
select is(tap.outcomes(:other, format('[{"key": "a", "request": "mine", "lines": %s}]', :'good')::jsonb), 'posted', 'keys belong to their tenant');

-- Refusals, each between two good ones.
select is(tap.outcomes(:t, format('[{"key": "before %1$s", "lines": %2$s}, {"key": "bad %1$s", "lines": %3$s}, {"key": "after %1$s", "lines": %2$s}]',
                                  name, :'good', lines)::jsonb), 'posted ' || outcome || ' posted', outcome || ' fails alone: ' || name)
  from (values
    ('unbalanced', 'base', '[[1, "EUR", 100, 110], [2, "EUR", -100, -109]]'),
    ('unbalanced', 'commodity', '[[1, "EUR", 100, 110], [2, "USD", -110, -110]]'),
    ('unbalanced', 'cost', '[[7, "AAPL", 3, 110, "USD", 109], [2, "USD", -110, -110]]'),
    ('unbalanced', 'base commodity with another base amount', '[[1, "USD", 100, 90], [2, "USD", -100, -90]]'),
    ('unknown_account', 'no such account', '[[99, "USD", 100, 100], [2, "USD", -100, -100]]'),
    ('inactive_account', 'inactive', '[[1, "USD", 100, 100], [3, "USD", -100, -100]]'),
    ('parent_account', 'parent', '[[4, "USD", 100, 100], [2, "USD", -100, -100]]'),
    ('wrong_commodity', 'euro only', '[[6, "USD", 100, 100], [2, "USD", -100, -100]]'),
    ('unknown_commodity', 'no such commodity', '[[1, "GBP", 100, 100], [2, "GBP", -100, -100]]'),
    ('unknown_commodity', 'no such cost', '[[7, "AAPL", 3, 0, "GBP", 50], [7, "AAPL", -3, 0, "GBP", -50]]'),
    ('zero_line', 'zero', '[[1, "USD", 0, 0], [2, "USD", 0, 0]]'),
    ('malformed', 'half a cost', '[[7, "AAPL", 3, 110, "USD", null], [2, "USD", -110, -110]]'),
    ('malformed', 'a cost in its own commodity', '[[1, "USD", 100, 100, "USD", 100], [2, "USD", -100, -100]]'),
    ('malformed', 'a gap between lines', '[[1, "USD", 100, 100, null, null, 1], [2, "USD", -100, -100, null, null, 3]]'),
    ('malformed', 'a line twice', '[[1, "USD", 100, 100, null, null, 1], [2, "USD", -50, -50, null, null, 3], [2, "USD", -50, -50, null, null, 3]]'),
    ('malformed', 'no line', '[]'),
    ('overflow', 'no opposite', '[[1, "USD", -9223372036854775808, -9223372036854775808], [2, "USD", 9223372036854775807, 9223372036854775807], [2, "USD", 1, 1]]'),
    ('overflow', 'a cost without an opposite', '[[7, "AAPL", -3, 0, "EUR", -9223372036854775808], [6, "EUR", 9223372036854775807, 0], [7, "EUR", 1, 0]]'),
    ('overflow', 'a balance leaves 64 bits', '[[1, "USD", 9223372036854775807, 9223372036854775807], [2, "USD", -9223372036854775807, -9223372036854775807]]')
  ) c(outcome, name, lines);
select is(tap.outcomes(:t, '[{"key": "alone", "lines": [[1, "USD", 1, 1]]},
    {"key": "dup", "lines": [[1, "USD", 100, 100, null, null, 1], [2, "USD", -50, -50, null, null, 1], [2, "USD", -50, -50, null, null, 3]]}]'),
    'unbalanced malformed', 'a line number twice and one left out');
select is(tap.outcomes(:t, format('[{"key": "lc", "line_count": 3, "lines": %s}]', :'good')::jsonb), 'malformed', 'a line count that isn''t');
select is(tap.outcomes(:t, '[{"key": "imported parent", "lines": [[8, "USD", 0, 0], [9, "", 0, 0]]}]'), 'posted', 'imported accounts keep their liberties');

-- Overflow is judged in order: what comes after a refused giant still fits.
select is(tap.outcomes(:other, '[{"key": "o1", "lines": [[1, "EUR", 9223372036854775000, 0], [6, "EUR", -9223372036854775000, 0]]},
                                 {"key": "o2", "lines": [[1, "EUR", 9000, 0], [6, "EUR", -9000, 0]]},
                                 {"key": "o3", "lines": [[1, "EUR", 7, 0], [6, "EUR", -7, 0]]},
                                 {"key": "o4", "date": "2026-04-01", "lines": [[1, "EUR", 9000, 0], [6, "EUR", -9000, 0]]}]'),
    'posted overflow posted posted', 'an overflow fails alone');
select is((select debit from books.account_balance where tenant_id = :other and account_id = 1 and commodity = 'EUR' and month = '2026-03-01'),
    9223372036854775007, 'and nothing wraps');

select tap.tenant() as full \gset
select is(tap.outcomes(:full, '[{"key": "brim", "lines": [[7, "EUR", 9000000000000000000, 0], [8, "EUR", -9000000000000000000, 0],
                                                        [7, "", 0, 9000000000000000000], [8, "", 0, -9000000000000000000]]}]'),
    'posted', 'four balances, each full on one side');
select is(tap.outcomes(:full, format('[{"key": "over %s", "lines": %s}]', side, lines)::jsonb), 'overflow', 'one more is too much: ' || side)
  from (values
    ('debit', '[[7, "EUR", 900000000000000000, 0], [9, "EUR", -900000000000000000, 0]]'),
    ('credit', '[[8, "EUR", -900000000000000000, 0], [9, "EUR", 900000000000000000, 0]]'),
    ('base debit', '[[7, "", 0, 900000000000000000], [9, "", 0, -900000000000000000]]'),
    ('base credit', '[[8, "", 0, -900000000000000000], [9, "", 0, 900000000000000000]]')) c(side, lines);

-- Reversals.
select results_eq(format($$select ord, outcome from tap.post(%s, '[{"key": "r0", "reverses": 9999, "reason": "x", "source": "reversal", "lines": %s},
    {"key": "r1", "reverses": 1, "reason": "typo", "source": "reversal", "lines": [[1, "USD", -100, -100], [2, "USD", 100, 100]]},
    {"key": "r2", "reverses": 1, "reason": "again", "source": "reversal", "lines": [[1, "USD", -100, -100], [2, "USD", 100, 100]]},
    {"key": "r1", "reverses": 1, "reason": "typo", "source": "reversal", "lines": [[1, "USD", -100, -100], [2, "USD", 100, 100]]}]')$$, :t, :'good'),
    $$values (1, 'unknown_reversed'), (2, 'posted'), (3, 'already_reversed'), (4, 'replayed')$$, 'an entry is reversed once, within a batch');
select is(tap.outcomes(:t, '[{"key": "r3", "reverses": 1, "reason": "again", "source": "reversal", "lines": [[1, "USD", -100, -100], [2, "USD", 100, 100]]}]'),
    'already_reversed', 'and for ever');
select is(tap.outcomes(:other, '[{"key": "r", "reverses": 9, "reason": "not mine", "source": "reversal", "lines": [[1, "USD", -100, -100], [2, "USD", 100, 100]]}]'),
    'unknown_reversed', 'another tenant''s number is unknown');

select is(books.widen_commodity(:full, 'USD', 4::smallint), false, 'base amounts are in the base commodity, though no line is');

-- Scales and misuse.
select throws_ok(format($$select tap.post(%s, '[{"key": "s", "lines": %s}]', '{"USD": 3}')$$, :t, :'good'), 'AB409', 'stale scale', 'a stale scale stops the batch');
select throws_ok(format($$select tap.post(%s, '[{"key": "s", "lines": %s}]', '{"ZZZ": 2}')$$, :t, :'good'), 'AB409', 'stale scale', 'so does one of a commodity that isn''t there');
select throws_ok($$select tap.post(999999, '[{"key": "s", "lines": [[1, "USD", 1, 1]]}]')$$, 'AB404', null, 'a tenant without books');
select throws_ok(format($$select * from books.post_entries(%s, now(), array['k', 'l'], array[sha256('')], array[sha256('')], array['u'], array[date '2026-01-01'],
    array[null::date], array[''], array[''], array[null::jsonb], array['api'], array[null::bigint], array[null::text], array[1::smallint],
    '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')$$, :t), 'AB400', null, 'arrays of different lengths');

-- Widening.
select is(books.widen_commodity(:t, 'AAPL', 4::smallint), false, 'a commodity with lines keeps its scale');
select is(books.widen_commodity(:t, 'USD', 4::smallint), false, 'so does the base commodity of books with entries');
select is(books.widen_commodity(:t, '', 4::smallint), false, 'a zero line is a line');
insert into books.commodity (tenant_id, code, scale) values (:t, 'BTC', 0), (:t, 'XAU', 0);
select is(books.widen_commodity(:t, 'BTC', 8::smallint), true, 'an unused one widens');
select is((select scale from books.commodity where tenant_id = :t and code = 'BTC'), 8::smallint, 'to what was asked');
select is(books.widen_commodity(:t, 'BTC', 7::smallint), false, 'but never narrows');
select is(books.widen_commodity(:t, 'BTC', 13::smallint), false, 'nor passes 12 digits');
select is(tap.outcomes(:t, '[{"key": "gold", "lines": [[7, "AAPL", 1, 0, "XAU", 5], [7, "", -1, 0, "XAU", -5]]}]'), 'posted', 'a commodity used as a cost alone');
select is(books.widen_commodity(:t, 'XAU', 3::smallint), false, 'is used');

-- As the application, whole.
select lives_ok(tap.as_app(:t, format($$select tap.post(%s, '[{"key": "by app", "lines": %s}]')$$, :t, :'good')), 'the application posts');
select lives_ok('set constraints all immediate', 'the check at commit finds everything in order');
select is((select last_number from books.ledger where tenant_id = :t), (select count(*) from books.journal_entry where tenant_id = :t), 'numbers have no gap');
select is_empty(format(
    $$select number from (select number, chain_hash, entry_hash, lag(chain_hash, 1, decode(repeat('00', 32), 'hex')) over (order by number) as previous
                            from books.journal_entry where tenant_id = %s) e
       where chain_hash <> sha256(previous || int8send(number) || entry_hash)$$, :t), 'the chain holds');
select set_eq(format('select account_id, commodity, month, debit, credit, base_debit, base_credit from books.account_balance where tenant_id = %s', :t),
    format($$select l.account_id, l.commodity, date_trunc('month', e.entry_date::timestamp)::date as month,
                    sum(greatest(l.amount, 0))::bigint as debit, sum(greatest(-l.amount, 0))::bigint as credit,
                    sum(greatest(l.base_amount, 0))::bigint as base_debit, sum(greatest(-l.base_amount, 0))::bigint as base_credit
               from books.journal_line l join books.journal_entry e using (tenant_id, number) where tenant_id = %s group by 1, 2, 3$$, :t),
    'balances are what the lines come to');

select * from finish();
rollback;
