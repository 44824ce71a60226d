-- Closes, locks or reopens a period of a tenant's books: the only way to move the days up to which they are closed. A period is a
-- month that begins on the day of the month on which the fiscal year does.
--
--   close       soft closes the period after the last closed one; of books that have none, the one with their first entry
--   lock        locks the soft closed period after the last locked one, for good, if nothing is amiss in it
--   ask_reopen  asks to open a soft closed period, and with it all later ones; stands until the next act
--   reopen      does what was asked: a second owner, or 24 hours after the one owner asked
--
-- One row comes back: `outcome` and, for checks_failed, which of them.
--   done            no_such_period   out_of_order   already_closed   already_locked   not_closed
--   checks_failed   not_asked        second_person  too_early
-- p_verified says whether the caller found the books intact; a lock takes nothing less.
-- Errors: AB404 no such ledger; 55P03 where somebody else has the books locked.
--
-- Under the ledger's lock, as posting: a close and an entry into its period can't both win.

set local role accubooks_owner;

create or replace function books.act_on_period(
    p_tenant bigint, p_act text, p_first_day date, p_by text, p_at timestamptz, p_reason text, p_verified boolean
) returns table (outcome text, failed_checks text[])
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
#variable_conflict use_column
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    v_last_day constant date := (p_first_day + interval '1 month')::date - 1;
    v_ledger books.ledger;
    v_asked books.period_act;
    v_owners text[];
    v_outcome text;
    v_failed text[] := '{}';
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    if not books.lock_ledger(p_tenant) then
        raise exception 'no ledger for tenant %', p_tenant using errcode = 'AB404';
    end if;
    select * into v_ledger from books.ledger where tenant_id = p_tenant;

    if extract(day from p_first_day) <> v_ledger.year_starts_day then
        v_outcome := 'no_such_period';
    elsif p_act = 'close' then
        if v_last_day <= v_ledger.closed_through then
            v_outcome := 'already_closed';
        elsif p_first_day <> coalesce(v_ledger.closed_through + 1, books.first_period(p_tenant), p_first_day) then
            v_outcome := 'out_of_order';
        end if;
    elsif p_first_day <= v_ledger.locked_through then
        v_outcome := 'already_locked';
    elsif (v_last_day <= v_ledger.closed_through) is not true then
        v_outcome := 'not_closed';
    elsif p_act = 'lock' then
        if p_first_day <> coalesce(v_ledger.locked_through + 1, (
               select first_day from books.period_act where tenant_id = p_tenant and act = 'close' order by number limit 1)) then
            v_outcome := 'out_of_order';
        else
            v_failed := books.lock_breaches(p_tenant, v_last_day);
            if p_verified is not true then
                v_failed := v_failed || 'verify'::text;
            end if;
            if v_failed <> '{}' then
                v_outcome := 'checks_failed';
            end if;
        end if;
    elsif p_act = 'reopen' then
        select * into v_asked from books.period_act where tenant_id = p_tenant and number = v_ledger.period_acts;
        v_owners := platform.owners_of(p_tenant);
        if (v_asked.act = 'ask_reopen' and v_asked.first_day = p_first_day) is not true then
            v_outcome := 'not_asked';
        elsif v_asked.acted_by = p_by or not array[v_asked.acted_by, p_by] <@ v_owners then
            -- Not two owners.
            if cardinality(v_owners) > 1 then
                v_outcome := 'second_person';
            elsif p_at < v_asked.acted_at + interval '24 hours' then
                v_outcome := 'too_early';
            end if;
        end if;
    end if;

    if v_outcome is null then
        perform books.add_period_act(p_tenant, p_act, p_first_day, v_last_day, p_by, p_at, p_reason);
        v_outcome := 'done';
    end if;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return query select v_outcome, v_failed;
end
$function$;

revoke all on function books.act_on_period(bigint, text, date, text, timestamptz, text, boolean) from public;
grant execute on function books.act_on_period(bigint, text, date, text, timestamptz, text, boolean) to accubooks_app;
