-- The outcome of each entry of a batch in which something is suspect, as if they were posted one after another. Called by
-- books.post_entries alone, under its lock and as its tenant; see there for the outcomes and their meaning.
-- `same_as` is the earlier entry of this batch that a replayed one repeats; `number` and `chain_hash` are those of a stored one.

set local role accubooks_owner;

-- As it was before entries could be late.
drop function if exists books.judge_entries(
    bigint, bigint, text, text[], bytea[], date[], bigint[], smallint[], int[], smallint[], bigint[], text[], bigint[],
    bigint[], text[], bigint[]);

-- As it was before what an archive tells was let through.
drop function if exists books.judge_entries(
    bigint, bigint, text, date, date, text[], bytea[], date[], bigint[], text[], smallint[], int[], smallint[], bigint[], text[],
    bigint[], bigint[], text[], bigint[]);

create or replace function books.judge_entries(
    p_tenant bigint,
    p_last bigint,
    p_base_commodity text,
    p_closed_through date,
    p_locked_through date,
    e_key text[],
    e_request bytea[],
    e_date date[],
    e_source text[],
    e_reverses bigint[],
    e_late_reason text[],
    e_line_count smallint[],
    l_entry int[],
    l_line smallint[],
    l_account bigint[],
    l_commodity text[],
    l_amount bigint[],
    l_base bigint[],
    l_cost_commodity text[],
    l_cost_amount bigint[]
) returns table (ord int, outcome text, same_as int, number bigint, chain_hash bytea)
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
#variable_conflict use_column
declare
    c_max constant numeric := 9223372036854775807;
    n constant int := cardinality(e_key);
    v_outcome text[];
    v_same_as int[] := array_fill(null::int, array[n]);
    v_stored_number bigint[];
    v_stored_request bytea[];
    v_stored_chain bytea[];
    v_first_of_key int[];       -- the first entry of the batch with this key
    v_first_of_reversed int[];  -- the first one that reverses the same entry
    v_key_taken_by int[] := array_fill(null::int, array[n]);  -- by the first's position: the one that is posted
    v_reversed boolean[] := array_fill(false, array[n]);
    v_may_overflow boolean;
    -- For the walk that finds which entry carries a balance out of range: lines in order of entries, balances by slot.
    v_lines_before int[];
    v_slot int[];
    v_amount bigint[];
    v_base bigint[];
    v_debit numeric[];
    v_credit numeric[];
    v_base_debit numeric[];
    v_base_credit numeric[];
    k int;
begin
    select array_agg(j.number order by e.ord), array_agg(j.request_hash order by e.ord),
           array_agg(j.chain_hash order by e.ord),
           array_agg(e.first_of_key order by e.ord), array_agg(e.first_of_reversed order by e.ord)
      into v_stored_number, v_stored_request, v_stored_chain, v_first_of_key, v_first_of_reversed
      from (select k.ord, k.key, min(k.ord) over (partition by k.key) as first_of_key,
                   min(k.ord) over (partition by k.reversed) as first_of_reversed
              from unnest(e_key, e_reverses) with ordinality k(key, reversed, ord)) e
      left join books.journal_entry j on j.tenant_id = p_tenant and j.idempotency_key = e.key;

    -- Each entry by itself: the gravest thing wrong with it, or 'posted'.
    select array_agg(case
                         when s.entry is null or s.malformed or s.lines <> e.line_count or s.last <> e.line_count
                             or s.numbers <> e.line_count then 'malformed'
                         when e.reversed not between 1 and p_last then 'unknown_reversed'
                         when (select count(*) from books.journal_entry r
                                where r.tenant_id = p_tenant and r.reverses = e.reversed) > 0 then 'already_reversed'
                         -- YearClose::reopen (src/ledger/year_close.cpp) makes the key of a reopening, and no client can send one
                         -- like it; its spelling is that of both. An archive brings that key too, and of older books also
                         -- reversals under any other. That is history: nothing else that is imported reverses anything.
                         when e.reversed is not null and e.key not like E'year\x1f%\x1fopen' and e.source <> 'import' and exists (
                             select from books.journal_entry c
                               join books.ledger l on l.tenant_id = c.tenant_id
                              where c.tenant_id = p_tenant
                                and c.number = e.reversed
                                and c.tags ->> 'closing' = to_char(extract(year from c.entry_date + 1) - 1, 'FM0000')
                                and extract(month from c.entry_date + 1) = l.year_starts_month
                                and extract(day from c.entry_date + 1) = l.year_starts_day) then 'closes_year'
                         when e.day <= p_locked_through then 'period_locked'
                         when e.day <= p_closed_through and e.late_reason is null then 'period_closed'
                         when e.late_reason is not null and (e.day <= p_closed_through) is not true then 'not_late'
                         when s.fault = 1 then 'unknown_account'
                         when s.fault = 2 then 'inactive_account'
                         when s.fault = 3 then 'parent_account'
                         when s.fault = 4 then 'unknown_commodity'
                         when s.fault = 5 then 'wrong_commodity'
                         when s.fault = 6 then 'zero_line'
                         when s.base <> 0 or s.unbalanced then 'unbalanced'
                         when x.entry is not null then 'exchanged_for_nothing'
                         when s.fault = 7 then 'overflow'
                         else 'posted'
                     end order by e.ord)
      into v_outcome
      from unnest(e_key, e_source, e_reverses, e_date, e_late_reason, e_line_count) with ordinality
           e(key, source, reversed, day, late_reason, line_count, ord)
      left join (
               select c.entry, sum(c.lines) as lines, max(c.last) as last, sum(c.numbers) as numbers, sum(c.base) as base,
                      bool_or(c.malformed) as malformed, bool_or(c.unbalanced or c.at_cost <> 0) as unbalanced,
                      min(c.fault) as fault
                 from (select l.entry, count(*) as lines, max(l.line) as last,
                              count(distinct l.line) filter (where l.line >= 1) as numbers, sum(l.base) as base,
                              sum(coalesce(l.cost_amount, l.amount)) as at_cost,
                              bool_or((l.cost_commodity is null) <> (l.cost_amount is null)
                                      or (l.cost_commodity = l.commodity) is true
                                      or l.account is null or l.commodity is null or l.amount is null or l.base is null
                              ) as malformed,
                              bool_or(l.commodity = p_base_commodity and l.base <> l.amount) as unbalanced,
                              min(case
                                      when a.account_id is null then 1
                                      when not a.active then 2
                                      when not a.imported and (
                                          select count(*) from books.account p
                                           where p.tenant_id = p_tenant and p.parent_id = a.account_id) > 0 then 3
                                      when c.code is null or (l.cost_commodity is not null and cc.code is null) then 4
                                      when a.commodity <> l.commodity then 5
                                      when l.amount = 0 and l.base = 0 and not a.imported then 6
                                      when l.amount < -c_max or l.base < -c_max or l.cost_amount < -c_max then 7
                                  end) as fault
                         from unnest(l_entry, l_line, l_account, l_commodity, l_amount, l_base, l_cost_commodity,
                                     l_cost_amount)
                              l(entry, line, account, commodity, amount, base, cost_commodity, cost_amount)
                         left join books.account a on a.tenant_id = p_tenant and a.account_id = l.account
                         left join books.commodity c on c.tenant_id = p_tenant and c.code = l.commodity
                         left join books.commodity cc on cc.tenant_id = p_tenant and cc.code = l.cost_commodity
                        group by l.entry, coalesce(l.cost_commodity, l.commodity)) c
                group by c.entry) s on s.entry = e.ord
      -- As in books.check_lines, where the reason stands.
      left join (
               select z.entry
                 from (select l.entry
                         from unnest(l_entry, l_account, l_commodity, l_amount, l_cost_commodity, l_cost_amount)
                              l(entry, account, commodity, amount, cost_commodity, cost_amount)
                         left join books.account a on a.tenant_id = p_tenant and a.account_id = l.account
                        where l.cost_commodity is not null and l.amount <> 0
                        group by l.entry, l.commodity
                       having bool_or(not a.imported)
                          and (bool_or((l.cost_amount > 0 and l.amount < 0) or (l.cost_amount < 0 and l.amount > 0))
                               or (bool_and(l.cost_amount = 0) and sum(l.amount) <> 0))) z
                group by z.entry) x on x.entry = e.ord;

    -- Were all of them posted, could a balance leave 64 bits? Hardly ever, so the walk below is seldom taken.
    select bool_or(coalesce(b.debit, 0) + d.debit > c_max or coalesce(b.credit, 0) + d.credit > c_max
                   or coalesce(b.base_debit, 0) + d.base_debit > c_max
                   or coalesce(b.base_credit, 0) + d.base_credit > c_max) is true
      into v_may_overflow
      from (select l.account, l.commodity, date_trunc('month', e_date[l.entry]::timestamp)::date as month,
                   sum(greatest(l.amount::numeric, 0)) as debit, sum(greatest(-l.amount::numeric, 0)) as credit,
                   sum(greatest(l.base::numeric, 0)) as base_debit, sum(greatest(-l.base::numeric, 0)) as base_credit
              from unnest(l_entry, l_account, l_commodity, l_amount, l_base)
                   l(entry, account, commodity, amount, base)
             group by 1, 2, 3) d
      left join books.account_balance b
        on b.tenant_id = p_tenant and b.account_id = d.account and b.commodity = d.commodity and b.month = d.month;

    if v_may_overflow then
        select array_agg(coalesce(b.debit, 0) order by d.slot), array_agg(coalesce(b.credit, 0) order by d.slot),
               array_agg(coalesce(b.base_debit, 0) order by d.slot), array_agg(coalesce(b.base_credit, 0) order by d.slot)
          into v_debit, v_credit, v_base_debit, v_base_credit
          from (select u.account, u.commodity, u.month,
                       row_number() over (order by u.account, u.commodity, u.month) as slot
                  from (select distinct l.account, l.commodity, date_trunc('month', e_date[l.entry]::timestamp)::date as month
                          from unnest(l_entry, l_account, l_commodity) l(entry, account, commodity)) u) d
          left join books.account_balance b
            on b.tenant_id = p_tenant and b.account_id = d.account and b.commodity = d.commodity and b.month = d.month;
        select array_agg(l.slot order by l.entry, l.ord), array_agg(l.amount order by l.entry, l.ord),
               array_agg(l.base order by l.entry, l.ord)
          into v_slot, v_amount, v_base
          from (select u.entry, u.ord, u.amount, u.base,
                       dense_rank() over (order by u.account, u.commodity,
                                                   date_trunc('month', e_date[u.entry]::timestamp)::date) as slot
                  from unnest(l_entry, l_account, l_commodity, l_amount, l_base)
                       with ordinality u(entry, account, commodity, amount, base, ord)) l;
        select array_agg(e.lines_before order by e.ord)
          into v_lines_before
          from (select o.ord, (select count(*) from unnest(l_entry) l(entry) where l.entry < o.ord) as lines_before
                  from generate_series(1, n + 1) o(ord)) e;
    end if;

    for i in 1..n loop
        k := v_first_of_key[i];
        if v_stored_number[i] is not null then
            v_outcome[i] := case when v_stored_request[i] = e_request[i] then 'replayed' else 'conflict' end;
        elsif v_key_taken_by[k] is not null then
            if e_request[v_key_taken_by[k]] = e_request[i] then
                v_outcome[i] := 'replayed';
                v_same_as[i] := v_key_taken_by[k];
            else
                v_outcome[i] := 'conflict';
            end if;
        elsif v_outcome[i] = 'posted' then
            if e_reverses[i] is not null and v_reversed[v_first_of_reversed[i]] then
                v_outcome[i] := 'already_reversed';
            elsif v_may_overflow then
                for j in v_lines_before[i] + 1 .. v_lines_before[i + 1] loop
                    v_debit[v_slot[j]] := v_debit[v_slot[j]] + greatest(v_amount[j], 0);
                    v_credit[v_slot[j]] := v_credit[v_slot[j]] - least(v_amount[j], 0);
                    v_base_debit[v_slot[j]] := v_base_debit[v_slot[j]] + greatest(v_base[j], 0);
                    v_base_credit[v_slot[j]] := v_base_credit[v_slot[j]] - least(v_base[j], 0);
                    if greatest(v_debit[v_slot[j]], v_credit[v_slot[j]],
                                v_base_debit[v_slot[j]], v_base_credit[v_slot[j]]) > c_max then
                        v_outcome[i] := 'overflow';
                    end if;
                end loop;
                if v_outcome[i] = 'overflow' then
                    for j in v_lines_before[i] + 1 .. v_lines_before[i + 1] loop
                        v_debit[v_slot[j]] := v_debit[v_slot[j]] - greatest(v_amount[j], 0);
                        v_credit[v_slot[j]] := v_credit[v_slot[j]] + least(v_amount[j], 0);
                        v_base_debit[v_slot[j]] := v_base_debit[v_slot[j]] - greatest(v_base[j], 0);
                        v_base_credit[v_slot[j]] := v_base_credit[v_slot[j]] + least(v_base[j], 0);
                    end loop;
                end if;
            end if;
            if v_outcome[i] = 'posted' then
                v_key_taken_by[k] := i;
                if e_reverses[i] is not null then
                    v_reversed[v_first_of_reversed[i]] := true;
                end if;
            end if;
        end if;
    end loop;

    for i in 1..n loop
        if v_outcome[i] <> 'replayed' then
            v_stored_number[i] := null;
            v_stored_chain[i] := null;
        end if;
    end loop;
    return query
    select o.ord::int, o.outcome, o.same_as, o.number, o.chain
      from unnest(v_outcome, v_same_as, v_stored_number, v_stored_chain)
           with ordinality o(outcome, same_as, number, chain, ord);
end
$function$;

revoke all on function books.judge_entries(
    bigint, bigint, text, date, date, text[], bytea[], date[], text[], bigint[], text[], smallint[], int[], smallint[], bigint[],
    text[], bigint[], bigint[], text[], bigint[]) from public;
