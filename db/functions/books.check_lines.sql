-- The rules of an entry that take all its lines at once (R1, R2, R4, R5, R6, R10), judged when lines arrive, for whoever adds
-- them, and set-wise: one pass over the statement's own rows, then one look-up per entry and per account.
-- Why not row by row: docs/decisions/0002-set-wise-checks.md.
--
-- Rules of one line alone (R3) are CHECK constraints of the table.

set local role accubooks_owner;

create or replace function books.check_lines() returns trigger
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant bigint[];
    v_base_commodity text[];
    v_rule text;
    v_cost_is_odd boolean := false;
begin
    select array_agg(t.tenant_id), array_agg(l.base_commodity), case when bool_or(l.tenant_id is null) then 'books_exist' end
      into v_tenant, v_base_commodity, v_rule
      from (select tenant_id from new_lines group by tenant_id) t
      left join books.ledger l on l.tenant_id = t.tenant_id;
    if v_tenant is null then
        return null;
    end if;

    if v_rule is null then
        -- Lines 1..line_count, all here and in one statement, of an entry that this transaction made. Line numbers differ by
        -- the primary key. Adding to a complete entry fails twice: its header is older, and its numbers are taken.
        select case
                   when bool_or(e.tenant_id is null) then 'entry_of_this_transaction'
                   when bool_or(s.lines <> e.line_count or s.last <> e.line_count) then 'complete'
                   when bool_or(s.base <> 0) then 'balanced_in_base'
                   when bool_or(s.unbalanced) then 'balanced_at_cost'
                   when bool_or(s.base_differs) then 'base_is_amount'
               end, bool_or(s.cost_is_odd)
          into v_rule, v_cost_is_odd
          from (select tenant_id, number, sum(lines) as lines, max(last) as last, sum(base) as base,
                       bool_or(at_cost <> 0) as unbalanced, bool_or(base_differs) as base_differs,
                       bool_or(cost_is_odd) as cost_is_odd
                  from (select tenant_id, number, count(*) as lines, max(line) as last, sum(base_amount) as base,
                               sum(coalesce(cost_amount, amount)) as at_cost,
                               bool_or(base_amount <> amount
                                       and commodity = v_base_commodity[array_position(v_tenant, tenant_id)]) as base_differs,
                               bool_or(amount <> 0 and (cost_amount = 0 or (cost_amount > 0) <> (amount > 0))) as cost_is_odd
                          from new_lines
                         group by tenant_id, number, coalesce(cost_commodity, commodity)) c
                 group by tenant_id, number) s
          left join books.journal_entry e
            on e.tenant_id = s.tenant_id and e.number = s.number
           and age(e.xmin) <= age(pg_current_xact_id()::xid);
    end if;

    if v_rule is null then
        select case
                   when bool_or(a.account_id is null) then 'account_exists'
                   when bool_or(not a.active) then 'account_active'
                   when bool_or(a.commodity <> s.commodity) then 'commodity_of_account'
                   when bool_or(s.zero and not a.imported) then 'not_zero'
                   when bool_or(not a.imported and (
                            select count(*) from books.account k
                             where k.tenant_id = s.tenant_id and k.parent_id = s.account_id) > 0
                        ) then 'account_is_leaf'
               end
          into v_rule
          from (select tenant_id, account_id, commodity, bool_or(amount = 0 and base_amount = 0) as zero
                  from new_lines
                 group by tenant_id, account_id, commodity) s
          left join books.account a on a.tenant_id = s.tenant_id and a.account_id = s.account_id;
    end if;

    -- By itself, since there are few commodities and many accounts.
    if v_rule is null then
        select 'commodity_exists'
          into v_rule
          from (select tenant_id, commodity from new_lines group by tenant_id, commodity
                union all
                select tenant_id, cost_commodity
                  from new_lines
                 where cost_commodity is not null
                 group by tenant_id, cost_commodity) s
          left join books.commodity c on c.tenant_id = s.tenant_id and c.code = s.commodity
         where c.code is null
         limit 1;
    end if;

    -- A commodity exchanged for nothing balances whatever its amount is, debits alone too; so does one whose costs have the
    -- other sign and cancel. Journals of others state such costs (a share received for nothing), so imported accounts may hold
    -- them. Seldom taken: a cost of zero beside others of its commodity is a small amount, rounded, and no breach.
    if v_rule is null and v_cost_is_odd then
        select 'exchanged_for_something'
          into v_rule
          from (select l.tenant_id, l.number, l.commodity
                  from new_lines l
                  left join books.account a on a.tenant_id = l.tenant_id and a.account_id = l.account_id
                 where l.cost_commodity is not null and l.amount <> 0
                 group by l.tenant_id, l.number, l.commodity
                having bool_or(not a.imported)
                   and (bool_or((l.cost_amount > 0 and l.amount < 0) or (l.cost_amount < 0 and l.amount > 0))
                        or (bool_and(l.cost_amount = 0) and sum(l.amount) <> 0))
                 limit 1) x;
    end if;

    if v_rule is not null then
        raise exception 'lines break the rule journal_line__%', v_rule
            using errcode = 'check_violation', schema = 'books', table = 'journal_line',
                  constraint = 'journal_line__' || v_rule;
    end if;
    return null;
end
$function$;

revoke all on function books.check_lines() from public;

create or replace trigger journal_line__rules after insert on books.journal_line
    referencing new table as new_lines
    for each statement execute function books.check_lines();
