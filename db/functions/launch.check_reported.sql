-- A report is of what is over.

set local role accubooks_owner;

create or replace function launch.check_reported() returns trigger
language plpgsql
set search_path = pg_catalog, launch, pg_temp
as $function$
begin
    if not exists (select from launch.execution_event where execution = new.execution and is_end) then
        raise exception 'execution % hasn''t ended; its report comes then', new.execution
            using errcode = 'AB403', schema = 'launch', table = 'execution_report';
    end if;
    return null;
end
$function$;

revoke all on function launch.check_reported() from public;

create or replace trigger execution_report__of_an_end after insert on launch.execution_report
    for each row execute function launch.check_reported();
