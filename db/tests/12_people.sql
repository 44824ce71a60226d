-- Second factors and tokens of people: by exact key alone, each code once, and nobody guesses.
\ir setup.psql
select no_plan();

\set ann '''00000000-0000-7000-8000-000000000001'''
\set bob '''00000000-0000-7000-8000-000000000002'''
insert into platform.app_user (user_id, email, name, password_hash)
values (:ann, 'ann@example.com', 'Ann', 'x'), (:bob, 'bob@example.com', 'Bob', 'x');

-- Who may what.
select throws_ok(tap.as_role(role, null, format('select * from platform.%I', t)), '42501', null, format('%s can''t list %s', role, t))
  from unnest(array['accubooks_app', 'accubooks_ops']) role, unnest(array['second_factor', 'recovery_code']) t;
select throws_ok(tap.as_role('accubooks_app', null, 'select * from platform.personal_token'), '42501', null, 'the application can''t list tokens of people');
select throws_ok(tap.as_role('accubooks_ops', null, format('update platform.personal_token set user_id = %L', :bob)), '42501', null, 'a token stays its person''s');
select throws_ok(tap.as_role('accubooks_ops', null, 'update platform.personal_token set expires_at = ''infinity'''), '42501', null, 'and its end where it was');
select throws_ok(tap.as_role('accubooks_app', null, call), '42501', null, 'the application doesn''t call ' || call)
  from unnest(array['select platform.take_factor_attempt(gen_random_uuid())', 'select platform.accept_time_step(gen_random_uuid(), gen_random_uuid(), 1)',
                    'select platform.use_recovery_code(gen_random_uuid(), '''')', 'select platform.has_second_factor(gen_random_uuid())']) call;
select throws_ok(tap.as_role('accubooks_app', null, 'select * from platform.operator'), '42501', null, 'the application can''t list operators');
select throws_ok(tap.as_role('accubooks_app', null, format('insert into platform.operator (user_id, granted_at, granted_by) values (%L, now(), ''x'')', :bob)), '42501', null, 'nor make one');
select throws_ok(tap.as_role('accubooks_ops', null, format('update platform.operator set user_id = %L', :bob)), '42501', null, 'a grant stays its person''s');

-- A factor and its time steps.
select ok(not platform.has_second_factor(:ann), 'nobody has a factor at first');
select is_empty(format('select * from platform.take_factor_attempt(%L)', :ann), 'and nothing to try');
select lives_ok(tap.as_role('accubooks_ops', null, format('select platform.enrol_second_factor(%L, %L, ''sealed'', array[sha256(''r1''), sha256(''r2'')])', :ann, :ann)), 'operations enrol');
select ok(platform.has_second_factor(:ann), 'then one is there');
select results_eq(format('select outcome, sealed_secret, last_step from platform.take_factor_attempt(%L)', :ann), $$values ('taken', 'sealed'::bytea, 0::bigint)$$, 'an attempt tells what checking needs');
select is(platform.accept_time_step(:ann, :ann, 100), true, 'a step counts');
select is(platform.accept_time_step(:ann, :ann, 100), false, 'once');
select is(platform.accept_time_step(:ann, :ann, 99), false, 'nor does one before it');
select is(platform.accept_time_step(:ann, :bob, 101), false, 'nor one of another enrolment');
select is(platform.accept_time_step(:bob, :ann, 101), false, 'nor of another person');
select is(platform.accept_time_step(:ann, :ann, 101), true, 'the next does');

-- Recovery codes.
select is(platform.use_recovery_code(:bob, sha256('r1')), false, 'a recovery code is its person''s');
select is(platform.use_recovery_code(:ann, sha256('r1')), true, 'who uses it');
select is(platform.use_recovery_code(:ann, sha256('r1')), false, 'once');
select is(platform.use_recovery_code(:ann, sha256('r3')), false, 'what isn''t one is none');

-- Guessing.
select is(a.outcome, case when n <= 5 then 'taken' else 'wait' end, format('attempt %s', n))
  from generate_series(1, 7) n, lateral platform.take_factor_attempt(case when n > 0 then :ann::uuid end) a;
select ok((select retry_at between now() and clock_timestamp() + interval '5 minutes' from platform.take_factor_attempt(:ann)), 'which says until when');
update platform.second_factor set attempts_paid_until = attempts_paid_until - interval '5 minutes';
select is((select outcome from platform.take_factor_attempt(:ann)), 'taken', 'one more after five minutes');
select is((select outcome from platform.take_factor_attempt(:ann)), 'wait', 'and no other');
select is(platform.use_recovery_code(:ann, sha256('r2')), true, 'a right one');
select is((select outcome from platform.take_factor_attempt(:ann)), 'taken', 'gives the attempts back');

-- Enrolling again.
select lives_ok(format('select platform.enrol_second_factor(%L, %L, ''other'', array[sha256(''r4'')])', :ann, :bob), 'a new factor takes the place');
select is(platform.accept_time_step(:ann, :ann, 200), false, 'of the one before');
select is(platform.use_recovery_code(:ann, sha256('r2')), false, 'and of its recovery codes');
select is(platform.accept_time_step(:ann, :bob, 50), true, 'and counts steps from the first');

-- By the person: in place of the factor that the enrolment began with, and no other.
select throws_ok(tap.as_role('accubooks_app', null, call), '42501', null, 'the application doesn''t call ' || call)
  from unnest(array['select platform.second_factor_state(gen_random_uuid())', 'select platform.remove_second_factor(gen_random_uuid())',
                    'select platform.replace_second_factor(gen_random_uuid(), null, gen_random_uuid(), '''', ''{}'', 1)']) call;
select results_eq(format('select factor_id, recovery_codes_left from platform.second_factor_state(%L)', :ann), format($$values (%L::uuid, 1::bigint)$$, :bob), 'what is there is told');
select is(platform.replace_second_factor(:ann, null, :ann, 'new', array[sha256('r5')], 300), false, 'not in place of none');
select is(platform.replace_second_factor(:ann, :ann, :ann, 'new', array[sha256('r5')], 300), false, 'nor of one before');
select is(platform.replace_second_factor(:ann, :bob, :ann, 'new', array[sha256('r5')], 300), true, 'but of the present one');
select is(platform.accept_time_step(:ann, :ann, 300), false, 'whose first code was spent on it');
select is(platform.replace_second_factor(:ann, :bob, :bob, 'again', array[sha256('r6')], 301), false, 'once');
select lives_ok(tap.as_role('accubooks_ops', null, format('select platform.remove_second_factor(%L)', :ann)), 'it can be given up');
select is_empty(format('select * from platform.second_factor_state(%L)', :ann), 'then there is none');
select is(platform.use_recovery_code(:ann, sha256('r5')), false, 'and its recovery codes are none');
select is(platform.replace_second_factor(:ann, null, :ann, 'new', array[sha256('r7')], 300), true, 'a first one takes nobody''s place');

-- Tokens of people.
insert into platform.personal_token (token_digest, token_id, user_id, label, created_at, created_by, expires_at, revoked_at)
values (sha256('t1'), gen_random_uuid(), :ann, 'good', now(), 'cli', now() + interval '1 day', null),
       (sha256('t2'), gen_random_uuid(), :ann, 'over', now() - interval '2 days', 'cli', now() - interval '1 day', null),
       (sha256('t3'), gen_random_uuid(), :ann, 'revoked', now(), 'cli', now() + interval '1 day', now()),
       (sha256('t4'), gen_random_uuid(), :bob, 'bob', now(), 'cli', now() + interval '1 day', null);
select results_eq($$select email, name from platform.personal_token_by_digest(sha256('t1'))$$, $$values ('ann@example.com', 'Ann')$$, 'a token is found by its digest');
select is_empty($$select * from platform.personal_token_by_digest(sha256('t2'))$$, 'but not when it is over');
select is_empty($$select * from platform.personal_token_by_digest(sha256('t3'))$$, 'nor when it is revoked');
select is_empty($$select * from platform.personal_token_by_digest(null)$$, 'nor without a key');
update platform.app_user set disabled = true where user_id = :bob;
select is_empty($$select * from platform.personal_token_by_digest(sha256('t4'))$$, 'nor of a disabled person');
select lives_ok(tap.as_app(null, $$select * from platform.personal_token_by_digest(sha256('t1'))$$), 'the application may ask');

-- Keys.
select lives_ok(tap.as_role('accubooks_ops', null, format(
    'insert into platform.personal_key (key_id, public_key, user_id, kind, possession) values (sha256(sha256(''k1'')), sha256(''k1''), %L, ''file'', ''{}'')', :ann)), 'operations enrol keys');
select throws_ok(tap.as_role('accubooks_ops', null, format(
    'insert into platform.personal_key (key_id, public_key, user_id, kind, possession) values (sha256(sha256(''k1'')), sha256(''k1''), %L, ''file'', ''{}'')', :bob)), '23505', null, 'a key is one person''s');
select throws_ok(tap.as_role('accubooks_ops', null, format(
    'insert into platform.personal_key (key_id, public_key, user_id, kind, possession) values (sha256(''x''), sha256(''k2''), %L, ''file'', ''{}'')', :ann)), '23514', null, 'under the id that it has');
select throws_ok(tap.as_role('accubooks_ops', null, format(
    'insert into platform.personal_key (key_id, public_key, user_id, kind, possession, enrolled_at) values (sha256(sha256(''k2'')), sha256(''k2''), %L, ''file'', ''{}'', now())', :ann)), '42501', null, 'from the server''s time on');
select throws_ok(tap.as_role('accubooks_ops', null, format('update platform.personal_key set user_id = %L', :bob)), '42501', null, 'operations move no key');
select lives_ok(tap.as_role('accubooks_ops', null, 'insert into platform.personal_key_revocation (key_id, revoked_by, reason) values (sha256(sha256(''k1'')), ''user:ann'', ''lost'')'), 'operations revoke keys');
select throws_ok(tap.as_role('accubooks_ops', null, 'delete from platform.personal_key_revocation'), '42501', null, 'for good');
select throws_ok(tap.as_owner(null, format('%s platform.%I %s', verb, t, rest)), 'AB403', null, format('the owner''s %s on %s is refused', verb, t))
  from unnest(array['personal_key', 'personal_key_revocation']) t, lateral (values ('delete from', ''), ('truncate', 'cascade')) v(verb, rest);
select throws_ok(tap.as_owner(null, 'update platform.personal_key set possession = ''x'''), 'AB403', null, 'a key doesn''t change');
select throws_ok(tap.as_owner(null, 'update platform.personal_key_revocation set reason = ''x'''), 'AB403', null, 'nor its revocation');
select throws_ok(tap.as_role('accubooks_app', null, format('select * from platform.%I', t)), '42501', null, 'the application doesn''t see ' || t)
  from unnest(array['personal_key', 'personal_key_revocation']) t;

select * from finish();
rollback;
