-- A decision is about what its own signed statement names, and nobody approves what they asked for. Whether the signature is good
-- is the program's to say, and everybody's who verifies the evidence: this server has no Ed25519.

set local role accubooks_owner;

create or replace function launch.check_decision() returns trigger
language plpgsql
set search_path = pg_catalog, launch, pg_temp
as $function$
declare
    v_statement jsonb;
begin
    begin
        v_statement := convert_from(decode(convert_from(new.envelope, 'UTF8')::jsonb ->> 'payload', 'base64'), 'UTF8')::jsonb;
    exception when data_exception then
        v_statement := null;
    end;
    if v_statement #>> '{subject,0,digest,sha256}' is distinct from encode(new.revision_sha256, 'hex')
       or v_statement #>> '{predicate,decision}' is distinct from new.decision then
        raise exception 'what was signed doesn''t % revision %', new.decision, encode(new.revision_sha256, 'hex')
            using errcode = 'AB403', schema = 'launch', table = 'decision';
    end if;
    if new.decision = 'approve'
       and exists (select from launch.change_revision where sha256 = new.revision_sha256 and author = new.approver) then
        raise exception 'nobody approves what they asked for' using errcode = 'AB403', schema = 'launch', table = 'decision';
    end if;
    return null;
end
$function$;

revoke all on function launch.check_decision() from public;

create or replace trigger decision__is_signed after insert on launch.decision
    for each row execute function launch.check_decision();
