-- Adds an act on a period to a tenant's books, and moves by it the days up to which they are closed. Called by books.act_on_period and
-- books.replay_period_act alone, which have judged it, under the ledger's lock and as its tenant.
--
-- Each act is a link of the tenant's chain: sha256 of the head so far, the act's number, the number of the last entry, the period's
-- days as days since 1970, the time in microseconds, and the hashes of act, actor and reason. src/ledger/chain.cpp computes the same.

set local role accubooks_owner;

create or replace function books.add_period_act(
    p_tenant bigint, p_act text, p_first_day date, p_last_day date, p_by text, p_at timestamptz, p_reason text
) returns void
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_ledger books.ledger;
    v_chain bytea;
begin
    select * into strict v_ledger from books.ledger where tenant_id = p_tenant for update;
    v_chain := sha256(
        v_ledger.head_hash || int8send(v_ledger.period_acts + 1) || int8send(v_ledger.last_number)
        || int8send(p_first_day - date '1970-01-01') || int8send(p_last_day - date '1970-01-01')
        || int8send((extract(epoch from p_at) * 1000000)::bigint)
        || sha256(convert_to(p_act, 'UTF8')) || sha256(convert_to(p_by, 'UTF8')) || sha256(convert_to(p_reason, 'UTF8')));
    insert into books.period_act (
        tenant_id, number, after_number, act, first_day, last_day, acted_by, acted_at, reason, chain_hash)
    values (p_tenant, v_ledger.period_acts + 1, v_ledger.last_number, p_act, p_first_day, p_last_day, p_by, p_at, p_reason, v_chain);
    update books.ledger
       set period_acts = v_ledger.period_acts + 1,
           head_hash = v_chain,
           closed_through = case p_act
                                when 'close' then p_last_day
                                when 'reopen' then p_first_day - 1
                                else closed_through
                            end,
           locked_through = case p_act when 'lock' then p_last_day else locked_through end
     where tenant_id = p_tenant;
end
$function$;

revoke all on function books.add_period_act(bigint, text, date, date, text, timestamptz, text) from public;
