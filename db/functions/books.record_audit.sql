-- Adds an event to a tenant's audit, by whom, from where and why the transaction says (app.actor, app.peer, app.reason). Writers of
-- one tenant take turns by a lock on its first event, until there is one by the ledger's. It is taken when they commit, behind every
-- other lock, so that it closes no ring.
--
-- The hash is sha256 of the one before, tenant, number, the time in microseconds, and the hashes of each text, of '' where there
-- is none. src/ledger/chain.cpp computes the same.

set local role accubooks_owner;

create or replace function books.record_audit(
    p_tenant bigint, p_kind text, p_act text, p_object text, p_before jsonb, p_after jsonb, p_reason text default null
) returns void
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    v_last books.audit_event;
    v_event books.audit_event;
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    perform from books.audit_event where tenant_id = p_tenant and number = 1 for update;
    if not found then
        perform from books.ledger where tenant_id = p_tenant for update;
        perform from books.audit_event where tenant_id = p_tenant and number = 1 for update;
    end if;
    select * into v_last from books.audit_event where tenant_id = p_tenant order by number desc limit 1;
    v_event.tenant_id := p_tenant;
    v_event.number := coalesce(v_last.number, 0) + 1;
    v_event.at := clock_timestamp();
    v_event.actor := coalesce(nullif(current_setting('app.actor', true), ''), 'database:' || session_user);
    v_event.peer := coalesce(current_setting('app.peer', true), '');
    v_event.kind := p_kind;
    v_event.act := p_act;
    v_event.object := p_object;
    v_event.before := p_before;
    v_event.after := p_after;
    v_event.reason := coalesce(p_reason, current_setting('app.reason', true), '');
    v_event.chain_hash := sha256(
        coalesce(v_last.chain_hash, decode(repeat('00', 32), 'hex'))
        || int8send(v_event.tenant_id) || int8send(v_event.number) || int8send((extract(epoch from v_event.at) * 1000000)::bigint)
        || sha256(convert_to(v_event.actor, 'UTF8')) || sha256(convert_to(v_event.peer, 'UTF8'))
        || sha256(convert_to(v_event.kind, 'UTF8')) || sha256(convert_to(v_event.act, 'UTF8'))
        || sha256(convert_to(v_event.object, 'UTF8')) || sha256(convert_to(coalesce(v_event.before::text, ''), 'UTF8'))
        || sha256(convert_to(coalesce(v_event.after::text, ''), 'UTF8')) || sha256(convert_to(v_event.reason, 'UTF8')));
    insert into books.audit_event select v_event.*;
    perform set_config('app.tenant_id', v_tenant_before, true);
end
$function$;

revoke all on function books.record_audit(bigint, text, text, text, jsonb, jsonb, text) from public;
