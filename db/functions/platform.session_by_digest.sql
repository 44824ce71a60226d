-- Who holds this session, if it is still good. Exact key: without the token there is nothing to ask for.

set local role accubooks_owner;

drop function if exists platform.session_by_digest(bytea);

create or replace function platform.session_by_digest(p_token_digest bytea)
returns table (user_id uuid, email text, name text, csrf_digest bytea, created_at timestamptz, expires_at timestamptz,
               last_used_at timestamptz)
language sql
stable
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
    select s.user_id, u.email, u.name, s.csrf_digest, s.created_at, s.expires_at, s.last_used_at
      from platform.session s
      join platform.app_user u on u.user_id = s.user_id
     where s.token_digest = p_token_digest and s.expires_at > now() and not u.disabled
$function$;

revoke all on function platform.session_by_digest(bytea) from public;
grant execute on function platform.session_by_digest(bytea) to accubooks_app, accubooks_ops;
