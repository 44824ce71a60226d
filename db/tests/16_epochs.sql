-- Epochs: what a restore adds to every tenant's chain.
\ir setup.psql
select no_plan();
select tap.tenant() as a, tap.tenant() as b \gset
select is(tap.outcomes(:a, '[{"key": "k", "lines": [[1, "USD", 5, 5], [2, "USD", -5, -5]]}]'), 'posted', 'tenant a has an entry');
select set_config('app.tenant_id', :'a', true), head_hash as head from books.ledger where tenant_id = :a \gset

select throws_ok(tap.as_app(:a, $$select platform.open_epochs(now(), now(), 'r', '{}', '{}')$$), '42501', null,
    'the application begins no epoch');
select throws_ok(tap.as_role('accubooks_ops', null, $$select platform.open_epochs(now(), now(), 'r', '{}', '{}')$$), '42501', null,
    'nor do operations');
select throws_ok(tap.as_app(:a, format($$insert into books.ledger_epoch values (%s, 2, 0, sha256('x'), now(), now(), 0, 'r')$$, :a)),
    '42501', null, 'nor by hand');

select set_eq(
    format($$select tenant_id, epoch, after_number, replaced_number
               from platform.open_epochs('2026-01-31 12:00+00', '2026-01-31 13:00+00', 'Disk lost', array[%s]::bigint[], array[3]::bigint[])$$, :a),
    format('values (%s::bigint, 2, 1::bigint, 3::bigint), (%s, 2, 0, null)', :a, :b),
    'every tenant gets its next epoch, with the number it had before where that is known');
select set_config('app.tenant_id', :'a', true);
select is((select head_hash from books.ledger where tenant_id = :a),
    sha256(:'head'::bytea || int8send(2) || int8send(1)
           || int8send((extract(epoch from timestamptz '2026-01-31 12:00+00') * 1000000)::bigint)
           || int8send((extract(epoch from timestamptz '2026-01-31 13:00+00') * 1000000)::bigint)
           || int8send(3) || sha256('Disk lost')), 'the chain continues from a hash of all that the epoch says');
select is(tap.outcomes(:a, '[{"key": "l", "lines": [[1, "USD", 5, 5], [2, "USD", -5, -5]]}]'), 'posted', 'and entries continue it');
set constraints all immediate;
select is((select chain_hash from books.journal_entry where tenant_id = :a and number = 2),
    (select sha256(sha256(:'head'::bytea || int8send(2) || int8send(1)
           || int8send((extract(epoch from timestamptz '2026-01-31 12:00+00') * 1000000)::bigint)
           || int8send((extract(epoch from timestamptz '2026-01-31 13:00+00') * 1000000)::bigint)
           || int8send(3) || sha256('Disk lost')) || int8send(2) || entry_hash)
       from books.journal_entry where tenant_id = :a and number = 2), 'from there, not from the last entry');

select unnest(array[
           throws_ok(format(c.sql), 'AB403', null, 'even a superuser can''t ' || c.sql),
           throws_ok(tap.as_owner(:a, c.sql), 'AB403', null, 'nor the owner')])
  from (values ('update books.ledger_epoch set reason = reason'), ('delete from books.ledger_epoch'), ('truncate books.ledger_epoch')) c(sql);
select throws_ok(tap.as_owner(:a, 'update books.ledger set epoch = epoch + 2'), 'AB403', null, 'an epoch follows the one before');
select throws_ok(tap.as_owner(:a, 'update books.ledger set epoch = epoch - 1'), 'AB403', null, 'and never goes back');
select throws_ok(tap.as_owner(:a, $$update books.ledger set epoch = epoch + 1, last_number = last_number + 1, head_hash = sha256('x')$$), 'AB403',
    null, 'no number is given out with it');

select unnest(array[
           throws_ok(format(c.sql), 'AB403', null, 'a record of backups: even a superuser can''t ' || c.sql)])
  from (values ('update platform.backup_event set detail = detail'), ('delete from platform.backup_event'),
               ('truncate platform.backup_event')) c(sql);

select * from finish();
rollback;
