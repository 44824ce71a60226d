-- What is wrong with a range of numbers that a ledger gave out, its fault; no row when nothing is (R7, R9): 'complete' when an
-- entry or a line of one is missing, 'chained' when the chain doesn't run from p_tail, the head before, through them to p_head.
-- The one text of the rule for books.check_range and books.check_ranges. Plain SQL without settings, so that it becomes a part of
-- the query that calls it, with that one's rights and tenant; its names are resolved here and now, whatever the caller's path.
-- What row security hides is missing here, and missing is a fault.

set local role accubooks_owner;

create or replace function books.range_fault(p_tenant bigint, p_first bigint, p_last bigint, p_tail bytea, p_head bytea)
returns table (fault text)
language sql
stable
begin atomic
    select case when r.entries = p_last - p_first + 1 and r.stored_lines = r.lines then 'chained' else 'complete' end
      from (select count(*) as entries, sum(e.line_count) as lines,
                   bool_and(e.chain_hash = sha256(e.previous || int8send(e.number) || e.entry_hash)
                            and (e.number < p_last or e.chain_hash = p_head)) as chained,
                   (select count(*)
                      from books.journal_line l
                     where l.tenant_id = p_tenant and l.number >= p_first and l.number <= p_last) as stored_lines
              from (select j.number, j.line_count, j.entry_hash, j.chain_hash,
                           lag(j.chain_hash, 1, p_tail) over (order by j.number) as previous
                      from books.journal_entry j
                     where j.tenant_id = p_tenant and j.number >= p_first and j.number <= p_last) e) r
     where (r.entries = p_last - p_first + 1 and r.stored_lines = r.lines and r.chained) is not true;
end;

revoke all on function books.range_fault(bigint, bigint, bigint, bytea, bytea) from public;
