-- Posts a batch of entries of one tenant: judges each, numbers the good ones in input order, chains them, stores them and
-- keeps the balances, all under the ledger row's lock. The application's only way to write the journal.
--
-- One row per entry comes back, in input order, with an outcome:
--   posted                with its number and chain hash
--   replayed              same key and same content as an entry posted before: that one's number and chain hash
--   conflict              same key, other content
--   malformed             the caller's bug: lines not 1..line_count, half a cost, a cost in the line's own commodity
--   unknown_reversed      reverses no entry of this tenant        already_reversed
--   closes_year           reverses what closed a fiscal year, or opened it again: that is done in the order of the years, under a
--                         key that the program alone makes (src/ledger/year_close.cpp), or told by an archive
--   period_locked         its day is locked, for good
--   period_closed         its day is soft closed, and it gives no late reason
--   not_late              it gives one, and its day is open
--   unknown_account       inactive_account    parent_account      wrong_commodity     unknown_commodity
--   zero_line             amount and base amount 0 on an account that isn't imported
--   unbalanced            base amounts, or a commodity at cost, don't sum to 0, or a line in the base commodity
--                         has another base amount than its amount
--   exchanged_for_nothing a commodity's costs are all zero though its amounts don't sum to 0, or a cost has another sign than
--                         its amount, on an account that isn't imported
--   overflow              a balance would leave 64 bits, or an amount has no opposite
-- A refused entry takes no number and disturbs no other. The result is what posting them one after another would give.
-- Errors: AB404 no such ledger; AB400 arrays that don't fit together; AB409 'stale scale': a commodity of c_code has another
-- scale than the caller measured with (c_scale), who reads it again and repeats.
--
-- Every statement works on the whole batch, and no savepoint is taken. A batch in which nothing is suspect, nearly every one,
-- is judged by three statements; only a suspect one is judged entry by entry (books.judge_entries).
-- Plans. Every look-up goes by a whole key, one row at a time. While the tables are small each index that begins with
-- tenant_id looks as good to the planner as the right one, and a plan kept from then would read the whole tenant for each row
-- later. So a plan is kept only when it was made on a large table, and only for small batches, half of whose time would be
-- planning. (Where Citus spreads the tables their size here is 0, and kept plans of "insert … select from unnest" would fail.)
-- The tenant that the caller's transaction had is back when this returns; an error takes the whole transaction with it.
-- (A SET clause would do the same, but only a superuser may give a function one for a setting of our own.)

set local role accubooks_owner;

-- As it was before entries could be late; who calls it so posts none.
drop function if exists books.post_entries(
    bigint, timestamptz, text[], bytea[], bytea[], text[], date[], date[], text[], text[], jsonb[], text[], bigint[], text[],
    smallint[], int[], smallint[], bigint[], text[], bigint[], bigint[], text[], bigint[], text[], text[], smallint[]);

create or replace function books.post_entries(
    p_tenant bigint,
    p_posted_at timestamptz,
    e_key text[],
    e_request bytea[],
    e_digest bytea[],
    e_posted_by text[],
    e_date date[],
    e_document_date date[],
    e_description text[],
    e_reference text[],
    e_tags jsonb[],
    e_source text[],
    e_reverses bigint[],
    e_reason text[],
    e_line_count smallint[],
    l_entry int[],
    l_line smallint[],
    l_account bigint[],
    l_commodity text[],
    l_amount bigint[],
    l_base bigint[],
    l_cost_commodity text[],
    l_cost_amount bigint[],
    l_memo text[],
    c_code text[],
    c_scale smallint[],
    e_late_reason text[] default '{}'  -- empty: none of them is late
) returns table (ord int, outcome text, number bigint, chain_hash bytea)
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
set jit = off
set plan_cache_mode = force_custom_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_material = off
as $function$
#variable_conflict use_column
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    c_max constant numeric := 9223372036854775807;
    c_small_batch constant int := 128;
    c_large_table constant bigint := 8 * 1024 * 1024;
    n constant int := coalesce(cardinality(e_key), 0);
    n_lines constant int := coalesce(cardinality(l_entry), 0);
    v_last bigint;
    v_next bigint;
    v_head bytea;
    v_base_commodity text;
    v_closed_through date;
    v_locked_through date;
    v_suspect boolean;
    v_digest bytea;
    v_outcome text[];
    v_number bigint[] := '{}';
    v_chain bytea[] := '{}';
    v_same_as int[];
    v_stored_number bigint[];
    v_stored_chain bytea[];
    d_account bigint[];
    d_commodity text[];
    d_month date[];
    d_debit numeric[];
    d_credit numeric[];
    d_base_debit numeric[];
    d_base_credit numeric[];
    i int := 0;
begin
    if (n = all (array[
            cardinality(e_request), cardinality(e_digest), cardinality(e_posted_by), cardinality(e_date),
            cardinality(e_document_date), cardinality(e_description), cardinality(e_reference), cardinality(e_tags),
            cardinality(e_source), cardinality(e_reverses), cardinality(e_reason), cardinality(e_line_count)])) is not true
       or (n_lines = all (array[
            cardinality(l_line), cardinality(l_account), cardinality(l_commodity), cardinality(l_amount),
            cardinality(l_base), cardinality(l_cost_commodity), cardinality(l_cost_amount), cardinality(l_memo)])) is not true
       or (cardinality(c_code) = cardinality(c_scale)) is not true
       or (cardinality(e_late_reason) = any (array[0, n])) is not true
    then
        raise exception 'arrays of different lengths' using errcode = 'AB400';
    end if;

    perform set_config('app.tenant_id', p_tenant::text, true);
    if n <= c_small_batch and pg_relation_size('books.journal_entry') > c_large_table then
        perform set_config('plan_cache_mode', 'force_generic_plan', true);
    end if;
    select l.last_number, l.head_hash, l.base_commodity, l.closed_through, l.locked_through
      into v_last, v_head, v_base_commodity, v_closed_through, v_locked_through
      from books.ledger l
     where l.tenant_id = p_tenant
       for update;
    if not found then
        raise exception 'no ledger for tenant %', p_tenant using errcode = 'AB404';
    end if;

    -- Under the lock a scale can't be widened any more (books.widen_commodity takes it too).
    if exists (
        select
          from unnest(c_code, c_scale) m(code, scale)
          left join books.commodity c on c.tenant_id = p_tenant and c.code = m.code and c.scale = m.scale
         where c.code is null
    ) then
        raise exception 'stale scale' using errcode = 'AB409';
    end if;

    -- Suspect: a key seen before, here or in the books, a reversal, or a day that is closed. Keys in the books can be told from new ones only by
    -- looking; in empty books there is nothing to look for. Counted and not "exists": for that the planner bets on an early
    -- hit and reads on through the tenant, where it would look the keys up. A left join, so that it begins with the keys: it
    -- takes an unknown tenant for a small one, and would compare each of its entries with every key.
    select (v_last > 0 and (select count(j.tenant_id)
                              from unnest(e_key) k(key)
                              left join books.journal_entry j
                                on j.tenant_id = p_tenant and j.idempotency_key = k.key) > 0)
        or (n > 1 and (select count(*) from (select from unnest(e_key) k(key) group by k.key) u) < n)
        or exists (select from unnest(e_reverses) r(reversed) where r.reversed is not null)
        or cardinality(e_late_reason) > 0
        or (v_closed_through >= any (e_date)) is true
      into v_suspect;

    -- Suspect: an entry whose lines aren't whole or don't balance. Lines are taken to come in order, so that each number less its
    -- place is the same for all of an entry: then none is given twice.
    if not v_suspect then
        select count(*) <> n or bool_or(
                   s.suspect or s.base <> 0 or s.first <> 1 or s.lines <> s.last or s.least_shift <> s.most_shift
                   or s.lines <> e_line_count[s.entry])
               is not false
          into v_suspect
          from (select c.entry, sum(c.lines) as lines, min(c.first) as first, max(c.last) as last,
                       min(c.least_shift) as least_shift, max(c.most_shift) as most_shift, sum(c.base) as base,
                       bool_or(c.suspect or c.at_cost <> 0) as suspect
                  from (select l.entry, count(*) as lines, min(l.line) as first, max(l.line) as last,
                               min(l.line - l.ord) as least_shift, max(l.line - l.ord) as most_shift, sum(l.base) as base,
                               sum(coalesce(l.cost_amount, l.amount)) as at_cost,
                               bool_or((l.cost_commodity is null) <> (l.cost_amount is null)
                                       or (l.cost_commodity = l.commodity) is true
                                       or (l.commodity = v_base_commodity and l.base <> l.amount)
                                       or (l.amount <> 0 and (l.cost_amount = 0
                                                              or (l.cost_amount > 0) <> (l.amount > 0))) is true
                                       or l.amount < -c_max or l.base < -c_max or (l.cost_amount < -c_max) is true
                               ) as suspect
                          from unnest(l_entry, l_line, l_commodity, l_amount, l_base, l_cost_commodity, l_cost_amount)
                               with ordinality
                               l(entry, line, commodity, amount, base, cost_commodity, cost_amount, ord)
                         group by l.entry, coalesce(l.cost_commodity, l.commodity)) c
                 group by c.entry) s;
    end if;

    -- What the lines add to each balance, and suspect: an account or commodity that they may not use, a balance that they
    -- would carry out of 64 bits.
    if not v_suspect then
        select array_agg(d.account), array_agg(d.commodity), array_agg(d.month),
               array_agg(d.debit), array_agg(d.credit), array_agg(d.base_debit), array_agg(d.base_credit),
               bool_or(a.account_id is null or not a.active or c.code is null or d.unknown_cost
                       or (a.commodity <> d.commodity) is true
                       or (not a.imported and (d.zero or (
                               select count(*) from books.account k
                                where k.tenant_id = p_tenant and k.parent_id = d.account) > 0))
                       or coalesce(b.debit, 0) + d.debit > c_max or coalesce(b.credit, 0) + d.credit > c_max
                       or coalesce(b.base_debit, 0) + d.base_debit > c_max
                       or coalesce(b.base_credit, 0) + d.base_credit > c_max) is not false
          into d_account, d_commodity, d_month, d_debit, d_credit, d_base_debit, d_base_credit, v_suspect
          from (select l.account, l.commodity, date_trunc('month', e_date[l.entry]::timestamp)::date as month,
                       sum(greatest(l.amount, 0)) as debit, sum(greatest(-l.amount, 0)) as credit,
                       sum(greatest(l.base, 0)) as base_debit, sum(greatest(-l.base, 0)) as base_credit,
                       bool_or(l.amount = 0 and l.base = 0) as zero,
                       bool_or(l.cost_commodity is not null and not exists (
                           select from books.commodity k where k.tenant_id = p_tenant and k.code = l.cost_commodity)
                       ) as unknown_cost
                  from unnest(l_entry, l_account, l_commodity, l_amount, l_base, l_cost_commodity)
                       l(entry, account, commodity, amount, base, cost_commodity)
                 group by 1, 2, 3) d
          left join books.account a on a.tenant_id = p_tenant and a.account_id = d.account
          left join books.commodity c on c.tenant_id = p_tenant and c.code = d.commodity
          left join books.account_balance b
            on b.tenant_id = p_tenant and b.account_id = d.account and b.commodity = d.commodity and b.month = d.month;
    end if;

    if v_suspect then
        select array_agg(j.outcome order by j.ord), array_agg(j.same_as order by j.ord),
               array_agg(j.number order by j.ord), array_agg(j.chain_hash order by j.ord)
          into v_outcome, v_same_as, v_stored_number, v_stored_chain
          from books.judge_entries(
                   p_tenant, v_last, v_base_commodity, v_closed_through, v_locked_through,
                   e_key, e_request, e_date, e_source, e_reverses, e_late_reason, e_line_count,
                   l_entry, l_line, l_account, l_commodity, l_amount, l_base, l_cost_commodity, l_cost_amount) j;
    end if;

    v_next := v_last;
    foreach v_digest in array e_digest loop
        i := i + 1;
        if not v_suspect or v_outcome[i] = 'posted' then
            v_next := v_next + 1;
            v_head := sha256(v_head || int8send(v_next) || v_digest);
            v_number[i] := v_next;
            v_chain[i] := v_head;
        else
            v_number[i] := null;
            v_chain[i] := null;
        end if;
    end loop;

    if v_next > v_last then
        -- First the ledger: entries are refused whose number it hasn't given out.
        update books.ledger l set last_number = v_next, head_hash = v_head, complete_at_once = false where l.tenant_id = p_tenant;

        insert into books.journal_entry (
            tenant_id, number, entry_date, document_date, description, reference, tags, source, posted_by, posted_at,
            reverses, reason, late_reason, line_count, idempotency_key, request_hash, entry_hash, chain_hash)
        select p_tenant, e.number, e.entry_date, e.document_date, e.description, e.reference, e.tags, e.source, e.posted_by,
               p_posted_at, e.reverses, e.reason, e.late_reason, e.line_count, e.key, e.request, e.digest, e.chain
          from unnest(v_number, e_posted_by, e_date, e_document_date, e_description, e_reference, e_tags, e_source, e_reverses, e_reason,
                      e_late_reason, e_line_count, e_key, e_request, e_digest, v_chain)
               e(number, posted_by, entry_date, document_date, description, reference, tags, source, reverses, reason, late_reason,
                 line_count, key, request, digest, chain)
         where e.number is not null;

        insert into books.journal_line (
            tenant_id, number, line, account_id, commodity, amount, base_amount, cost_commodity, cost_amount, memo)
        select p_tenant, v_number[l.entry], l.line, l.account, l.commodity, l.amount, l.base, l.cost_commodity,
               l.cost_amount, l.memo
          from unnest(l_entry, l_line, l_account, l_commodity, l_amount, l_base, l_cost_commodity, l_cost_amount, l_memo)
               l(entry, line, account, commodity, amount, base, cost_commodity, cost_amount, memo)
         where v_number[l.entry] is not null;

        if v_suspect then
            select array_agg(d.account), array_agg(d.commodity), array_agg(d.month),
                   array_agg(d.debit), array_agg(d.credit), array_agg(d.base_debit), array_agg(d.base_credit)
              into d_account, d_commodity, d_month, d_debit, d_credit, d_base_debit, d_base_credit
              from (select l.account, l.commodity, date_trunc('month', e_date[l.entry]::timestamp)::date as month,
                           sum(greatest(l.amount, 0)) as debit, sum(greatest(-l.amount, 0)) as credit,
                           sum(greatest(l.base, 0)) as base_debit, sum(greatest(-l.base, 0)) as base_credit
                      from unnest(l_entry, l_account, l_commodity, l_amount, l_base)
                           l(entry, account, commodity, amount, base)
                     where v_number[l.entry] is not null
                     group by 1, 2, 3) d;
        end if;
        insert into books.account_balance as b (
            tenant_id, account_id, commodity, month, debit, credit, base_debit, base_credit)
        select p_tenant, d.account, d.commodity, d.month, d.debit, d.credit, d.base_debit, d.base_credit
          from unnest(d_account, d_commodity, d_month, d_debit, d_credit, d_base_debit, d_base_credit)
               d(account, commodity, month, debit, credit, base_debit, base_credit)
            on conflict on constraint account_balance__pk do update
           set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit,
               base_debit = b.base_debit + excluded.base_debit, base_credit = b.base_credit + excluded.base_credit;
    end if;

    perform set_config('app.tenant_id', v_tenant_before, true);

    if not v_suspect then
        return query
        select p.ord::int, 'posted'::text, p.number, p.chain
          from unnest(v_number, v_chain) with ordinality p(number, chain, ord);
    else
        return query
        select p.ord::int, p.outcome, coalesce(p.number, p.stored_number, v_number[p.same_as]),
               coalesce(p.chain, p.stored_chain, v_chain[p.same_as])
          from unnest(v_outcome, v_number, v_chain, v_stored_number, v_stored_chain, v_same_as)
               with ordinality p(outcome, number, chain, stored_number, stored_chain, same_as, ord)
         order by p.ord;
    end if;
end
$function$;

revoke all on function books.post_entries(
    bigint, timestamptz, text[], bytea[], bytea[], text[], date[], date[], text[], text[], jsonb[], text[], bigint[], text[],
    smallint[], int[], smallint[], bigint[], text[], bigint[], bigint[], text[], bigint[], text[], text[], smallint[], text[]) from public;
grant execute on function books.post_entries(
    bigint, timestamptz, text[], bytea[], bytea[], text[], date[], date[], text[], text[], jsonb[], text[], bigint[], text[],
    smallint[], int[], smallint[], bigint[], text[], bigint[], bigint[], text[], bigint[], text[], text[], smallint[], text[]) to accubooks_app;
