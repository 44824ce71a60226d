-- Does again, in books that an import makes, what was done to a period of the books that come in, so that entries which were late
-- are late here too and what was closed is closed. It asks for no second owner, no notice and no check: they were met there, or
-- not. So it is for books of which nothing was there before this transaction, in which nobody closed anything: others are refused
-- (AB403), and none of the rules of books.act_on_period can be gone round by it.
--
-- False when the act can't follow those before it. Errors: AB404 no such ledger.

set local role accubooks_owner;

create or replace function books.replay_period_act(
    p_tenant bigint, p_act text, p_first_day date, p_by text, p_at timestamptz, p_reason text
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    v_last_day constant date := (p_first_day + interval '1 month')::date - 1;
    v_ledger books.ledger;
    v_follows boolean;
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    select * into v_ledger from books.ledger where tenant_id = p_tenant for update;
    if not found then
        raise exception 'no ledger for tenant %', p_tenant using errcode = 'AB404';
    end if;
    -- Rows of both are never changed, so that xmin is the transaction that made them; the first of each is the oldest.
    if exists (select from books.journal_entry where tenant_id = p_tenant and number = 1 and xmin <> pg_current_xact_id()::xid)
       or exists (select from books.period_act where tenant_id = p_tenant and number = 1 and xmin <> pg_current_xact_id()::xid) then
        raise exception 'acts on periods are replayed only while the books are made' using errcode = 'AB403';
    end if;

    v_follows := extract(day from p_first_day) = v_ledger.year_starts_day
        and length(p_reason) between 1 and 1000
        and case p_act
                when 'close' then p_first_day = coalesce(v_ledger.closed_through + 1, p_first_day)
                when 'lock' then v_last_day <= v_ledger.closed_through and p_first_day = coalesce(v_ledger.locked_through + 1, p_first_day)
                when 'ask_reopen' then v_last_day <= v_ledger.closed_through and p_first_day > coalesce(v_ledger.locked_through, '-infinity')
                when 'reopen' then v_last_day <= v_ledger.closed_through and p_first_day > coalesce(v_ledger.locked_through, '-infinity')
            end;
    if v_follows then
        perform books.add_period_act(p_tenant, p_act, p_first_day, v_last_day, p_by, p_at, p_reason);
    end if;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return coalesce(v_follows, false);
end
$function$;

revoke all on function books.replay_period_act(bigint, text, date, text, timestamptz, text) from public;
grant execute on function books.replay_period_act(bigint, text, date, text, timestamptz, text) to accubooks_app;
