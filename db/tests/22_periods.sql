-- Periods: nothing gets into what is closed or locked, by either way of posting, by any role; and nothing opens it again that may not.
\ir setup.psql
select no_plan();
select tap.tenant() as t, tap.tenant() as other \gset
select '[[1, "USD", 5, 5], [2, "USD", -5, -5]]' as good \gset

create function tap.act(p_tenant bigint, p_act text, p_first_day date, p_by text default 'user:a', p_at timestamptz default '2026-05-01 12:00+00',
                        p_verified boolean default true) returns text
language sql as $$ select outcome || case when failed_checks = '{}' then '' else ' ' || array_to_string(failed_checks, ' ') end
                     from books.act_on_period(p_tenant, p_act, p_first_day, p_by, p_at, 'why', p_verified) $$;
create function tap.post_late(p_tenant bigint, p_key text, p_date date, p_late text) returns text
language sql as $$
    select outcome from books.post_entries(p_tenant, '2026-05-01 12:00+00', array[p_key], array[sha256('r')], array[sha256(convert_to(p_key, 'UTF8'))],
        array['user:a'], array[p_date], array[null::date], array['Late'], array[''], array[null::jsonb], array['api'], array[null::bigint],
        array[null::text], array[2::smallint], array[1, 1], array[1, 2]::smallint[], array[1, 2]::bigint[], array['USD', 'USD'],
        array[5, -5]::bigint[], array[5, -5]::bigint[], array[null, null]::text[], array[null, null]::bigint[], array['', ''], array['USD'],
        array[2]::smallint[], array[p_late])
$$;
create function tap.combined(p_tenant bigint, p_key text, p_date date, p_closely boolean default true) returns bigint
language sql as $$
    select number from books.post_combined(array[p_tenant], array['USD'], array[2::smallint], now(), array[p_tenant], array[p_key],
        array[sha256('r')], array[sha256(convert_to(p_key, 'UTF8'))], array['user:a'], array[p_date], array[null::date], array['C'], array[''],
        array[null::jsonb], array['api'], array[2::smallint], array[1, 1], array[1, 2]::smallint[], array[1, 2]::bigint[], array['USD', 'USD'],
        array[5, -5]::bigint[], array['', ''], p_closely)
$$;

-- Order.
select is(tap.outcomes(:t, format('[{"key": "jan", "date": "2026-01-20", "lines": %s}, {"key": "feb", "date": "2026-02-03", "lines": %1$s}]', :'good')::jsonb),
    'posted posted', 'entries of January and February');
select is(tap.act(:t, 'close', '2026-02-01'), 'out_of_order', 'the first period is that of the first entry');
select is(tap.act(:t, 'close', '2026-01-02'), 'no_such_period', 'a period begins on the fiscal year''s day of the month');
select is(tap.act(:t, 'lock', '2026-01-01'), 'not_closed', 'what is open isn''t locked');
select is(tap.act(:t, 'close', '2026-01-01'), 'done', 'January is closed');
select is(tap.act(:t, 'close', '2026-01-01'), 'already_closed', 'once');
select is(tap.act(:t, 'close', '2026-02-01'), 'done', 'then February');
select is(tap.act(:t, 'lock', '2026-02-01'), 'out_of_order', 'a period is locked when all before it are');

-- Into what is soft closed.
select is(tap.outcomes(:t, format('[{"key": "a", "date": "2026-03-01", "lines": %s}, {"key": "b", "date": "2026-02-28", "lines": %1$s}, {"key": "c", "date": "2026-03-02", "lines": %1$s}]', :'good')::jsonb),
    'posted period_closed posted', 'an entry of a closed period fails alone');
select is(tap.outcomes(:t, format('[{"key": "jan", "date": "2026-01-20", "lines": %s}]', :'good')::jsonb), 'replayed', 'what was posted before is found again');
select is(tap.post_late(:t, 'late', '2026-02-28', 'invoice arrived late'), 'posted', 'an explained late entry is posted');
select is(tap.post_late(:t, 'not late', '2026-03-01', 'why'), 'not_late', 'nothing is late in an open period');
select is(tap.combined(:t, 'x', '2026-02-28'), null, 'entries of many tenants: left out when it is closed');
select throws_like(format('select tap.combined(%s, ''x'', ''2026-02-28'', false)', :t), '%journal_entry__late_is_explained%', 'or refused, where they are trusted');
select isnt(tap.combined(:t, 'y', '2026-03-05'), null, 'and posted when it is open');

-- The lock.
select is(tap.act(:t, 'lock', '2026-01-01', p_verified => false), 'checks_failed verify', 'unverified books aren''t locked');
update books.account set subtype = 'suspense' where tenant_id = :t and account_id = 1;
select is(tap.act(:t, 'lock', '2026-01-01', p_verified => false), 'checks_failed suspense verify', 'nor with something in suspense, and each check is named');
update books.account set subtype = 'opening_balance' where tenant_id = :t and account_id = 1;
select is(tap.act(:t, 'lock', '2026-01-01'), 'checks_failed suspense', 'nor with opening balances that don''t add up');
update books.account set subtype = '' where tenant_id = :t and account_id = 1;
insert into books.draft values (:t, 1, 1, '{}', '2026-01-31', '', 0, 'user:a', now(), 'user:a', now());
select is(tap.act(:t, 'lock', '2026-01-01'), 'checks_failed drafts', 'nor with a draft in it');
update books.draft set entry_date = '2026-02-01';
select is(tap.act(:t, 'lock', '2026-01-01'), 'done', 'January is locked');
select is(tap.post_late(:t, 'locked', '2026-01-31', 'why'), 'period_locked', 'nothing is posted into a locked period, late or not');
select is(tap.outcomes(:t, format('[{"key": "l", "date": "2025-12-31", "lines": %s}]', :'good')::jsonb), 'period_locked', 'nor before it');
select is(tap.combined(:t, 'z', '2026-01-31'), null, 'nor with others');
select throws_like(format('select tap.combined(%s, ''z'', ''2026-01-31'', false)', :t), '%journal_entry__not_locked%', 'trusted or not');
select throws_like(tap.as_owner(:t, format($$
    update books.ledger set last_number = last_number + 1, head_hash = sha256('x'), complete_at_once = false where tenant_id = %1$s;
    insert into books.journal_entry (tenant_id, number, entry_date, description, source, posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash)
    select %1$s, last_number, '%2$s', 'by hand', 'api', 'user:a', now(), 2, 'hand', sha256('r'), sha256('e'), sha256('x') from books.ledger where tenant_id = %1$s$$, :t, day)),
    '%journal_entry__' || rule || '%', 'the owner''s hand is refused: ' || rule)
  from (values ('2026-01-15', 'not_locked'), ('2026-02-15', 'late_is_explained')) c(day, rule);

-- No role that serves opens it. What the audit records of it isn't pending: the owner's truncate would meet that first.
set constraints books.period_act__recorded immediate;
set constraints books.period_act__recorded deferred;
select throws_ok(tap.as_app(:t, sql), '42501', null, 'the application is refused: ' || sql)
  from (values ('update books.ledger set locked_through = null'), ('update books.ledger set closed_through = ''2020-01-01'''),
               ('delete from books.period_act'), ('insert into books.period_act select * from books.period_act'),
               ('select platform.owners_of(1)')) c(sql);
select throws_ok(tap.as_role('accubooks_ops', :t, sql), '42501', null, 'operations are refused: ' || sql)
  from (values ('update books.ledger set locked_through = null'), ('select books.act_on_period(1, ''reopen'', ''2026-01-01'', ''x'', now(), '''', true)')) c(sql);
select throws_ok(tap.as_owner(:t, sql), 'AB403', null, 'and so is the owner: ' || sql)
  from (values ('update books.ledger set locked_through = null'), ('update books.ledger set locked_through = ''2025-01-01'', period_acts = period_acts + 1'),
               ('update books.ledger set closed_through = ''2026-01-31'''), ('update books.ledger set year_starts_day = 6'),
               ('update books.ledger set period_acts = period_acts + 1, last_number = last_number + 1'),
               ('update books.period_act set reason = ''x'''), ('delete from books.period_act'), ('truncate books.period_act')) c(sql);
select is(tap.act(:t, act, '2026-01-01'), 'already_locked', 'a locked period stays so: ' || act) from (values ('ask_reopen'), ('reopen'), ('lock')) c(act);
select is(books.set_calendar(:t, 4::smallint, 6::smallint, 'UTC'), 'in_use', 'the fiscal year is settled by the first close');
select is(books.set_calendar(:t, 1::smallint, 1::smallint, 'Europe/Berlin'), 'done', 'the time zone is not');
select is(books.set_calendar(:t, 1::smallint, 1::smallint, 'Nowhere'), 'unknown_time_zone', 'but it is a known one');

-- Reopening: two owners, or one and a day's notice.
insert into platform.app_user (user_id, email, name, password_hash)
select md5('u' || i)::uuid, 'u' || i || '@example.com', 'U', 'x' from generate_series(1, 3) i;
select 'user:' || md5('u1')::uuid as ann, 'user:' || md5('u2')::uuid as bob, 'user:' || md5('u3')::uuid as eve \gset
insert into platform.membership (user_id, tenant_id, role) values (md5('u1')::uuid, :t, 'owner');
select is(tap.act(:t, 'reopen', '2026-02-01', :'ann'), 'not_asked', 'it must be asked for');
select is(tap.act(:t, 'ask_reopen', '2026-02-01', :'ann'), 'done', 'the owner asks');
select is(tap.act(:t, 'reopen', '2026-02-01', :'ann', '2026-05-02 11:59+00'), 'too_early', 'the only owner waits a day');
insert into platform.membership (user_id, tenant_id, role) values (md5('u2')::uuid, :t, 'owner'), (md5('u3')::uuid, :t, 'accountant');
select is(tap.act(:t, 'reopen', '2026-02-01', :'ann', '2026-05-09 12:00+00'), 'second_person', 'of two owners one is not enough, however long');
select is(tap.act(:t, 'reopen', '2026-02-01', :'eve'), 'second_person', 'nor is somebody who isn''t one');
select is(tap.act(:t, 'reopen', '2026-02-01', :'bob'), 'done', 'the other one confirms at once');
select is(tap.outcomes(:t, format('[{"key": "feb2", "date": "2026-02-10", "lines": %s}]', :'good')::jsonb), 'posted', 'and February is open');
select is(tap.act(:t, 'close', '2026-02-01'), 'done', 'it is closed again');
select is(tap.act(:t, 'ask_reopen', '2026-02-01', :'ann'), 'done', 'asked');
select is(tap.act(:t, 'close', '2026-03-01'), 'done', 'something else is done');
select is(tap.act(:t, 'reopen', '2026-02-01', :'bob'), 'not_asked', 'and what was asked before is void');
delete from platform.membership where tenant_id = :t and user_id = md5('u2')::uuid;
select is(tap.act(:t, 'ask_reopen', '2026-02-01', :'ann'), 'done', 'asked by the only owner');
select is(tap.act(:t, 'reopen', '2026-02-01', :'ann', '2026-05-02 12:00+00'), 'done', 'who confirms it a day later');
select is((select closed_through from books.ledger where tenant_id = :t), date '2026-01-31', 'with February March is open again');

-- Other days of the month.
select is(books.set_calendar(:other, 4::smallint, 6::smallint, 'Europe/London'), 'done', 'a fiscal year from the 6th of April');
select is(tap.outcomes(:other, format('[{"key": "a", "date": "2026-04-05", "lines": %s}, {"key": "b", "date": "2026-04-06", "lines": %1$s}]', :'good')::jsonb), 'posted posted', 'entries on both sides');
select is(tap.act(:other, 'close', '2026-03-06'), 'done', 'the period to the 5th of April');
select is(tap.outcomes(:other, format('[{"key": "c", "date": "2026-04-05", "lines": %s}, {"key": "d", "date": "2026-04-06", "lines": %1$s}]', :'good')::jsonb), 'period_closed posted', 'is closed to that day');
update books.account set subtype = 'suspense' where tenant_id = :other and account_id = 1;
select is(tap.act(:other, 'lock', '2026-03-06'), 'checks_failed suspense', 'suspense counts to its last day');
select is(tap.post_late(:other, 'e', '2026-04-05', 'x'), 'posted', 'more of it') ;

-- What closes a year. The reopening's key and an archive's history get through, and nothing else that reverses it.
select tap.tenant() as y \gset
create function tap.reverse(p_tenant bigint, p_key text, p_number bigint, p_source text default 'reversal') returns text
language sql as $$
    select tap.outcomes(p_tenant, jsonb_build_array(jsonb_build_object('key', p_key, 'date', '2025-12-31', 'source', p_source,
        'reverses', p_number, 'reason', 'why', 'tags', jsonb_build_object('closing', '2025'),
        'lines', '[[1, "USD", -5, -5], [2, "USD", 5, 5]]'::jsonb)))
$$;
select is(tap.outcomes(:y, format('[{"key": "x", "date": "2025-12-31", "tags": {"closing": "2025"}, "lines": %s}, {"key": "y", "date": "2025-12-31", "tags": {"closing": "2025"}, "lines": %1$s}]', :'good')::jsonb),
    'posted posted', 'what closes a year is an entry');
select is(tap.reverse(:y, key, 1), 'closes_year', 'it isn''t reversed under another key: ' || replace(key, E'\x1f', '.'))
  from (values ('key'), ('year'), (E'year\x1f2025\x1f1'), (E'year\x1f2025\x1f1\x1fopened'), (E'x\x1fyear\x1f2025\x1f1\x1fopen')) c(key);
select is(tap.reverse(:y, E'year\x1f2025\x1f1\x1fopen', 1), 'posted', 'but under that of a reopening');
select is(tap.reverse(:y, 'again', 3), 'closes_year', 'nor is the reopening');
select is(tap.reverse(:y, 'history', 2, 'import'), 'posted', 'and as an archive tells it');

select * from finish();
rollback;
