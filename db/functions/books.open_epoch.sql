-- After a restore: a tenant's chain gets its next epoch. For the owner alone, which restores (platform.open_epochs).
--
-- What continues the chain is sha256 of the head so far, the epoch, the number it comes after, both times in microseconds, the
-- last number that was replaced (-1 where it isn't known) and the hash of the reason. src/ledger/chain.cpp computes the same.

set local role accubooks_owner;

create or replace function books.open_epoch(
    p_tenant bigint, p_restored_to timestamptz, p_restored_at timestamptz, p_reason text, p_replaced bigint
) returns table (epoch integer, after_number bigint)
language plpgsql
set search_path = pg_catalog, books, pg_temp
as $function$
#variable_conflict use_column
declare
    v_tenant_before constant text := coalesce(current_setting('app.tenant_id', true), '');
    v_epoch integer;
    v_after bigint;
    v_head bytea;
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    select l.epoch + 1, l.last_number, l.head_hash into v_epoch, v_after, v_head
      from books.ledger l
     where l.tenant_id = p_tenant
       for update;
    if not found then
        raise exception 'no ledger for tenant %', p_tenant using errcode = 'AB404';
    end if;
    insert into books.ledger_epoch (tenant_id, epoch, after_number, previous_hash, restored_to, restored_at, replaced_number, reason)
    values (p_tenant, v_epoch, v_after, v_head, p_restored_to, p_restored_at, p_replaced, p_reason);
    update books.ledger l
       set epoch = v_epoch,
           head_hash = sha256(v_head || int8send(v_epoch) || int8send(v_after)
                              || int8send((extract(epoch from p_restored_to) * 1000000)::bigint)
                              || int8send((extract(epoch from p_restored_at) * 1000000)::bigint)
                              || int8send(coalesce(p_replaced, -1)) || sha256(convert_to(p_reason, 'UTF8')))
     where l.tenant_id = p_tenant;
    perform set_config('app.tenant_id', v_tenant_before, true);
    return query select v_epoch, v_after;
end
$function$;

revoke all on function books.open_epoch(bigint, timestamptz, timestamptz, text, bigint) from public;
