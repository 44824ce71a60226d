-- The doors to secrets: each answers for one exact key, and for nothing that has ended.
\ir setup.psql
select no_plan();
select tap.tenant() as t \gset
insert into platform.app_user (user_id, email, name, password_hash, disabled)
values ('00000000-0000-7000-8000-000000000001', 'ann@example.com', 'Ann', 'hash of ann', false),
       ('00000000-0000-7000-8000-000000000002', 'bob@example.com', 'Bob', 'hash of bob', true);
insert into platform.membership (user_id, tenant_id, role) values ('00000000-0000-7000-8000-000000000001', :t, 'bookkeeper');

select results_eq($$select name, password_hash, disabled from platform.sign_in_record('Ann@Example.com')$$, $$values ('Ann', 'hash of ann', false)$$, 'a sign-in record, whatever the case');
select results_eq($$select name, disabled from platform.sign_in_record('bob@example.com')$$, $$values ('Bob', true)$$, 'of a disabled person too');
select is_empty($$select * from platform.sign_in_record('%')$$, 'a pattern is no address');
select results_eq($$select tenant_name, role from platform.memberships_of('00000000-0000-7000-8000-000000000001')$$, $$values ('Test', 'bookkeeper')$$, 'memberships of a person');

select is(platform.create_session(sha256('s1'), '00000000-0000-7000-8000-000000000001', sha256('c1'), now(), now() + interval '1 hour'), true, 'a session');
select is(platform.create_session(sha256('s2'), '00000000-0000-7000-8000-000000000002', sha256('c2'), now(), now() + interval '1 hour'), false, 'none for a disabled person');
select is(platform.create_session(sha256('s3'), '00000000-0000-7000-8000-000000000001', sha256('c3'), now() - interval '2 hours', now() - interval '1 hour'), true, 'one that is over');
select results_eq($$select email, csrf_digest from platform.session_by_digest(sha256('s1'))$$, $$values ('ann@example.com', sha256('c1'))$$, 'a session is found by its digest');
select is_empty($$select * from platform.session_by_digest(sha256('s3'))$$, 'but not when it is over');
select is_empty($$select * from platform.session_by_digest(null)$$, 'nor without a key');
select is(platform.create_session(sha256('s4'), '00000000-0000-7000-8000-000000000001', sha256('c4'), now(), now() + interval '1 hour'), true, 'another one');
select is_empty($$select from platform.session where token_digest = sha256('s3')$$, 'sweeps out those that are over');
select is(platform.extend_session(sha256('s4'), now() + interval '2 hours'), true, 'a session that is used goes on');
select is(platform.extend_session(sha256('s4'), now() + interval '1 hour'), false, 'but not back');
select is(platform.extend_session(sha256('s4'), now() + interval '8 days'), false, 'nor for ever');
select is(platform.create_session(sha256('s5'), '00000000-0000-7000-8000-000000000001', sha256('c5'), now(), now() + interval '1 hour', 'hash of ann', '192.0.2.1', 'Browser'), true, 'a session of the password that was checked');
select is(platform.create_session(sha256('s6'), '00000000-0000-7000-8000-000000000001', sha256('c6'), now(), now() + interval '1 hour', 'hash before'), false, 'none of another one');
select is((select peer || ' ' || user_agent from platform.session where token_digest = sha256('s5')), '192.0.2.1 Browser', 'it knows where it began');
update platform.session set last_used_at = now() - interval '1 hour' where token_digest = sha256('s5');
select is(platform.extend_session(sha256('s5'), now()), false, 'use alone moves no end');
select isnt((select last_used_at from platform.session where token_digest = sha256('s5')), now() - interval '1 hour', 'but is noted');
select is(platform.end_session(sha256('s1')), true, 'signing out');
select is_empty($$select * from platform.session_by_digest(sha256('s1'))$$, 'ends it');
select is(platform.end_session(sha256('s1')), false, 'once');
update platform.app_user set disabled = true where name = 'Ann';
select is_empty($$select * from platform.session_by_digest(sha256('s4'))$$, 'disabling a person ends all sessions');

insert into platform.api_token (token_digest, token_id, tenant_id, role, label, created_by, expires_at, revoked_at)
values (sha256('t1'), gen_random_uuid(), :t, 'viewer', 'good', 'cli', null, null),
       (sha256('t2'), gen_random_uuid(), :t, 'viewer', 'over', 'cli', now() - interval '1 second', null),
       (sha256('t3'), gen_random_uuid(), :t, 'viewer', 'revoked', 'cli', null, now());
select results_eq(format($$select label, role, tenant_id = %s from platform.api_tokens_by_digest(array[sha256('t1')])$$, :t), $$values ('good', 'viewer', true)$$, 'a token is found by its digest');
select is_empty($$select * from platform.api_tokens_by_digest(array[sha256('t2')])$$, 'but not when it is over');
select is_empty($$select * from platform.api_tokens_by_digest(array[sha256('t3')])$$, 'nor when it is revoked');

-- What those who acted are called: a tenant's members, those it had and its own tokens; nobody else.
select tap.tenant() as other \gset
create function tap.called(p_tenant bigint) returns text language sql as $$
    select string_agg(concat_ws(' ', n.actor, n.name, n.made_by, n.made_by_name), ', ' order by n.actor)
      from platform.names_of_actors(p_tenant, array['user:00000000-0000-7000-8000-000000000001', 'user:00000000-0000-7000-8000-000000000002',
                                                    'token:00000000-0000-7000-8000-000000000003', 'user:x', 'cli:root', '%', null]) n
$$;
insert into platform.membership (user_id, tenant_id, role) values ('00000000-0000-7000-8000-000000000002', :other, 'viewer');
insert into platform.api_token (token_digest, token_id, tenant_id, role, label, created_by, revoked_at)
values (sha256('t4'), '00000000-0000-7000-8000-000000000003', :t, 'viewer', 'till', 'user:00000000-0000-7000-8000-000000000001', now());
set constraints all immediate;
set constraints all deferred;
select set_config('app.tenant_id', :'t', true);
select is(tap.called(:t), 'token:00000000-0000-7000-8000-000000000003 till user:00000000-0000-7000-8000-000000000001 Ann, user:00000000-0000-7000-8000-000000000001 Ann', 'a tenant''s actors have names');
select set_config('app.tenant_id', :'other', true);
select is(tap.called(:other), 'user:00000000-0000-7000-8000-000000000002 Bob', 'another one''s have theirs');
select is(tap.called(:t), null, 'which nobody is told in a transaction of another tenant');
delete from platform.membership where tenant_id = :other;
set constraints all immediate;
set constraints all deferred;
select set_config('app.tenant_id', :'other', true);
select is(tap.called(:other), 'user:00000000-0000-7000-8000-000000000002 Bob', 'who was a member keeps the name');
select set_config('app.tenant_id', :'t', true);
select is(tap.called(:other), null, 'in that tenant''s transactions alone');
select lives_ok(tap.as_app(:t, format('select * from platform.names_of_actors(%s, ''{x}'')', :t)), 'the application may ask');
select throws_ok(tap.as_role(role, :t, 'select platform.name_of_member(1, ''x'')'), '42501', null, role || ' has no other way') from unnest(array['accubooks_app', 'accubooks_ops']) role;
select set_config('app.tenant_id', '', true);

-- When a token was used, to the minute.
select is((select use_is_due from platform.api_tokens_by_digest(array[sha256('t1')])), true, 'a token that was never used is to be noted');
select lives_ok(tap.as_app(null, $$select platform.note_token_uses(array[sha256('t1'), sha256('t9')])$$), 'by the application');
select is((select use_is_due from platform.api_tokens_by_digest(array[sha256('t1')])), false, 'then not again');
update platform.api_token set last_used_at = now() - interval '59 seconds' where token_digest = sha256('t1');
select platform.note_token_uses(array[sha256('t1')]);
select is((select last_used_at from platform.api_token where token_digest = sha256('t1')), now() - interval '59 seconds', 'within a minute it stays');
update platform.api_token set last_used_at = now() - interval '60 seconds' where token_digest = sha256('t1');
select platform.note_token_uses(array[sha256('t1')]);
select is((select last_used_at from platform.api_token where token_digest = sha256('t1')), now(), 'and after one it moves on');
select is_empty($$select from platform.api_token where token_digest in (sha256('t2'), sha256('t3')) and last_used_at is not null$$, 'no other does');

select lives_ok(tap.as_app(null, $$select * from platform.sign_in_record('ann@example.com')$$), 'the application may ask');
select lives_ok(tap.as_role('accubooks_ops', null, $$select platform.create_tenant('New', 'EUR', 2::smallint, 'Euro')$$), 'operations make tenants');
select throws_ok(tap.as_role('accubooks_ops', :t, 'select * from books.journal_entry'), '42501', null, 'but see no books');
select lives_ok(tap.as_role('accubooks_ops', null, $$insert into platform.app_user (user_id, email, name, password_hash) values (gen_random_uuid(), 'eve@example.com', 'Eve', 'x');
    update platform.app_user set password_hash = 'y' where email = 'eve@example.com'; select * from platform.session; select * from platform.api_token$$), 'and administer people');
select throws_like($$insert into platform.app_user (user_id, email, name, password_hash) values (gen_random_uuid(), 'Eve@x.com', 'Eve', 'x')$$, '%app_user__email_lower_case%', 'addresses are kept in lower case');

-- Tenants that people make.
insert into platform.app_user (user_id, email, name, password_hash) values ('00000000-0000-7000-8000-000000000009', 'fay@example.com', 'Fay', 'x');
prepare found(text, text) as select outcome from platform.found_tenant('00000000-0000-7000-8000-000000000009', 2, 'Fay', 'EUR', 2::smallint, 4::smallint, 6::smallint, $2, $1, sha256($2::bytea));
select throws_ok(tap.as_role('accubooks_app', null, $$select platform.found_tenant(gen_random_uuid(), 1, 'x', 'USD', 2::smallint, 1::smallint, 1::smallint, 'UTC', null, null)$$), '42501', null, 'the application makes none');
select results_eq($$execute found('k', 'Europe/Atlantis')$$, $$values ('unknown_time_zone')$$, 'not in a zone that isn''t there');
select results_eq($$execute found('k', 'Europe/Paris')$$, $$values ('made')$$, 'a person makes one');
select results_eq($$execute found('k', 'Europe/Paris')$$, $$values ('again')$$, 'once for each key');
select results_eq($$execute found('k', 'UTC')$$, $$values ('conflict')$$, 'which is for that one alone');
select results_eq($$execute found(null, 'UTC')$$, $$values ('made')$$, 'and another without a key');
select results_eq($$execute found('l', 'UTC')$$, $$values ('limit')$$, 'until there are as many as may be');
select results_eq($$select m.role, t.name, t.base_commodity collate "default" from platform.tenant t join platform.membership m using (tenant_id) where t.created_by = m.user_id order by t.tenant_id$$,
    $$values ('owner', 'Fay', 'EUR'), ('owner', 'Fay', 'EUR')$$, 'whoever made it owns it');
deallocate found;

-- A tenant that has an owner keeps one.
insert into platform.app_user (user_id, email, name, password_hash, disabled)
values ('00000000-0000-7000-8000-000000000003', 'cat@example.com', 'Cat', 'x', false),
       ('00000000-0000-7000-8000-000000000004', 'dan@example.com', 'Dan', 'x', false);
insert into platform.membership (user_id, tenant_id, role)
values ('00000000-0000-7000-8000-000000000002', :t, 'owner'), ('00000000-0000-7000-8000-000000000003', :t, 'owner');
select throws_ok(tap.as_role('accubooks_ops', null, format(sql, :t)), '23514', null, 'a tenant keeps an owner: not ' || what)
  from (values
    ('removing the last one, disabled ones aside', 'delete from platform.membership where tenant_id = %s and user_id = ''00000000-0000-7000-8000-000000000003'''),
    ('making the last one something else', 'update platform.membership set role = ''viewer'' where tenant_id = %s and user_id = ''00000000-0000-7000-8000-000000000003'''),
    ('removing everybody at once', 'delete from platform.membership where tenant_id = %s'),
    ('giving the membership away', 'update platform.membership set user_id = ''00000000-0000-7000-8000-000000000004'' where tenant_id = %s and user_id = ''00000000-0000-7000-8000-000000000003''')
  ) c(what, sql);
insert into platform.membership (user_id, tenant_id, role) values ('00000000-0000-7000-8000-000000000004', :t, 'owner');
select lives_ok(tap.as_role('accubooks_ops', null, format('delete from platform.membership where tenant_id = %s and user_id = ''00000000-0000-7000-8000-000000000003''', :t)),
    'one of two owners may go');

select * from finish();
rollback;
