-- The audit log: only operations write it, and nobody changes it.
\ir setup.psql
select no_plan();

select lives_ok(
    tap.as_role('accubooks_ops', null,
        $$insert into audit.act (act_id, actor, action, object, payload, salt, recorded_at)
          values (gen_random_uuid(), 'system', 'test.happened', 'x', '{}', sha256('salt'), now())$$),
    'operations record acts');
select throws_ok(
    tap.as_role('accubooks_ops', null,
        $$insert into audit.act (act_id, actor, action, object, payload, salt, recorded_at, transaction_id)
          values (gen_random_uuid(), 'system', 'test.happened', 'x', '{}', sha256('salt'), now(), '1')$$),
    '42501', null, 'but don''t say in which transaction');
select throws_ok(format($$insert into audit.act (act_id, actor, action, object, payload, salt, recorded_at)
                          values (gen_random_uuid(), %L, %L, %L, %L, sha256('salt'), now())$$, actor, action, object, payload),
                 '23514', null, format('%s %s %s is no act', actor, action, object))
  from (values ('', 'test.happened', 'x', '{}'), ('system', 'happened', 'x', '{}'), ('system', 'test.Happened', 'x', '{}'),
               ('system', 'test.happened', '', '{}'), ('system', 'test.happened', 'x', '')) v(actor, action, object, payload);

select throws_ok(tap.as_owner(null, format('%s audit.%I %s', verb, t, rest)), 'AB403', null, format('the owner''s %s on %s is refused', verb, t))
  from unnest(array['act', 'log', 'leaf', 'node', 'checkpoint', 'witness', 'cosignature']) t,
       lateral (values ('delete from', ''), ('truncate', 'cascade')) v(verb, rest);
select throws_ok(tap.as_owner(null, sql), 'AB403', null, sql)
  from unnest(array[$$update audit.act set payload = '[]'$$, $$update audit.log set origin = 'x'$$, $$update audit.leaf set entry = 'x'$$,
                    $$update audit.node set hash = sha256('x')$$, $$update audit.checkpoint set note = 'x'$$,
                    $$update audit.witness set added_by = 'x'$$, $$update audit.cosignature set signature = 'x'$$]) sql;

select set_eq(
    $$select c.relname || coalesce('.' || a.attname, '') || ' ' || lower(a.privilege_type)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral (
             select null::name as attname, x.privilege_type, x.grantee from aclexplode(c.relacl) x
             union all
             select t.attname, x.privilege_type, x.grantee from pg_attribute t, lateral aclexplode(t.attacl) x
              where t.attrelid = c.oid) a
       where n.nspname = 'audit' and c.relkind = 'r' and a.grantee = 'accubooks_ops'::regrole$$,
    $$select t || ' select' from unnest(array['act', 'log', 'leaf', 'node', 'checkpoint', 'witness', 'cosignature']) t
      union all
      select t || ' insert' from unnest(array['log', 'leaf', 'node']) t
      union all
      select 'act.' || t || ' insert'
        from unnest(array['act_id', 'actor', 'action', 'object', 'object_digest', 'payload', 'salt', 'recorded_at']) t
      union all
      select t || ' insert' from unnest(array['checkpoint.log', 'checkpoint.size', 'checkpoint.note', 'witness.verifier_key',
             'witness.added_by', 'cosignature.log', 'cosignature.size', 'cosignature.verifier_key', 'cosignature.signature']) t$$,
    'operations read and add, and that is all');
select is_empty(
    $$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a
       where n.nspname = 'audit' and a.grantee not in ('accubooks_owner'::regrole, 'accubooks_ops'::regrole)$$,
    'nobody else has a right on a table of audit');
select ok(not has_schema_privilege('accubooks_app', 'audit', 'usage'), 'the application has no way in');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'audit' and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0)
             or not exists (select from unnest(p.proconfig) s where s ~ '^search_path=.*pg_temp$'))$$,
    'its functions are closed and fix their path');

select * from finish();
rollback;
