-- Posts small batches of several tenants in one go: what is beyond suspicion, and nothing else. Every tenant whose ledger somebody
-- else has locked is left out, to be posted by books.post_entries. With p_closely so is every tenant about whose entries anything
-- is suspect; without it the entries are trusted, which saves a quarter of the call, and what the tables' rules refuse fails the
-- call as a whole: then it is to be made again, closely (docs/decisions/0027-entries-are-trusted-until-one-is-refused.md).
--
-- One row per entry comes back, in input order: its number and chain hash, or nulls when its tenant was left out. A tenant is
-- left out as a whole. What is posted is what books.post_entries would have posted.
-- Entries are grouped by tenant, tenants ascending. Lines are whole and in order, without costs, all in the tenant's
-- base commodity (t_commodity, measured with t_scale), which their base amounts repeat: the caller sends nothing else here, and
-- the triggers hold it to that. Errors: AB400 arrays that don't fit together.
--
-- Never waits for a ledger's lock, so neither can two calls wait for each other, nor does one tenant hold up the others. Who locks
-- other rows of the books by hand holds the call up as long as its caller's lock_timeout lets.
-- The rows of all these tenants are visible to one statement, and to it alone: policy `tenants` shows the owner, as whom this
-- runs, the tenants in app.tenant_ids. It can't be spread over machines; where books are, posting.combined_tenants is 1
-- (docs/decisions/0008-small-batches-share-a-transaction.md). Plans as in books.post_entries.

set local role accubooks_owner;

-- As it was before entries were trusted.
drop function if exists books.post_combined(
    bigint[], text[], smallint[], timestamptz, bigint[], text[], bytea[], bytea[], text[], date[], date[], text[], text[], jsonb[],
    text[], smallint[], int[], smallint[], bigint[], text[], bigint[], text[]);

create or replace function books.post_combined(
    t_tenant bigint[],
    t_commodity text[],
    t_scale smallint[],
    p_posted_at timestamptz,
    e_tenant bigint[],
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
    e_line_count smallint[],
    l_entry int[],
    l_line smallint[],
    l_account bigint[],
    l_commodity text[],
    l_amount bigint[],
    l_memo text[],
    p_closely boolean
) returns table (number bigint, chain_hash bytea)
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
    c_max constant numeric := 9223372036854775807;
    c_large_table constant bigint := 8 * 1024 * 1024;
    n constant int := coalesce(cardinality(e_key), 0);
    n_lines constant int := coalesce(cardinality(l_entry), 0);
    v_set text;
    g_tenant bigint[];  -- of the ledgers locked, ascending
    g_last bigint[];
    g_head bytea[];
    g_base text[];
    v_suspect bigint[];
    v_at int := 0;      -- in the four above
    v_given int := 0;   -- in t_tenant
    v_tenant bigint := 0;
    v_takes boolean;
    v_next bigint;
    v_head bytea;
    v_number bigint[] := array_fill(null::bigint, array[coalesce(cardinality(e_key), 0)]);
    v_chain bytea[] := array_fill(null::bytea, array[coalesce(cardinality(e_key), 0)]);
    v_count int := 0;
begin
    if (cardinality(t_tenant) = all (array[cardinality(t_commodity), cardinality(t_scale)])) is not true
       or (n = all (array[
            cardinality(e_tenant), cardinality(e_request), cardinality(e_digest), cardinality(e_posted_by), cardinality(e_date),
            cardinality(e_document_date), cardinality(e_description), cardinality(e_reference), cardinality(e_tags),
            cardinality(e_source), cardinality(e_line_count)])) is not true
       or (n_lines = all (array[
            cardinality(l_line), cardinality(l_account), cardinality(l_commodity), cardinality(l_amount),
            cardinality(l_memo)])) is not true
    then
        raise exception 'arrays of different lengths' using errcode = 'AB400';
    end if;

    v_set := set_config('app.tenant_ids', t_tenant::text, true);
    if pg_relation_size('books.journal_entry') > c_large_table then
        v_set := set_config('plan_cache_mode', 'force_generic_plan', true);
    end if;

    select array_agg(l.tenant_id), array_agg(l.last_number), array_agg(l.head_hash), array_agg(l.base_commodity)
      into g_tenant, g_last, g_head, g_base
      from (select l.tenant_id, l.last_number, l.head_hash, l.base_commodity
              from unnest(t_tenant) with ordinality t(tenant, ord)
              join books.ledger l on l.tenant_id = t.tenant
             order by t.ord
               for update of l skip locked) l;

    -- No rule of the tables knows what scale an amount was measured with. Read after the ledgers are locked.
    select array_agg(m.tenant)
      into v_suspect
      from unnest(t_tenant, t_commodity, t_scale) m(tenant, code, scale)
      left join books.commodity c on c.tenant_id = m.tenant and c.code = m.code
     where c.scale is distinct from m.scale;

    -- Suspect too: a key seen before, here or in the books, an account that the lines may not use, a balance that they would carry
    -- out of 64 bits, a day that is closed.
    if p_closely then
        select v_suspect || array_agg(s.tenant)
          into v_suspect
          from (select e.tenant
                  from (select e.tenant, min(e.day) as first_day from unnest(e_tenant, e_date) e(tenant, day) group by e.tenant) e
                  left join books.ledger l on l.tenant_id = e.tenant
                 where e.first_day <= l.closed_through
                union all
                select k.tenant
                  from unnest(e_tenant, e_key) k(tenant, key)
                  left join books.journal_entry j on j.tenant_id = k.tenant and j.idempotency_key = k.key
                 where j.tenant_id is not null
                union all
                select k.tenant
                  from unnest(e_tenant, e_key) k(tenant, key)
                 group by k.tenant, k.key
                having count(*) > 1
                union all
                select d.tenant
                  from (select e_tenant[l.entry] as tenant, l.account, l.commodity,
                               date_trunc('month', e_date[l.entry]::timestamp)::date as month,
                               sum(greatest(l.amount, 0)) as debit, sum(greatest(-l.amount, 0)) as credit
                          from unnest(l_entry, l_account, l_commodity, l_amount) l(entry, account, commodity, amount)
                         group by 1, 2, 3, 4) d
                  left join books.account a on a.tenant_id = d.tenant and a.account_id = d.account
                  left join books.account_balance b
                    on b.tenant_id = d.tenant and b.account_id = d.account and b.commodity = d.commodity and b.month = d.month
                 where (a.active and (a.commodity is null or a.commodity = d.commodity)
                        and (a.imported or (select count(*) from books.account k
                                             where k.tenant_id = d.tenant and k.parent_id = d.account) = 0)
                        and coalesce(b.debit, 0) + d.debit <= c_max and coalesce(b.credit, 0) + d.credit <= c_max
                        and coalesce(b.base_debit, 0) + d.debit <= c_max
                        and coalesce(b.base_credit, 0) + d.credit <= c_max) is not true) s;
    end if;

    for i in 1 .. n loop
        if e_tenant[i] <> v_tenant then
            v_tenant := e_tenant[i];
            v_given := v_given + 1;
            while v_at < cardinality(g_tenant) and (v_at = 0 or g_tenant[v_at] < v_tenant) loop
                v_at := v_at + 1;
            end loop;
            v_takes := g_tenant[v_at] = v_tenant and t_tenant[v_given] = v_tenant and g_base[v_at] = t_commodity[v_given]
                       and (v_tenant = any (v_suspect)) is not true;
            v_next := g_last[v_at];
            v_head := g_head[v_at];
        end if;
        if v_takes then
            v_next := v_next + 1;
            v_head := sha256(v_head || int8send(v_next) || e_digest[i]);
            v_number[i] := v_next;
            v_chain[i] := v_head;
            g_last[v_at] := v_next;
            g_head[v_at] := v_head;
            v_count := v_count + 1;
        end if;
    end loop;

    if v_count > 0 then
        -- One statement, at whose end everything is there: so the ledgers are judged then, not each by itself at commit.
        with ledgers as (
            update books.ledger l
               set last_number = g.last, head_hash = g.head, complete_at_once = true
              from unnest(g_tenant, g_last, g_head) g(tenant, last, head)
             where l.tenant_id = g.tenant and l.last_number < g.last
        ), entries as (
            insert into books.journal_entry (
                tenant_id, number, entry_date, document_date, description, reference, tags, source, posted_by, posted_at,
                line_count, idempotency_key, request_hash, entry_hash, chain_hash)
            select e.tenant, e.number, e.entry_date, e.document_date, e.description, e.reference, e.tags, e.source, e.posted_by,
                   p_posted_at, e.line_count, e.key, e.request, e.digest, e.chain
              from unnest(e_tenant, v_number, e_posted_by, e_date, e_document_date, e_description, e_reference, e_tags, e_source,
                          e_line_count, e_key, e_request, e_digest, v_chain)
                   e(tenant, number, posted_by, entry_date, document_date, description, reference, tags, source, line_count, key,
                     request, digest, chain)
             where e.number is not null
        ), lines as (
            insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, base_amount, memo)
            select e_tenant[l.entry], v_number[l.entry], l.line, l.account, l.commodity, l.amount, l.amount, l.memo
              from unnest(l_entry, l_line, l_account, l_commodity, l_amount, l_memo)
                   l(entry, line, account, commodity, amount, memo)
             where v_number[l.entry] is not null
        )
        insert into books.account_balance as b (
            tenant_id, account_id, commodity, month, debit, credit, base_debit, base_credit)
        select d.tenant, d.account, d.commodity, d.month, d.debit, d.credit, d.debit, d.credit
          from (select e_tenant[l.entry] as tenant, l.account, l.commodity,
                       date_trunc('month', e_date[l.entry]::timestamp)::date as month,
                       sum(greatest(l.amount, 0)) as debit, sum(greatest(-l.amount, 0)) as credit
                  from unnest(l_entry, l_account, l_commodity, l_amount) l(entry, account, commodity, amount)
                 where v_number[l.entry] is not null
                 group by 1, 2, 3, 4) d
            on conflict on constraint account_balance__pk do update
           set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit,
               base_debit = b.base_debit + excluded.base_debit, base_credit = b.base_credit + excluded.base_credit;
    end if;

    v_set := set_config('app.tenant_ids', '', true);
    return query select p.number, p.chain from unnest(v_number, v_chain) with ordinality p(number, chain, ord) order by p.ord;
end
$function$;

revoke all on function books.post_combined(
    bigint[], text[], smallint[], timestamptz, bigint[], text[], bytea[], bytea[], text[], date[], date[], text[], text[], jsonb[],
    text[], smallint[], int[], smallint[], bigint[], text[], bigint[], text[], boolean) from public;
grant execute on function books.post_combined(
    bigint[], text[], smallint[], timestamptz, bigint[], text[], bytea[], bytea[], text[], date[], date[], text[], text[], jsonb[],
    text[], smallint[], int[], smallint[], bigint[], text[], bigint[], text[], boolean) to accubooks_app;
