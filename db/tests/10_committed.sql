-- What only a committed entry can show: whoever comes later is not its maker. What is made here stays, so the file needs a
-- database of its own, as db/tests/run gives it.
\ir setup.psql
select no_plan();
select tap.tenant() as t \gset
select is(tap.outcomes(:t, '[{"key": "first", "lines": [[1, "USD", 100, 100], [2, "USD", -100, -100]]}]'), 'posted',
    'an entry is posted');
commit;

begin;
set local search_path = public, pg_catalog;
select throws_ok(tap.as_owner(:t, format($$select tap.add_lines(%s, 1, '[[1, "USD", 5, 5, null, null, 3], [2, "USD", -5, -5, null, null, 4]]')$$, :t)),
    '23514', 'lines break the rule journal_line__entry_of_this_transaction',
    'balanced lines appended to an entry of an earlier transaction are refused for its age');
select throws_ok(tap.as_owner(:t, format($$select tap.add_lines(%1$s, tap.open_entry(%1$s, 2), '[[1, "USD", 5, 5], [2, "USD", -5, -5]]');
    select tap.add_lines(%1$s, 1, '[[1, "USD", 5, 5, null, null, 3], [2, "USD", -5, -5, null, null, 4]]')$$, :t)),
    '23514', 'lines break the rule journal_line__entry_of_this_transaction', 'also beside an entry of one''s own');
select is((select count(*) from books.journal_line where tenant_id = :t and number = 1), 2::bigint, 'the entry has the lines it was posted with');

select * from finish();
rollback;
