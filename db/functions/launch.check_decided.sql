-- Nothing is decided but by a signature: an event that says so has its decision, of that revision's digest, when its transaction
-- ends. Deferred, since the decision names the event.

set local role accubooks_owner;

create or replace function launch.check_decided() returns trigger
language plpgsql
set search_path = pg_catalog, launch, pg_temp
as $function$
begin
    if not exists (
        select
          from launch.decision d
          join launch.change_revision r on r.sha256 = d.revision_sha256
         where d.change = new.change and d.sequence = new.sequence
           and r.change = new.change and r.revision = new.revision
           and d.decision = case new.kind when 'approved' then 'approve' when 'rejected' then 'reject'
                                          when 'deferred' then 'defer' else 'revoke' end) then
        raise exception 'event % of change % says that revision % is %, which nobody signed', new.sequence, new.change, new.revision, new.kind
            using errcode = 'AB403', schema = 'launch', table = 'change_event';
    end if;
    return null;
end
$function$;

revoke all on function launch.check_decided() from public;

-- There is no "or replace" for constraint triggers.
drop trigger if exists change_event__decided on launch.change_event;
create constraint trigger change_event__decided after insert on launch.change_event
    deferrable initially deferred
    for each row when (new.kind in ('approved', 'rejected', 'deferred', 'revoked'))
    execute function launch.check_decided();
