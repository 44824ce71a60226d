-- Post-change reports: kept once, signed once, never changed.
\ir setup.psql
select no_plan();

\set ann '''00000000-0000-7000-8000-000000000001'''
insert into platform.app_user (user_id, email, name, password_hash) values (:ann, 'ann@example.com', 'Ann', 'x');
insert into launch.change values (1, 'phase1', now());
insert into launch.change_revision values (1, 1, '{}', sha256('{}'), :ann, now());

\set bob '''00000000-0000-7000-8000-000000000002'''
insert into platform.app_user (user_id, email, name, password_hash) values (:bob, 'bob@example.com', 'Bob', 'x');
select tap.decides(1, :bob);

set local role accubooks_ops;
select throws_ok($$insert into launch.execution_report values (1, '{}', '#', now(), now())$$, '23503', null,
    'a report is of an execution');
select lives_ok($$select * from launch.begin_execution(1, 1, false, now())$$, 'one begins');
select throws_ok($$insert into launch.execution_report values (1, '{}', '#', now(), now())$$, 'AB403', null,
    'what isn''t over has no report');
select lives_ok($$select launch.append_execution_events(1, 1, 1, '{started,entered}', array['{}', '{"state":"cancelled"}'],
        array[now(), now()])$$, 'it ends');
select throws_ok($$insert into launch.execution_report values (1, '[]', '#', now(), now())$$, '23514', null,
    'a report is a JSON object');
select throws_ok(format($$insert into launch.report_signature values (1, '{}', %L, now())$$, :ann), '23503', null,
    'what isn''t there isn''t signed');
select lives_ok($$insert into launch.execution_report values (1, '{}', '#', now(), now())$$, 'operations keep it');
select throws_ok($$insert into launch.execution_report values (1, '{"a":1}', '#', now(), now())$$, '23505', null, 'once');
select throws_ok($$insert into launch.report_signature values (1, '{}', gen_random_uuid(), now())$$, '23503', null,
    'a person signs');
select lives_ok(format($$insert into launch.report_signature values (1, '{}', %L, now())$$, :ann), 'somebody whom we know');
select throws_ok(format($$insert into launch.report_signature values (1, '{"a":1}', %L, now())$$, :ann), '23505', null, 'once');
select throws_ok(format('%s launch.%I', verb, t) || rest, '42501', null, format('operations can''t %s %s', verb, t))
  from unnest(array['execution_report', 'report_signature']) t,
       lateral (values ('delete from', ''), ('update', ' set execution = 2')) v(verb, rest);
reset role;

select throws_ok(tap.as_owner(null, format('%s launch.%I', verb, t) || rest), 'AB403', null,
    format('the owner''s %s on %s is refused', verb, t))
  from unnest(array['execution_report', 'report_signature']) t,
       lateral (values ('delete from', ''), ('update', ' set execution = 2'), ('truncate', ' cascade')) v(verb, rest);
select throws_ok(tap.as_role('accubooks_app', null, 'select * from launch.execution_report'), '42501', null,
    'tenants'' connections don''t see it');

select * from finish();
rollback;
