-- Notes that a session was used and moves its end on; never back, and not past a week from its beginning whatever the program
-- asks for. Exact key: without the token there is nothing to extend. Returns whether the end moved.

set local role accubooks_owner;

create or replace function platform.extend_session(p_token_digest bytea, p_expires_at timestamptz) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
begin
    update platform.session s set last_used_at = clock_timestamp() where s.token_digest = p_token_digest;
    update platform.session s
       set expires_at = p_expires_at
     where s.token_digest = p_token_digest
       and s.expires_at < p_expires_at
       and p_expires_at <= s.created_at + interval '7 days';
    return found;
end
$function$;

revoke all on function platform.extend_session(bytea, timestamptz) from public;
grant execute on function platform.extend_session(bytea, timestamptz) to accubooks_app, accubooks_ops;
