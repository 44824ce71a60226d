-- What was set, by whom, what the instances said, and who signs with which key is evidence: it never changes, for the owner
-- neither.

set local role accubooks_owner;

create or replace function platform.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    raise exception '% on platform.% is refused: it is a record and never changes', tg_op, tg_table_name
        using errcode = 'AB403', schema = 'platform', table = tg_table_name;
end
$function$;

revoke all on function platform.refuse_change() from public;

create or replace trigger setting_revision__never_changes before update or delete or truncate on platform.setting_revision
    for each statement execute function platform.refuse_change();
create or replace trigger setting_lease__never_changes before update or delete or truncate on platform.setting_lease
    for each statement execute function platform.refuse_change();
create or replace trigger setting_acknowledgement__never_changes before update or delete or truncate
    on platform.setting_acknowledgement
    for each statement execute function platform.refuse_change();
create or replace trigger personal_key__never_changes before update or delete or truncate on platform.personal_key
    for each statement execute function platform.refuse_change();
create or replace trigger personal_key_revocation__never_changes before update or delete or truncate
    on platform.personal_key_revocation
    for each statement execute function platform.refuse_change();
create or replace trigger backup_event__never_changes before update or delete or truncate on platform.backup_event
    for each statement execute function platform.refuse_change();
