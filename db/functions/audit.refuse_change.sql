-- The log only grows: nothing in it changes or goes away, for the owner neither.

set local role accubooks_owner;

create or replace function audit.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, audit, pg_temp
as $function$
begin
    raise exception '% on audit.% is refused: the audit log only grows', tg_op, tg_table_name
        using errcode = 'AB403', schema = 'audit', table = tg_table_name;
end
$function$;

revoke all on function audit.refuse_change() from public;

create or replace trigger act__never_changes before update or delete or truncate on audit.act
    for each statement execute function audit.refuse_change();
create or replace trigger log__never_changes before update or delete or truncate on audit.log
    for each statement execute function audit.refuse_change();
create or replace trigger leaf__never_changes before update or delete or truncate on audit.leaf
    for each statement execute function audit.refuse_change();
create or replace trigger node__never_changes before update or delete or truncate on audit.node
    for each statement execute function audit.refuse_change();
create or replace trigger checkpoint__never_changes before update or delete or truncate on audit.checkpoint
    for each statement execute function audit.refuse_change();
create or replace trigger witness__never_changes before update or delete or truncate on audit.witness
    for each statement execute function audit.refuse_change();
create or replace trigger cosignature__never_changes before update or delete or truncate on audit.cosignature
    for each statement execute function audit.refuse_change();
