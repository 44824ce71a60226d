-- What these tokens may do, those that are still good. Exact keys: without a token there is nothing to ask for.

set local role accubooks_owner;

create or replace function platform.api_tokens_by_digest(p_token_digest bytea[])
returns table (token_digest bytea, token_id uuid, tenant_id bigint, role text, label text, expires_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
    select t.token_digest, t.token_id, t.tenant_id, t.role, t.label, t.expires_at
      from platform.api_token t
     where t.token_digest = any (p_token_digest) and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
$function$;

revoke all on function platform.api_tokens_by_digest(bytea[]) from public;
grant execute on function platform.api_tokens_by_digest(bytea[]) to accubooks_app, accubooks_ops;
