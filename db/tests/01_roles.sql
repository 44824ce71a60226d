-- Who may be what. Each serving role is nobody else, owns nothing, and can make nothing.
\ir setup.psql
select plan(18);

select is(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication, false, rolname || ' has no server-wide right')
  from pg_roles where rolname in ('accubooks_owner', 'accubooks_app', 'accubooks_ops') order by rolname;
select is_empty(
    $$select r.rolname, g.rolname from pg_auth_members m join pg_roles r on r.oid = m.member join pg_roles g on g.oid = m.roleid
       where r.rolname in ('accubooks_app', 'accubooks_ops')$$,
    'a serving role is member of no other role, so it can set none');
select is_empty(
    $$select c.oid::regclass::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('accubooks_app', 'accubooks_ops')
      union all
      select p.oid::regprocedure::text from pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname in ('accubooks_app', 'accubooks_ops')
      union all
      select n.nspname from pg_namespace n join pg_roles r on r.oid = n.nspowner where r.rolname in ('accubooks_app', 'accubooks_ops')$$,
    'a serving role owns nothing');
select is_empty(
    $$select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('books', 'platform') and c.relowner <> 'accubooks_owner'::regrole
      union all
      select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('books', 'platform') and p.proowner <> 'accubooks_owner'::regrole
      union all
      select nspname from pg_namespace where nspname in ('books', 'platform') and nspowner <> 'accubooks_owner'::regrole$$,
    'everything of ours is the owner''s');

select is(has_database_privilege(role, current_database(), privilege), false, format('%s can''t make %s', role, what))
  from (values ('accubooks_app'), ('accubooks_ops')) r(role),
       (values ('TEMP', 'temporary tables'), ('CREATE', 'schemas')) p(privilege, what)
 order by role, privilege;
select is_empty(
    $$select role, nspname from (values ('accubooks_app'), ('accubooks_ops')) r(role), pg_namespace
       where has_schema_privilege(role, oid, 'CREATE') and nspname not like 'pg\_temp%' and nspname not like 'pg\_toast%'$$,
    'a serving role can create in no schema');
select is_empty(
    $$select nspname, a.privilege_type from pg_namespace, lateral aclexplode(nspacl) a
       where nspname in ('books', 'platform') and a.grantee = 0$$,
    'our schemas are closed to the public');
select is_empty(
    $$select datname, a.privilege_type from pg_database, lateral aclexplode(datacl) a
       where datname = current_database() and a.grantee = 0$$,
    'the public has no right on the database');

select throws_ok(tap.as_app(null, 'create temp table ledger (tenant_id bigint)'), '42501', null, 'the application fails to make a temporary table');
select throws_ok(tap.as_app(null, 'create table books.mine (a int)'), '42501', null, 'the application fails to make a table');
select throws_ok(tap.as_app(null, 'create schema mine'), '42501', null, 'the application fails to make a schema');
select throws_ok(tap.as_app(null, $$copy (select 1) to program 'true'$$), '42501', null, 'the application fails to run programs');

select is_empty(
    $$select role from (values ('accubooks_app'), ('accubooks_ops')) r(role)
       where not exists (
             select from pg_db_role_setting d, unnest(d.setconfig) s
              where d.setrole = r.role::regrole and s = 'search_path=pg_catalog, pg_temp'
                and d.setdatabase in (0, (select oid from pg_database where datname = current_database())))$$,
    'a serving role''s sessions find nothing by an unqualified name but the catalogue');

select * from finish();
rollback;
