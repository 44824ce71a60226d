-- A change of a row is an event of its tenant's audit. As a trigger, it can be forgotten by no statement; deferred, it waits for
-- the commit (books.record_audit says why). Arguments: the kind, the prefix and the column of the object's name, and columns that
-- are left out, being secret or no setting. A row that says why itself goes before the transaction's reason.

set local role accubooks_owner;

create or replace function books.record_change() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, books, pg_temp
as $function$
declare
    v_before constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - tg_argv[3:] end;
    v_after constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - tg_argv[3:] end;
    v_row constant jsonb := coalesce(v_after, v_before);
begin
    if v_before is distinct from v_after then
        perform books.record_audit(
            (v_row ->> 'tenant_id')::bigint, tg_argv[0],
            case when tg_op = 'INSERT' and tg_table_name in ('period_act', 'import_batch') then 'done'
                 when tg_op = 'INSERT' then 'made'
                 when tg_op = 'UPDATE' then 'changed'
                 else 'removed' end,
            tg_argv[1] || (v_row ->> tg_argv[2]), v_before, v_after, v_row ->> 'reason');
    end if;
    return null;
end
$function$;

revoke all on function books.record_change() from public;

drop trigger if exists account__recorded on books.account;
create constraint trigger account__recorded after insert or update on books.account
    deferrable initially deferred for each row execute function books.record_change('account', 'account:', 'account_id');
drop trigger if exists period_act__recorded on books.period_act;
create constraint trigger period_act__recorded after insert on books.period_act
    deferrable initially deferred for each row execute function books.record_change('period', 'period:', 'first_day', 'chain_hash');
-- Its settings; the rest of the row moves with every entry.
drop trigger if exists ledger__recorded on books.ledger;
create constraint trigger ledger__recorded after update of year_starts_month, year_starts_day, time_zone on books.ledger
    deferrable initially deferred for each row
    execute function books.record_change('setting', 'calendar:', 'tenant_id', 'last_number', 'head_hash', 'epoch', 'period_acts',
                                         'closed_through', 'locked_through', 'complete_at_once');
drop trigger if exists import_batch__recorded on books.import_batch;
create constraint trigger import_batch__recorded after insert or update on books.import_batch
    deferrable initially deferred for each row execute function books.record_change('import', 'import:', 'first_number');
drop trigger if exists import_mapping__recorded on books.import_mapping;
create constraint trigger import_mapping__recorded after insert or update or delete on books.import_mapping
    deferrable initially deferred for each row
    execute function books.record_change('setting', 'import-mapping:', 'name', 'saved_by', 'saved_at');
drop trigger if exists membership__recorded on platform.membership;
create constraint trigger membership__recorded after insert or update or delete on platform.membership
    deferrable initially deferred for each row execute function books.record_change('role', 'user:', 'user_id');
drop trigger if exists invitation__recorded on platform.invitation;
create constraint trigger invitation__recorded after insert or update or delete on platform.invitation
    deferrable initially deferred for each row
    execute function books.record_change('role', 'invitation:', 'invitation_id', 'secret_digest');
drop trigger if exists api_token__recorded on platform.api_token;
-- Its use is no change of it.
create constraint trigger api_token__recorded
    after insert or delete or update of token_digest, token_id, tenant_id, role, label, created_at, created_by, expires_at, revoked_at
    on platform.api_token
    deferrable initially deferred for each row
    execute function books.record_change('token', 'token:', 'token_id', 'token_digest', 'last_used_at');
drop trigger if exists tenant__recorded on platform.tenant;
create constraint trigger tenant__recorded after insert or update on platform.tenant
    deferrable initially deferred for each row execute function books.record_change('setting', 'tenant:', 'tenant_id');
