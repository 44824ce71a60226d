-- Executions: one runs at a time, one driver leads it, and what is recorded never changes.
\ir setup.psql
select no_plan();

\set ann '''00000000-0000-7000-8000-000000000001'''
insert into platform.app_user (user_id, email, name, password_hash) values (:ann, 'ann@example.com', 'Ann', 'x');
\set bob '''00000000-0000-7000-8000-000000000002'''
\set eve '''00000000-0000-7000-8000-000000000003'''
insert into platform.app_user (user_id, email, name, password_hash)
values (:bob, 'bob@example.com', 'Bob', 'x'), (:eve, 'eve@example.com', 'Eve', 'x');
insert into launch.change values (1, 'phase1', now());
\set payload '\'{"plan":{"phase1":{"change":[{"setting":"database.pool.max","from":50,"to":200}],"apply":{"steps":[[{"setting":"database.pool.max","value":200}]]}}}}\''
insert into launch.change_revision values (1, 1, :payload, sha256(:payload), :ann, now());
insert into launch.change_revision values (1, 2, '{}', sha256('{}'), :ann, now());
create function tap.happens(p_sequence bigint, p_kind text, p_detail text default '{}') returns void
language sql as $$
    insert into launch.change_event (change, sequence, revision, kind, actor, detail, at)
    values (1, p_sequence, 1, p_kind, 'test', p_detail, now())
$$;
select tap.happens(1, 'submitted');

-- Functions are the only way, and operations the only ones who may.
select set_eq(
    $$select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'launch' and p.prosecdef$$,
    $$values ('begin_execution'), ('claim_execution'), ('renew_execution'), ('hold_execution'), ('append_execution_events'),
             ('append_evidence_lines'), ('is_ordered')$$,
    'the functions that run as the owner');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'launch'
         and (p.proacl is null or exists (select from aclexplode(p.proacl) a
                                           where a.grantee not in ('accubooks_owner'::regrole, 'accubooks_ops'::regrole)))$$,
    'no function of the launch is open to anybody else');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'launch' and not exists (select from unnest(p.proconfig) s where s ~ '^search_path=.*pg_temp$')$$,
    'every function fixes its search_path');
select throws_ok(tap.as_role('accubooks_ops', null, $$insert into launch.execution values (1, 1, 1, 1, false, now())$$),
    '42501', null, 'no execution begins but by its function');

select throws_ok(tap.as_role('accubooks_ops', null, $$select launch.begin_execution(1, 1, true, now())$$), 'AB403', null,
    'nothing begins without an approval');
savepoint unsigned;
select tap.happens(2, 'approved');
select throws_ok(tap.as_role('accubooks_ops', null, $$select launch.begin_execution(1, 1, true, now())$$), 'AB403', null,
    'nor by an approval that nobody signed');
select throws_ok('set constraints all immediate', 'AB403', null, 'which doesn''t outlive its transaction');
rollback to unsigned;
select throws_ok(format('select tap.decides(2, %L)', :ann), 'AB403', null, 'nobody approves what they asked for');
select throws_ok(
    format($$insert into launch.decision values (sha256('{}'), '{}', 1, 1, sha256('{}'), %L, 'key', 'approve', now())$$, :bob),
    'AB403', null, 'a decision is about what was signed');
select tap.decides(2, :bob);
select lives_ok('set constraints all immediate', 'what was signed stays');
set constraints all deferred;
select throws_ok(tap.as_role('accubooks_ops', null, $$select launch.begin_execution(1, 2, true, now())$$), 'AB403', null,
    'nor does another revision than the approved one');
select tap.decides(3, :bob, 'revoke');
select throws_ok(tap.as_role('accubooks_ops', null, $$select launch.begin_execution(1, 1, true, now())$$), 'AB403', null,
    'nor what is approved no more');
savepoint ended;
select tap.happens(4, 'ended', '{"ending":"rehearsed"}');
select throws_ok(tap.as_role('accubooks_ops', null, $$select launch.begin_execution(1, 1, true, now())$$), 'AB403', null,
    'whatever is said to have ended');
rollback to ended;
select tap.decides(4, :eve);
select is(launch.running_state(), null, 'nothing runs');

set local role accubooks_ops;
select results_eq($$select execution, attempt from launch.begin_execution(1, 1, true, now())$$, $$values (1::bigint, 1::bigint)$$,
    'the first attempt');
select is_empty($$select * from launch.begin_execution(1, 1, false, now())$$, 'a second one waits for the first');
select is(launch.running_execution(), 1::bigint, 'it runs');

-- The lease.
select is(launch.claim_execution(1, 'a', 60000), 2::bigint, 'each claim has the next epoch');
select is(launch.claim_execution(1, 'b', 60000), null, 'nobody takes what is held');
select is(launch.claim_execution(1, 'a', 1), 3::bigint, 'its holder may claim again');
select is(launch.renew_execution(1, 2, 60000), false, 'an older epoch renews nothing');
select pg_sleep(0.01);
select is(launch.renew_execution(1, 3, 60000), false, 'nor does one whose time is over');
select is(launch.claim_execution(1, 'b', 60000), 4::bigint, 'which anybody takes');
select is(launch.renew_execution(1, 4, 60000), true, 'and holds');
select is(launch.hold_execution(1, 3), false, 'the one before is fenced off');
select is(launch.hold_execution(1, 4), true, 'the newest is not');

-- Events.
select is(launch.append_execution_events(1, 3, 1, '{started}', '{"{}"}', array[now()]), false, 'an older driver adds nothing');
select is(launch.append_execution_events(1, 4, 1, '{started}', '{"{}"}', array[now()]), true, 'the newest does');
select throws_ok($$select launch.append_execution_events(1, 4, 3, '{placed}', '{"{}"}', array[now()])$$, 'AB403', null,
    'events have no gaps');
select throws_ok($$select launch.append_execution_events(1, 4, 2, '{started}', '{"{}"}', array[now()])$$, '23514', null,
    'nothing starts twice');
select is(launch.is_ordered('database.pool.max', 200), false, 'nothing is ordered yet');
select lives_ok($$select launch.append_execution_events(1, 4, 2, '{entered,entered}', array[
        '{"state":"apply","order":{"generation":1,"values":[{"setting":"database.pool.max","value":200}]}}',
        '{"state":"immediate","order":null}'], array[now(), now()])$$, 'values are ordered');
select is(launch.is_ordered('database.pool.max', 200), true, 'these');
select is(launch.is_ordered('database.pool.max', 201), false, 'and no others');
select is(launch.is_ordered('database.pool.min', 200), false, 'of no other setting');
select is(launch.running_state(), 'immediate', 'the state is the newest entered');

-- Lines.
select is(launch.append_evidence_lines(1, 4, 'measurements', 1, array['{}', '{"a":1}']), true, 'lines are added');
select is(launch.append_evidence_lines(1, 3, 'measurements', 3, array['{}']), false, 'by the newest driver');
select throws_ok($$select launch.append_evidence_lines(1, 4, 'measurements', 2, array['{}'])$$, 'AB403', null, 'each once');
select throws_ok($$select launch.append_evidence_lines(1, 4, 'other', 1, array['{}'])$$, '23514', null, 'of known files');
select throws_ok($$select launch.append_evidence_lines(1, 4, 'verdicts', 1, array[E'{}\n'])$$, '23514', null, 'a line is one line');

-- What was approved is the limit of every order.
select lives_ok($$select launch.append_execution_events(1, 4, 4, '{entered}', array[
        '{"state":"rolling_back","order":{"generation":2,"values":[{"setting":"database.pool.max","value":900}]}}'], array[now()])$$,
    'an order of something else');
select is(launch.is_ordered('database.pool.max', 900), false, 'that no payload has orders nothing');
select lives_ok($$select launch.append_execution_events(1, 4, 5, '{entered}', array[
        '{"state":"rolling_back","order":{"generation":3,"values":[{"setting":"database.pool.max","value":50}]}}'], array[now()])$$,
    'the way back');
select is(launch.is_ordered('database.pool.max', 50), true, 'leads to the value before');
select lives_ok($$select launch.append_execution_events(1, 4, 6, '{entered}', '{"{\"state\":\"paused\"}"}', array[now()])$$, 'a pause');
select is(launch.running_state(), 'paused', 'is a state');
select lives_ok($$select launch.append_execution_events(1, 4, 7, '{resumed}', '{"{}"}', array[now()])$$, 'that ends');
select is(launch.running_state(), 'rolling_back', 'with the one that it held');

-- What the settings are confirmed by.
select throws_ok($$select launch.append_execution_events(1, 4, 8, '{entered}', '{"{\"state\":\"finalise\"}"}', array[now()])$$, 'AB403', null,
    'no rehearsal is finalised');

-- The end.
select lives_ok($$select launch.append_execution_events(1, 4, 8, '{entered}', '{"{\"state\":\"rehearsed\",\"order\":null}"}', array[now()])$$,
    'it ends');
select throws_ok($$select launch.append_execution_events(1, 4, 9, '{claimed}', '{"{}"}', array[now()])$$, 'AB403', null,
    'nothing follows');
select is(launch.running_execution(), null, 'nothing runs');
select is(launch.is_ordered('database.pool.max', 200), false, 'and nothing is ordered');
select results_eq($$select execution, attempt from launch.begin_execution(1, 1, false, now())$$, $$values (2::bigint, 2::bigint)$$,
    'the next attempt');
select lives_ok($$select launch.append_execution_events(2, 1, 1, '{started,judged,judged,judged}', array['{}',
        '{"state":"immediate","outcome":"pass"}', '{"state":"synthetic","outcome":"pass"}', '{"state":"sustained","outcome":"inconclusive"}'],
        array[now(), now(), now(), now()])$$, 'two stages pass');
select throws_ok($$select launch.append_execution_events(2, 1, 5, '{entered}', '{"{\"state\":\"finalise\"}"}', array[now()])$$, 'AB403', null,
    'which finalises nothing');
select throws_ok($$select launch.append_execution_events(2, 1, 5, '{entered}', '{"{\"state\":\"succeeded\"}"}', array[now()])$$, 'AB403', null,
    'and is no success');
select lives_ok($$select launch.append_execution_events(2, 1, 5, '{judged,entered}', array[
        '{"state":"sustained","outcome":"pass"}', '{"state":"finalise"}'], array[now(), now()])$$, 'three do');
reset role;

select throws_ok(tap.as_owner(null, format('%s launch.%I %s', verb, t, rest)), 'AB403', null, format('the owner''s %s on %s is refused', verb, t))
  from unnest(array['execution', 'execution_event', 'evidence_line']) t,
       lateral (values ('delete from', ''), ('truncate', 'cascade')) v(verb, rest);
select throws_ok(tap.as_owner(null, $$update launch.execution set attempt = 9$$), 'AB403', null, 'an execution stays what it is');
select throws_ok(tap.as_owner(null, $$update launch.execution_event set detail = '{}'$$), 'AB403', null, 'what happened doesn''t change');
select throws_ok(tap.as_owner(null, $$update launch.evidence_line set line = '{}'$$), 'AB403', null, 'nor what was measured');

select * from finish();
rollback;
