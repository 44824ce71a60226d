-- What was asked for, decided and done in a launch is evidence: it never changes, for the owner neither.

set local role accubooks_owner;

create or replace function launch.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, launch, pg_temp
as $function$
begin
    raise exception '% on launch.% is refused: it is a record and never changes', tg_op, tg_table_name
        using errcode = 'AB403', schema = 'launch', table = tg_table_name;
end
$function$;

revoke all on function launch.refuse_change() from public;

create or replace trigger change__never_changes before update or delete or truncate on launch.change
    for each statement execute function launch.refuse_change();
create or replace trigger change_revision__never_changes before update or delete or truncate on launch.change_revision
    for each statement execute function launch.refuse_change();
create or replace trigger change_event__never_changes before update or delete or truncate on launch.change_event
    for each statement execute function launch.refuse_change();
create or replace trigger decision__never_changes before update or delete or truncate on launch.decision
    for each statement execute function launch.refuse_change();
create or replace trigger acknowledgement__never_changes before update or delete or truncate on launch.acknowledgement
    for each statement execute function launch.refuse_change();
create or replace trigger incident__never_changes before update or delete or truncate on launch.incident
    for each statement execute function launch.refuse_change();
create or replace trigger incident_report__never_changes before update or delete or truncate on launch.incident_report
    for each statement execute function launch.refuse_change();
create or replace trigger role_event__never_changes before update or delete or truncate on launch.role_event
    for each statement execute function launch.refuse_change();
create or replace trigger notification__never_changes before update or delete or truncate on launch.notification
    for each statement execute function launch.refuse_change();
create or replace trigger notification_attempt__never_changes before update or delete or truncate on launch.notification_attempt
    for each statement execute function launch.refuse_change();
create or replace trigger notification_receipt__never_changes before update or delete or truncate on launch.notification_receipt
    for each statement execute function launch.refuse_change();
create or replace trigger execution_event__never_changes before update or delete or truncate on launch.execution_event
    for each statement execute function launch.refuse_change();
create or replace trigger evidence_line__never_changes before update or delete or truncate on launch.evidence_line
    for each statement execute function launch.refuse_change();
create or replace trigger execution__stays before delete or truncate on launch.execution
    for each statement execute function launch.refuse_change();
create or replace trigger execution__never_changes
    before update of execution, change, revision, attempt, rehearsal, made_at on launch.execution
    for each statement execute function launch.refuse_change();
create or replace trigger execution_report__never_changes before update or delete or truncate on launch.execution_report
    for each statement execute function launch.refuse_change();
create or replace trigger report_signature__never_changes before update or delete or truncate on launch.report_signature
    for each statement execute function launch.refuse_change();
create or replace trigger backup_attestation__never_changes before update or delete or truncate on launch.backup_attestation
    for each statement execute function launch.refuse_change();
