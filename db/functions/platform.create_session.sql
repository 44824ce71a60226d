-- Keeps a session that the program made after checking a password. Old ones of the same person are swept out here, so that
-- the table needs no sweeper. Returns whether it was made: not for a disabled person, and not when the password that was
-- checked, told by its hash, isn't the person's any more. The lock makes a change of it wait, or waits for one: a session is
-- there before a new password ends all others, or never.

set local role accubooks_owner;

drop function if exists platform.create_session(bytea, uuid, bytea, timestamptz, timestamptz);

create or replace function platform.create_session(
    p_token_digest bytea, p_user_id uuid, p_csrf_digest bytea, p_created_at timestamptz, p_expires_at timestamptz,
    -- A program of before, which hands over to this one's, doesn't tell these.
    p_password_hash text default null, p_peer text default '', p_user_agent text default ''
) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    perform from platform.app_user u
      where u.user_id = p_user_id and not u.disabled and u.password_hash = coalesce(p_password_hash, u.password_hash)
        for share;
    if not found then
        return false;
    end if;
    delete from platform.session s where s.user_id = p_user_id and s.expires_at <= p_created_at;
    insert into platform.session (token_digest, user_id, csrf_digest, created_at, expires_at, peer, user_agent)
    values (p_token_digest, p_user_id, p_csrf_digest, p_created_at, p_expires_at, p_peer, p_user_agent);
    return true;
end
$function$;

revoke all on function platform.create_session(bytea, uuid, bytea, timestamptz, timestamptz, text, text, text) from public;
grant execute on function platform.create_session(bytea, uuid, bytea, timestamptz, timestamptz, text, text, text)
    to accubooks_app, accubooks_ops;
