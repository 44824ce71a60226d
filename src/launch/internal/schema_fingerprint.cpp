#include "launch/internal/schema_fingerprint.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr pg::Statement kSchema{
    .name = "launch.schema_fingerprint",
    .text = R"sql(
with ours as (
    select oid, nspname
      from pg_catalog.pg_namespace
     where nspname in ('platform', 'books', 'audit', 'launch')
), relation as (
    select c.oid, c.relkind, o.nspname || '.' || c.relname as name
      from pg_catalog.pg_class c
      join ours o on o.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'S')
), line as (
    select format('relation %s %s', relkind, name) as text from relation
    union all
    select format('column %s.%s %s%s %s', r.name, a.attname, format_type(a.atttypid, a.atttypmod),
                  case when a.attnotnull then ' not null' else '' end, pg_get_expr(d.adbin, d.adrelid))
      from relation r
      join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
      left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    union all
    select format('constraint %s %s %s', r.name, k.conname, pg_get_constraintdef(k.oid))
      from relation r
      join pg_catalog.pg_constraint k on k.conrelid = r.oid
    union all
    select format('index %s', pg_get_indexdef(i.indexrelid))
      from relation r
      join pg_catalog.pg_index i on i.indrelid = r.oid
    union all
    select format('trigger %s %s', t.tgenabled, pg_get_triggerdef(t.oid))
      from relation r
      join pg_catalog.pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all
    select format('view %s %s', name, pg_get_viewdef(oid)) from relation where relkind in ('v', 'm')
    union all
    select format('function %s.%s(%s) %s', o.nspname, p.proname, pg_get_function_identity_arguments(p.oid),
                  pg_get_functiondef(p.oid))
      from ours o
      join pg_catalog.pg_proc p on p.pronamespace = o.oid
     where p.prokind in ('f', 'p')
)
select sha256(convert_to(coalesce(string_agg(text, E'\n' order by text collate "C"), ''), 'UTF8')) from line)sql",
};

// An aclitem array has no order that means anything. Of roles, ours and whoever may act as them.
constexpr pg::Statement kSecurity{
    .name = "launch.security_fingerprint",
    .text = R"sql(
with ours as (
    select oid, nspname, nspowner, nspacl
      from pg_catalog.pg_namespace
     where nspname in ('platform', 'books', 'audit', 'launch', 'public')
), granted (kind, name, acl) as (
    select 'schema', nspname::text, nspacl from ours
    union all
    select 'relation', format('%s.%s', o.nspname, c.relname), c.relacl
      from ours o
      join pg_catalog.pg_class c on c.relnamespace = o.oid and c.relkind in ('r', 'p', 'v', 'm', 'S')
    union all
    select 'column', format('%s.%s.%s', o.nspname, c.relname, a.attname), a.attacl
      from ours o
      join pg_catalog.pg_class c on c.relnamespace = o.oid
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attacl is not null
    union all
    select 'function', format('%s.%s(%s)', o.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), p.proacl
      from ours o
      join pg_catalog.pg_proc p on p.pronamespace = o.oid
    union all
    select 'database', '', datacl from pg_catalog.pg_database where datname = current_database()
    union all
    select 'default', format('%s %s %s', defaclrole::regrole, defaclnamespace, defaclobjtype), defaclacl
      from pg_catalog.pg_default_acl
), line (text) as (
    select format('grant %s %s %s', g.kind, g.name,
                  (select string_agg(one::text, ' ' order by one::text collate "C") from unnest(g.acl) one))
      from granted g
    union all
    select format('role %s super %s inherit %s createrole %s createdb %s login %s replication %s bypassrls %s %s',
                  rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
                  rolconfig)
      from pg_catalog.pg_roles
     where rolname like 'accubooks\_%'
    union all
    select format('member %s of %s %s', m.member::regrole, m.roleid::regrole, m.admin_option)
      from pg_catalog.pg_auth_members m
      join pg_catalog.pg_roles r on r.oid in (m.roleid, m.member) and r.rolname like 'accubooks\_%'
    union all
    select format('owner of %s %s', nspname, nspowner::regrole) from ours
    union all
    select format('owner of %s.%s %s row security %s forced %s', o.nspname, c.relname, c.relowner::regrole,
                  c.relrowsecurity, c.relforcerowsecurity)
      from ours o
      join pg_catalog.pg_class c on c.relnamespace = o.oid and c.relkind in ('r', 'p', 'v', 'm', 'S')
    union all
    select format('policy %s.%s %s %s %s %s %s %s', p.schemaname, p.tablename, p.policyname, p.permissive, p.roles, p.cmd,
                  p.qual, p.with_check)
      from pg_catalog.pg_policies p
      join ours o on o.nspname = p.schemaname
    union all
    select format('function %s.%s(%s) owner %s definer %s %s', o.nspname, p.proname,
                  pg_get_function_identity_arguments(p.oid), p.proowner::regrole, p.prosecdef, p.proconfig)
      from ours o
      join pg_catalog.pg_proc p on p.pronamespace = o.oid
)
select sha256(convert_to(coalesce(string_agg(text, E'\n' order by text collate "C"), ''), 'UTF8')) from line)sql",
};

Task<base::Digest> digest(
    pg::Connection& connection, const pg::Statement& statement, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(statement, {}, deadline);
    co_return rows[0].get<base::Digest>(0);
}

}  // namespace

Task<base::Digest> schema_fingerprint(pg::Connection& connection, base::Deadline deadline) {
    co_return co_await digest(connection, kSchema, deadline);
}

Task<base::Digest> security_fingerprint(pg::Connection& connection, base::Deadline deadline) {
    co_return co_await digest(connection, kSecurity, deadline);
}

}  // namespace accubooks::launch
