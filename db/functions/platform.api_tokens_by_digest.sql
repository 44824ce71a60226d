-- What these tokens may do, those that are still good, and whether their use is to be noted (platform.note_token_uses). Exact keys: without a token there is nothing to ask for.

set local role accubooks_owner;

drop function if exists platform.api_tokens_by_digest(bytea[]);

create or replace function platform.api_tokens_by_digest(p_token_digest bytea[])
returns table (token_digest bytea, token_id uuid, tenant_id bigint, role text, label text, expires_at timestamptz, use_is_due boolean)
language sql
stable
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
    select t.token_digest, t.token_id, t.tenant_id, t.role, t.label, t.expires_at,
           (t.last_used_at > now() - interval '1 minute') is not true
      from platform.api_token t
     where t.token_digest = any (p_token_digest) and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
$function$;

revoke all on function platform.api_tokens_by_digest(bytea[]) from public;
grant execute on function platform.api_tokens_by_digest(bytea[]) to accubooks_app, accubooks_ops;
