-- Whose token this is, if it is still good, and whether its use is to be noted (platform.note_token_uses). Exact key: without the token there is nothing to ask for.

set local role accubooks_owner;

drop function if exists platform.personal_token_by_digest(bytea);

create or replace function platform.personal_token_by_digest(p_token_digest bytea)
returns table (token_id uuid, user_id uuid, email text, name text, expires_at timestamptz, use_is_due boolean)
language sql
stable
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
    select t.token_id, t.user_id, u.email, u.name, t.expires_at, (t.last_used_at > now() - interval '1 minute') is not true
      from platform.personal_token t
      join platform.app_user u on u.user_id = t.user_id
     where t.token_digest = p_token_digest and t.revoked_at is null and t.expires_at > now() and not u.disabled
$function$;

revoke all on function platform.personal_token_by_digest(bytea) from public;
grant execute on function platform.personal_token_by_digest(bytea) to accubooks_app, accubooks_ops;
