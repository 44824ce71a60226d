-- Posting for several tenants at once: the same as one by one, for what is beyond suspicion; all else is left out, tenant by tenant.
\ir setup.psql
select no_plan();
select tap.tenant() as a, tap.tenant() as b, tap.tenant() as c \gset

-- Entries of two lines given as JSON: [[tenant, key, account, other account, amount], …], as the application, under no tenant.
create function tap.combined(p_entries jsonb, p_scale smallint default 2, p_commodity text default 'USD', p_closely boolean default true) returns table (number bigint, chain_hash bytea)
language plpgsql as $$
begin
    perform set_config('role', 'accubooks_app', true), set_config('app.tenant_id', '', true);
    return query
    with e as (
        select ord::int, (entry ->> 0)::bigint as tenant, entry ->> 1 as key, (entry ->> 2)::bigint as debit,
               (entry ->> 3)::bigint as credit, (entry ->> 4)::bigint as amount
          from jsonb_array_elements(p_entries) with ordinality u(entry, ord)
    ), t as (
        select array_agg(tenant order by tenant) as tenant, array_agg(p_commodity) as commodity, array_agg(p_scale) as scale
          from (select distinct tenant from e) d
    ), l as (
        select ord, n, case n when 1 then debit else credit end as account, case n when 1 then amount else -amount end as amount
          from e, generate_series(1, 2) n
    )
    select p.number, p.chain_hash
      from t, (select array_agg(tenant order by ord) as tenant, array_agg(key order by ord) as key,
                      array_agg(sha256('request') order by ord) as request, array_agg(sha256(key::bytea) order by ord) as digest,
                      array_agg('user:test'::text) as posted_by, array_agg(date '2026-03-15') as on_date,
                      array_agg(null::date) as document_date, array_agg('Entry'::text) as description, array_agg(''::text) as reference,
                      array_agg(null::jsonb) as tags, array_agg('api'::text) as source, array_agg(2::smallint) as line_count
                 from e) e,
           (select array_agg(ord order by ord, n) as entry, array_agg(n::smallint order by ord, n) as line,
                   array_agg(account order by ord, n) as account, array_agg(p_commodity) as commodity,
                   array_agg(amount order by ord, n) as amount, array_agg(''::text) as memo
              from l) l,
           lateral books.post_combined(
               t.tenant, t.commodity, t.scale, '2026-03-15 12:00:00+00', e.tenant, e.key, e.request, e.digest, e.posted_by, e.on_date,
               e.document_date, e.description, e.reference, e.tags, e.source, e.line_count,
               l.entry, l.line, l.account, l.commodity, l.amount, l.memo, p_closely) p;
    perform set_config('role', 'none', true);
end
$$;
create function tap.numbers(p_entries jsonb, p_scale smallint default 2, p_commodity text default 'USD') returns text
language sql as $$ select string_agg(coalesce(number::text, '-'), ' ') from tap.combined(p_entries, p_scale, p_commodity) $$;

select is(tap.numbers(format('[[%s, "k1", 1, 2, 100], [%1$s, "k2", 1, 2, 5], [%s, "k1", 2, 1, 7]]', :a, :b)::jsonb), '1 2 1',
    'each tenant''s entries take its next numbers in order');
select lives_ok('set constraints all immediate; set constraints all deferred', 'complete and chained, says the check at commit');
select results_eq(format('select tenant_id, account_id, debit, credit, base_debit, base_credit from books.account_balance where tenant_id in (%s, %s) order by 1, 2', :a, :b),
    format('values (%s::bigint, 1::bigint, 105::bigint, 0::bigint, 105::bigint, 0::bigint), (%1$s, 2, 0, 105, 0, 105), (%s, 1, 0, 7, 0, 7), (%2$s, 2, 7, 0, 7, 0)', :a, :b),
    'and are added to the balances');
select is((select l.last_number || ' ' || (l.head_hash = e.chain_hash) from books.ledger l join books.journal_entry e on e.tenant_id = l.tenant_id and e.number = 2 where l.tenant_id = :a),
    '2 true', 'the ledger ends with the last of them');
-- The same entries, posted one by one for a tenant whose number is the only difference.
select is((select array_agg(chain_hash) from tap.combined(format('[[%s, "s1", 1, 2, 1], [%1$s, "s2", 1, 2, 2]]', :c)::jsonb)),
    (select array[h1, sha256(h1 || int8send(2) || sha256('s2'))] from (select sha256(decode(repeat('00', 32), 'hex') || int8send(1) || sha256('s1')) as h1) x),
    'the chain is the one of entries posted one by one');

-- Left out, with the neighbours posted.
select is(tap.numbers(format('[[%s, "%s", %s, %s, %s], [%s, "ok %2$s", 1, 2, 1]]', :a, key, debit, credit, amount, :b)::jsonb), '- ' || number, why)
  from (values
    ('k1', 1, 2, 100, 2, 'a key in the books'),
    ('x1', 1, 3, 100, 3, 'an account that is not active'),
    ('x2', 1, 4, 100, 4, 'an account with children'),
    ('x3', 1, 6, 100, 5, 'an account of another commodity'),
    ('x4', 1, 99, 100, 6, 'an account that is not there'),
    ('x5', 1, 2, 9223372036854775807, 7, 'a balance past 64 bits')) v(key, debit, credit, amount, number, why);
select is(tap.numbers(format('[[%s, "d", 1, 2, 1], [%1$s, "d", 1, 2, 1], [%s, "d", 1, 2, 1]]', :a, :b)::jsonb), '- - 8', 'a key twice');
select is(tap.numbers(format('[[%s, "e", 1, 2, 1]]', :a)::jsonb, 3::smallint), '-', 'a scale that is not the commodity''s');
select is(tap.numbers(format('[[%s, "e", 1, 2, 1]]', :a)::jsonb, 2::smallint, 'EUR'), '-', 'another commodity than the books'' own');
select is(tap.numbers('[[999999, "e", 1, 2, 1]]'), '-', 'a tenant that is not there');
select is((select last_number from books.ledger where tenant_id = :a), 2::bigint, 'and nothing of it is in the books');
select is(tap.outcomes(:a, '[{"key": "k2", "request": "other", "lines": [[1, "USD", 1, 1], [2, "USD", -1, -1]]}, {"key": "k3", "lines": [[1, "USD", 1, 1], [2, "USD", -1, -1]]}]'),
    'conflict posted', 'the other function goes on from there');

-- Without a close look nothing gets into the books that it would have left out; the call is refused.
create function tap.trusted(p_entries jsonb, p_scale smallint default 2) returns text
language sql as $$ select string_agg(coalesce(number::text, '-'), ' ') from tap.combined(p_entries, p_scale, 'USD', false) $$;
select throws_ok(format($$select tap.trusted('[[%s, "%s", %s, %s, %s], [%s, "trusted", 1, 2, 1]]')$$, :a, key, debit, credit, amount, :b), state, null, 'refused with its neighbours: ' || why)
  from (values
    ('k1', 1, 2, 100, '23505', 'a key in the books'),
    ('x1', 1, 3, 100, '23514', 'an account that is not active'),
    ('x2', 1, 4, 100, '23514', 'an account with children'),
    ('x3', 1, 6, 100, '23514', 'an account of another commodity'),
    ('x4', 1, 99, 100, '23514', 'an account that is not there'),
    ('x5', 1, 2, 9223372036854775807, '22003', 'a balance past 64 bits')) v(key, debit, credit, amount, state, why);
select throws_ok(format($$select tap.trusted('[[%s, "d", 1, 2, 1], [%1$s, "d", 1, 2, 1]]')$$, :a), '23505', null, 'refused: a key twice');
select is(tap.trusted(format('[[%s, "e", 1, 2, 1]]', :a)::jsonb, 3::smallint), '-', 'what no rule of the tables knows is left out: a scale that is not the commodity''s');
select is((select last_number from books.ledger where tenant_id = :a), 3::bigint, 'and nothing of it is in the books');
select is(tap.trusted(format('[[%s, "t1", 1, 2, 1], [%s, "t1", 1, 2, 1]]', :a, :b)::jsonb), '4 9', 'trusted: good entries are posted');

-- What the caller has promised, the triggers hold it to.
select throws_like(format($$select tap.numbers('[[%s, "z", 1, 2, 0]]')$$, :a), '%journal_line__not_zero%', 'a line of zero is refused with the whole call');

-- Whose rows it shows.
select is(tap.count_as('accubooks_app', null, format($$select count(*) from books.journal_entry where set_config('app.tenant_ids', '{%s}', true) is not null$$, :a)), 0::bigint,
    'the setting that the owner''s functions see several tenants by shows the application nothing');
select is(current_setting('app.tenant_ids', true), '', 'and it does not outlive the call');
select throws_ok(tap.as_app(:a, format($$select set_config('app.tenant_ids', '{%s}', true); insert into books.commodity (tenant_id, code, scale) values (%1$s, 'GBP', 2)$$, :b)), '42501', null,
    'nor does it let the application write there');
select set_config('app.tenant_ids', format('{%s}', :a), true) \g /dev/null
select ok(tap.count_as('accubooks_owner', null, 'select count(*) from books.journal_entry') > 0, 'to the owner it shows them');
select set_config('app.tenant_ids', '{NULL}', true) \g /dev/null
select is(tap.count_as('accubooks_owner', null, 'select count(*) from books.journal_entry'), 0::bigint, 'and nothing where it names nobody: a null');
select set_config('app.tenant_ids', '{}', true) \g /dev/null
select is(tap.count_as('accubooks_owner', null, 'select count(*) from books.journal_entry'), 0::bigint, 'nor where it is empty');

select * from finish();
rollback;
