-- Signs out: the session is gone. Returns whether there was one.

set local role accubooks_owner;

create or replace function platform.end_session(p_token_digest bytea) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    delete from platform.session s where s.token_digest = p_token_digest;
    return found;
end
$function$;

revoke all on function platform.end_session(bytea) from public;
grant execute on function platform.end_session(bytea) to accubooks_app, accubooks_ops;
