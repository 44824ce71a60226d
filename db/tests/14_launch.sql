-- Changes, decisions and incidents: written by operations alone, and never changed by anybody.
\ir setup.psql
select no_plan();

\set ann '''00000000-0000-7000-8000-000000000001'''
\set bob '''00000000-0000-7000-8000-000000000002'''
insert into platform.app_user (user_id, email, name, password_hash)
values (:ann, 'ann@example.com', 'Ann', 'x'), (:bob, 'bob@example.com', 'Bob', 'x');

-- Who may what.
select set_eq(
    $$select c.relname || ' ' || a.grantee::regrole || ' ' || lower(a.privilege_type)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a
       where n.nspname = 'launch' and a.grantee <> 'accubooks_owner'::regrole$$,
    $$select t || ' accubooks_ops ' || p
        from unnest(array['change', 'change_revision', 'change_event', 'decision', 'acknowledgement', 'incident',
                          'incident_report', 'write_key', 'execution_report', 'report_signature', 'backup_attestation']) t,
             unnest(array['select', 'insert']) p
      union all
      select t || ' accubooks_ops select'
        from unnest(array['role_event', 'notification', 'notification_attempt', 'notification_receipt', 'execution',
                          'execution_event', 'evidence_line']) t$$,
    'operations read and write, nobody else does, and nobody changes');
select is(has_schema_privilege('accubooks_app', 'launch', 'usage'), false, 'the application has no way in');

-- A change of one revision, decided about.
select lives_ok(tap.as_role('accubooks_ops', null, sql), sql)
  from unnest(array[
    $$insert into launch.change values (1, 'phase1', now())$$,
    format($$insert into launch.change_revision values (1, 1, '{}', sha256('{}'), %L, now())$$, :ann),
    $$insert into launch.change_event values (1, 1, 1, 'drafted', 'user', '{}', now())$$,
    format($$insert into launch.decision select sha256(e), e, 1, 1, sha256('{}'), %L, 'k', 'approve', now()
                                            from tap.envelope(sha256('{}'), 'approve') e$$, :bob),
    $$insert into launch.incident values (1, 'p0', 'Slow', 1, 1, 1, null, 'user', now(), now())$$,
    $$insert into launch.incident_report values (1, '{}', 'user', now(), now())$$]) sql;

select throws_ok(tap.as_role('accubooks_ops', null, sql), state, null, what)
  from (values
    ('23505', $$insert into launch.change_event values (1, 1, 1, 'submitted', 'user', '{}', now())$$, 'of two events with one number one is taken'),
    ('23514', format($$insert into launch.change_revision values (1, 2, '{"b":1}', sha256('{}'), %L, now())$$, :ann), 'a digest is that of its payload'),
    ('23505', format($$insert into launch.change_revision values (1, 2, '{}', sha256('{}'), %L, now())$$, :ann), 'two revisions never have one payload'),
    ('23514', format($$insert into launch.decision values (sha256('x'), '{"a":2}', 1, 1, sha256('{}'), %L, 'k', 'reject', now())$$, :ann), 'a decision is its envelope'),
    ('23505', format($$insert into launch.decision select sha256(e), e, 1, 1, sha256('{}'), %L, 'k', 'reject', now()
                                                    from tap.envelope(sha256('{}'), 'approve') e$$, :bob), 'an envelope counts once'),
    ('23514', $$insert into launch.change values (2, 'phase9', now())$$, 'there are four phases'),
    ('23514', $$insert into launch.incident values (2, 'p0', 'Slow', null, null, null, null, 'user', now() + interval '1 hour', now())$$, 'nothing is detected in the future'),
    ('23505', $$insert into launch.incident_report values (1, '{}', 'user', now(), now())$$, 'an incident ends once')
  ) c(state, sql, what);

select throws_ok(tap.as_owner(null, format('%s launch.%I %s', verb, t, rest)), 'AB403', null, format('the owner''s %s on %s is refused', verb, t))
  from unnest(array['change', 'change_revision', 'change_event', 'decision', 'acknowledgement', 'incident', 'incident_report']) t,
       lateral (values ('delete from', ''), ('truncate', 'cascade')) v(verb, rest);
select throws_ok(tap.as_owner(null, $$update launch.change_event set actor = 'x'$$), 'AB403', null, 'what happened doesn''t change');
select throws_ok(tap.as_owner(null, $$update launch.decision set key_id = 'x'$$), 'AB403', null, 'nor who signed');

select * from finish();
rollback;
