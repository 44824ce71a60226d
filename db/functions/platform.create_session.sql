-- Keeps a session that the program made after checking a password. Old ones of the same person are swept out here, so that
-- the table needs no sweeper. Returns whether it was made: not for a disabled person.

set local role accubooks_owner;

create or replace function platform.create_session(
    p_token_digest bytea, p_user_id uuid, p_csrf_digest bytea, p_created_at timestamptz, p_expires_at timestamptz
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    delete from platform.session s where s.user_id = p_user_id and s.expires_at <= p_created_at;
    insert into platform.session (token_digest, user_id, csrf_digest, created_at, expires_at)
    select p_token_digest, u.user_id, p_csrf_digest, p_created_at, p_expires_at
      from platform.app_user u
     where u.user_id = p_user_id and not u.disabled;
    return found;
end
$function$;

revoke all on function platform.create_session(bytea, uuid, bytea, timestamptz, timestamptz) from public;
grant execute on function platform.create_session(bytea, uuid, bytea, timestamptz, timestamptz)
    to accubooks_app, accubooks_ops;
