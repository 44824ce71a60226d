-- Roles, schemas, and what everybody loses.
-- Lock: none on tables. Duration: milliseconds.
--
-- Runs in a private cluster, where the roles exist and the login is accubooks_owner, and on a server of somebody else's,
-- where the login is a superuser or may create roles, and owns the database. Roles belong to the whole server, so an
-- existing one is taken as it is, and judged below: an application role that could bypass row security or become
-- somebody else would make every policy of these books a decoration.

do $roles$
declare
    v_role text;
    v_outcast text;
begin
    foreach v_role in array array['accubooks_owner', 'accubooks_app', 'accubooks_ops'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
            execute format('create role %I %s nosuperuser nocreatedb nocreaterole noinherit nobypassrls noreplication',
                           v_role, case v_role when 'accubooks_owner' then 'nologin' else 'login' end);
        end if;
    end loop;

    -- Who migrates must be able to become the owner. A superuser is everybody's member already.
    if not pg_catalog.pg_has_role(current_user, 'accubooks_owner', 'member') then
        execute format('grant accubooks_owner to %I', current_user);
    end if;

    select string_agg(rolname, ', ') into v_outcast
      from pg_catalog.pg_roles
     where rolname in ('accubooks_owner', 'accubooks_app', 'accubooks_ops')
       and (rolsuper or rolbypassrls or rolcreaterole or rolreplication);
    if v_outcast is not null then
        raise exception 'role % has rights that defeat row security', v_outcast
            using hint = 'alter role … nosuperuser nobypassrls nocreaterole noreplication';
    end if;

    select string_agg(m.rolname || ' in ' || g.rolname, ', ') into v_outcast
      from pg_catalog.pg_auth_members a
      join pg_catalog.pg_roles m on m.oid = a.member
      join pg_catalog.pg_roles g on g.oid = a.roleid
     where m.rolname in ('accubooks_app', 'accubooks_ops');
    if v_outcast is not null then
        raise exception 'a serving role may be no member of another role, but is: %', v_outcast
            using hint = 'revoke that membership';
    end if;
end
$roles$;

do $database$
declare
    v_role text;
begin
    -- No temporary tables (a shadow of a ledger table lives there) and no schemas but ours.
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to accubooks_owner, accubooks_app, accubooks_ops', current_database());
    execute format('grant create on database %I to accubooks_owner', current_database());

    -- Nothing of ours is ever found by an unqualified name, so a session's path holds the catalogue alone. Only who may alter
    -- roles can fix it; in a private cluster the set-up has done so when it made the roles.
    if (select rolsuper or rolcreaterole from pg_catalog.pg_roles where rolname = current_user) then
        foreach v_role in array array['accubooks_owner', 'accubooks_app', 'accubooks_ops'] loop
            execute format('alter role %I in database %I set search_path = pg_catalog, pg_temp', v_role, current_database());
        end loop;
    end if;
end
$database$;

do $public$
begin
    -- Servers upgraded from before 15 still let everybody create here.
    if exists (
        select from pg_catalog.pg_namespace n, lateral pg_catalog.aclexplode(n.nspacl) a
         where n.nspname = 'public' and a.grantee = 0 and a.privilege_type = 'CREATE'
    ) then
        revoke create on schema public from public;
    end if;
end
$public$;

do $bookkeeping$
declare
    v_table regclass;
begin
    -- What has been applied is written down in platform before this file runs, by whoever migrates, and from here on by the
    -- owner.
    if exists (select from pg_catalog.pg_namespace where nspname = 'platform' and nspowner <> 'accubooks_owner'::regrole) then
        alter schema platform owner to accubooks_owner;
    end if;
    for v_table in
        select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'platform' and c.relkind = 'r'
    loop
        execute format('alter table %s owner to accubooks_owner', v_table);
        execute format('grant select on %s to accubooks_app, accubooks_ops', v_table);
    end loop;
end
$bookkeeping$;

set local role accubooks_owner;

create schema if not exists platform;
create schema if not exists books;

grant usage on schema platform to accubooks_app, accubooks_ops;
grant usage on schema books to accubooks_app;

-- A function is nobody's until its file grants it.
alter default privileges for role accubooks_owner revoke execute on functions from public;
