-- Notes that tokens are used, at most once a minute each, so that most requests write nothing. Whoever meets another noting the same
-- leaves it to that one: nobody waits, and no two wait for each other. Exact keys: without a token there is nothing to note.

set local role accubooks_owner;

create or replace function platform.note_token_uses(p_token_digest bytea[]) returns void
language sql
volatile
security definer
set search_path = pg_catalog, platform, pg_temp
as $function$
    update platform.api_token t
       set last_used_at = now()
      from (select a.token_digest from platform.api_token a
             where a.token_digest = any (p_token_digest) and (a.last_used_at > now() - interval '1 minute') is not true
               for update skip locked) due
     where t.token_digest = due.token_digest;
    update platform.personal_token t
       set last_used_at = now()
      from (select p.token_digest from platform.personal_token p
             where p.token_digest = any (p_token_digest) and (p.last_used_at > now() - interval '1 minute') is not true
               for update skip locked) due
     where t.token_digest = due.token_digest;
$function$;

revoke all on function platform.note_token_uses(bytea[]) from public;
grant execute on function platform.note_token_uses(bytea[]) to accubooks_app, accubooks_ops;
