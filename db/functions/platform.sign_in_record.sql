-- What verifying a password needs, for one e-mail address; no row when there is no such person.
--
-- The hash must reach the program, since Argon2id is computed there. The application role gets it here and only here: one
-- row for a whole address that it must know already, so that an injected query can't list people's hashes, as it could
-- with any right on the table. A disabled person's row comes too, so that the program spends the same time on it.

set local role accubooks_owner;

create or replace function platform.sign_in_record(p_email text)
returns table (user_id uuid, name text, password_hash text, disabled boolean)
language sql
stable
security definer
rows 1
set search_path = pg_catalog, platform, pg_temp
as $function$
    select u.user_id, u.name, u.password_hash, u.disabled
      from platform.app_user u
     where u.email = lower(p_email)
$function$;

revoke all on function platform.sign_in_record(text) from public;
grant execute on function platform.sign_in_record(text) to accubooks_app, accubooks_ops;
