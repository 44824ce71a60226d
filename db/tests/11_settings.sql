-- Revisions: one after another, never changed, confirmed or gone back from, by nobody but operations.
\ir setup.psql
select no_plan();

create function tap.boot(p_instance text, p_seen interval default '0') returns uuid
language sql as $$
    insert into platform.instance (boot_id, instance, version, api_address, ops_address, started_at, last_seen_at, other_connections)
    values (gen_random_uuid(), p_instance, '1', '127.0.0.1:1', '127.0.0.1:2', now(), clock_timestamp() - p_seen, 5)
    returning boot_id
$$;
select tap.boot('a') as a \gset
select tap.boot('gone', '1 minute') as gone \gset

select is(platform.record_revision(0, '{"a":1}', 'seed', null, 'me', 'first', null), 1::bigint, 'the first revision');
select is(platform.record_revision(0, '{"a":2}', 'seed', null, 'me', 'first', null), null, 'is the only first one');
select is(platform.record_revision(1, '{"a":2}', 'set', null, 'me', 'second', null), 2::bigint, 'the next follows its parent');
select is(platform.record_revision(1, '{"a":3}', 'set', null, 'me', 'too late', null), null, 'and no other does');
select is(platform.record_revision(7, '{"a":3}', 'set', null, 'me', 'ahead', null), null, 'nor one of a parent that isn''t there');
select is(expected, array[:'a'::uuid], 'a revision expects the instances that are live') from platform.setting_revision where number = 2;
select is(
    r.digest,
    sha256(p.digest || int8send(2) || sha256('{"a":2}') || sha256('set') || int8send(0) || sha256('me') || sha256('second')
           || int8send(0) || sha256(convert_to(:'a', 'UTF8')) || int8send((extract(epoch from r.created_at) * 1000000)::bigint)),
    'the digest covers every column and the digest before')
  from platform.setting_revision r, platform.setting_revision p where r.number = 2 and p.number = 1;

-- Every column is in the digest: a column that comes later has to be thought of.
select set_eq(
    $$select attname::text from pg_attribute where attrelid = 'platform.setting_revision'::regclass and attnum > 0 and not attisdropped$$,
    $$values ('number'), ('parent'), ('settings'), ('origin'), ('restores'), ('author'), ('reason'), ('confirm_within_ms'),
             ('expected'), ('created_at'), ('digest')$$,
    'the columns that the digest covers');

select throws_ok(tap.as_owner(null, format('%s platform.%I %s', verb, t, rest)), 'AB403', null, format('the owner''s %s on %s is refused', verb, t))
  from unnest(array['setting_revision', 'setting_lease', 'setting_acknowledgement']) t,
       lateral (values ('delete from', ''), ('truncate', 'cascade')) v(verb, rest);
select throws_ok(tap.as_owner(null, $$update platform.setting_revision set reason = 'x'$$), 'AB403', null, 'a revision doesn''t change');
select throws_ok(tap.as_owner(null, $$update platform.setting_lease set author = 'x'$$), 'AB403', null, 'nor a confirmation');
select throws_ok(tap.as_owner(null, $$update platform.setting_acknowledgement set error = 'x'$$), 'AB403', null, 'nor an acknowledgement');

select throws_ok($$select platform.record_revision(2, '{"a":4}', 'expiry', 1, 'me', 'x', null)$$, 'AB403', null, 'nobody goes back by hand');
select throws_ok($$select platform.go_back(2, 'set', 'me', 'x')$$, 'AB403', null, 'nor is a wish a way back');
select throws_ok($$select platform.record_revision(2, '[]', 'set', null, 'me', 'x', null)$$, '23514', null, 'settings are an object');
select throws_ok($$select platform.record_revision(2, '{}', 'rollback', null, 'me', 'x', null)$$, '23514', null, 'a rollback says to what');

-- Awaiting confirmation.
select is_empty($$select * from platform.lease_of(2)$$, 'a revision without a time awaits nothing');
select is(platform.extend_lease(2, null, 'me'), 'not_awaited', 'and can''t be confirmed');
select is(platform.record_revision(2, '{"a":3}', 'set', null, 'me', 'try', 1000), 3::bigint, 'one with a time');
select ok(left_ms between 1 and 1000 and renewals = 0, 'awaits confirmation') from platform.lease_of(3);
select is(platform.go_back(3, 'expiry', 'me', 'x'), null, 'before its time nobody goes back');
select is(platform.extend_lease(3, 5000, 'me'), 'done', 'its time is renewed');
select ok(left_ms between 1001 and 5000 and renewals = 1, 'and counts from then') from platform.lease_of(3);
select is(platform.confirmed_before(4), 2::bigint, 'until then the one before is the confirmed one');
select is(platform.extend_lease(3, null, 'me'), 'done', 'it is confirmed');
select is_empty($$select * from platform.lease_of(3)$$, 'and awaits nothing');
select is(platform.confirmed_before(4), 3::bigint, 'now it is the confirmed one');
select is(platform.extend_lease(2, null, 'me'), 'superseded', 'what isn''t the newest can''t be confirmed');
select is(platform.record_revision(3, '{"a":4}', 'set', null, 'me', 'try', 1000), 4::bigint, 'another one with a time');
select pg_sleep(1.01) \g /dev/null
select is(platform.extend_lease(4, null, 'me'), 'over', 'after its time it can''t be confirmed');
select is(platform.go_back(4, 'expiry', 'instance a', 'nobody confirmed revision 4'), 5::bigint, 'the instances go back');
select is(platform.go_back(4, 'expiry', 'instance b', 'nobody confirmed revision 4'), null, 'once');
select is(settings || ' of ' || restores, '{"a":3} of 3', 'to the last confirmed values') from platform.setting_revision where number = 5;

-- Refused by an instance.
select is(platform.record_revision(5, '{"a":9}', 'set', null, 'me', 'nonsense', null), 6::bigint, 'a revision that an instance refuses');
select is(platform.go_back(6, 'revert', 'instance a', 'a refused it'), 7::bigint, 'is gone back from');
select is(platform.go_back(7, 'revert', 'instance a', 'a refused it'), null, 'but not for ever');

-- Who may.
select lives_ok(tap.as_role('accubooks_ops', null, $$select platform.record_revision(7, '{}', 'set', null, 'me', 'x', null)$$), 'operations record revisions');
select throws_ok(tap.as_role('accubooks_ops', null, $$insert into platform.setting_revision (number) values (99)$$), '42501', null, 'by the function alone');
select throws_ok(tap.as_role('accubooks_ops', null, $$select platform.append_revision(8, '{}', 'revert', 1, 'me', 'x', null)$$), '42501', null, 'not by the one below');
select throws_ok(tap.as_role('accubooks_ops', null, $$insert into platform.setting_lease (revision, step, act, author, at) values (8, 1, 'confirmed', 'me', now())$$), '42501', null, 'and confirm by the function');
select lives_ok(tap.as_role('accubooks_ops', null, format($$insert into platform.setting_acknowledgement (revision, boot_id, outcome, effective) values (8, %L, 'accepted', '{}')$$, :'a')), 'instances acknowledge');
select throws_ok(tap.as_role('accubooks_ops', null, format($$insert into platform.setting_acknowledgement (revision, boot_id, outcome, effective, at) values (8, %L, 'accepted', '{}', now())$$, :'a')), '42501', null, 'with the server''s time');
select throws_ok(tap.as_role('accubooks_ops', null, $$update platform.instance set boot_id = gen_random_uuid()$$), '42501', null, 'and stay who they are');
select lives_ok(tap.as_role('accubooks_ops', null, $$update platform.instance set last_seen_at = now()$$), 'while they are seen');
select throws_ok(tap.as_role('accubooks_app', null, $$select * from platform.setting_revision$$), '42501', null, 'the application doesn''t see revisions');
select throws_ok(tap.as_role('accubooks_app', null, $$select platform.record_revision(8, '{}', 'set', null, 'me', 'x', null)$$), '42501', null, 'nor records them');

-- Governed settings.
select lives_ok(tap.as_role('accubooks_ops', null, $$select platform.govern(array['a', 'b'], array['phase1', 'phase1'])$$), 'a plan governs settings');
select throws_ok(tap.as_role('accubooks_ops', null, 'delete from platform.governed_setting'), '42501', null, 'which no delete sets free');
select throws_ok(tap.as_role('accubooks_ops', null, 'select platform.govern(array[]::text[], array[]::text[])'), 'AB403', null, 'nor an empty plan');
select is(platform.govern(array['b', 'c'], array['phase1', 'phase2']), true, 'another plan');
select is((select string_agg(key || ' ' || change, ', ' order by key) from platform.governed_setting), 'b phase1, c phase2', 'takes the place of the one before');
select is(platform.lift_governance(), true, 'tests set all free');
select is_empty('select * from platform.governed_setting', 'for good');
select platform.govern(array['a'], array['phase1']) \g /dev/null
insert into platform.app_user (user_id, email, name, password_hash) values ('00000000-0000-7000-8000-000000000001', 'eve@example.com', 'Eve', 'x');
insert into launch.role_event (kind, grant_id, effect, role, user_id, at)
values ('bootstrapped', gen_random_uuid(), 'grant', 'executive_operator', '00000000-0000-7000-8000-000000000001', now());
select is(platform.lift_governance(), true, 'as long as no approver has a key');

-- A governed setting changes by an execution's order alone, whoever records.
select is(platform.record_revision(8, '{"a":50}', 'set', null, 'me', 'free', null), 9::bigint, 'what isn''t governed changes');
select is(platform.record_revision(9, '{"a":70}', 'set', null, 'me', 'free', 60000), 10::bigint, 'for a time too');
select platform.govern(array['a'], array['phase1']) \g /dev/null
select throws_ok($$select platform.extend_lease(10, null, 'me')$$, 'AB403', null, 'a governed one can''t be confirmed');
select throws_ok($$select platform.extend_lease(10, 60000, 'me')$$, 'AB403', null, 'nor held');
select throws_ok($$select platform.record_revision(10, '{"a":70}', 'rollback', 1, 'me', 'x', null)$$, 'AB403', null, 'nor recorded for good');
select throws_ok($$select platform.record_revision(10, '{"a":200}', 'set', null, 'me', 'x', null)$$, 'AB403', null, 'nor changed');
select throws_ok($$select platform.record_revision(10, '{}', 'set', null, 'me', 'x', null)$$, 'AB403', null, 'nor left out');
select throws_ok($$select platform.record_revision(10, '{"a":"200"}', 'set', null, 'me', 'x', null)$$, 'AB403', null, 'nor made another thing');
select is(platform.record_revision(10, '{"a":50,"z":1}', 'set', null, 'me', 'back', null), 11::bigint, 'back to what was confirmed is open');
\set payload '\'{"plan":{"phase1":{"change":[{"setting":"a","from":50,"to":200}],"apply":{"steps":[[{"setting":"a","value":200}]]}}}}\''
insert into launch.change (change, phase, made_at) values (1, 'phase1', now());
insert into launch.change_revision (change, revision, payload, sha256, author, made_at)
values (1, 1, :payload, sha256(:payload), '00000000-0000-7000-8000-000000000001', now());
insert into launch.execution (execution, change, revision, attempt, rehearsal, made_at) values (1, 1, 1, 1, false, now());
insert into launch.execution_event (execution, number, epoch, kind, detail, at)
values (1, 1, 1, 'started', '{}', now()),
       (1, 2, 1, 'entered', '{"state":"apply","order":{"generation":1,"values":[{"setting":"a","value":200}]}}', now());
select throws_ok($$select platform.record_revision(11, '{"a":201}', 'set', null, 'me', 'x', null)$$, 'AB403', null, 'an execution orders one value');
select throws_ok($$select platform.record_revision(11, '{"a":200,"z":1}', 'set', null, 'me', 'x', null)$$, 'AB403', null, 'not for good');
select is(platform.record_revision(11, '{"a":200,"z":1}', 'set', null, 'me', 'ordered', 60000), 12::bigint, 'which is recorded');
select is(platform.extend_lease(12, 60000, 'me'), 'done', 'held');
select throws_ok($$select platform.extend_lease(12, null, 'me')$$, 'AB403', null, 'not confirmed while it is tried');
insert into launch.execution_event (execution, number, epoch, kind, detail, at) values (1, 3, 1, 'entered', '{"state":"finalise"}', now());
select is(platform.extend_lease(12, null, 'me'), 'done', 'confirmed when it finalises');
select throws_ok($$select platform.go_back(12, 'revert', 'me', 'x')$$, 'AB403', null, 'nor gone back from then by hand');
select is(platform.go_back(11, 'revert', 'me', 'x'), null, 'nobody goes back from what isn''t the newest');
insert into launch.execution_event (execution, number, epoch, kind, detail, at)
values (1, 4, 1, 'entered', '{"state":"succeeded"}', now());
select throws_ok($$select platform.record_revision(12, '{"a":50}', 'set', null, 'me', 'x', null)$$, 'AB403', null, 'after its end nothing is ordered');
savepoint approved \g /dev/null
insert into launch.change_event (change, sequence, revision, kind, actor, detail, at) values (1, 1, 1, 'approved', 'eve', '{}', now());
select platform.lift_governance() as is_lifted \gset
rollback to savepoint approved \g /dev/null
select is(:'is_lifted'::boolean, false, 'an approved change is one for good, whoever has a key');
select is(platform.lift_governance(), true, 'still no approver has a key');
select platform.govern(array['a'], array['phase1']) \g /dev/null
insert into platform.personal_key (key_id, public_key, user_id, kind, possession)
values (sha256(sha256('k')), sha256('k'), '00000000-0000-7000-8000-000000000001', 'file', '{}');
select is(platform.lift_governance(), false, 'but not once one has');
select isnt_empty('select * from platform.governed_setting', 'then everything stays governed');
select platform.govern(array['b'], array['phase1']) \g /dev/null
select is((select string_agg(key, ', ' order by key) from platform.governed_setting), 'a, b', 'and another plan only adds to it');

select ok(not platform.is_live(clock_timestamp() - interval '11 seconds', null), 'an instance that wasn''t seen for ten seconds isn''t live');
select ok(platform.is_live(clock_timestamp() - interval '5 seconds', null), 'one that was is');
select ok(not platform.is_live(clock_timestamp(), clock_timestamp()), 'one that said goodbye isn''t');

select * from finish();
rollback;
