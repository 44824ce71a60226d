-- Roles of the launch: recorded once, by operations alone, and never changed.
\ir setup.psql
select no_plan();

\set ann '''00000000-0000-7000-8000-000000000001'''
\set bob '''00000000-0000-7000-8000-000000000002'''
insert into platform.app_user (user_id, email, name, password_hash)
values (:ann, 'ann@example.com', 'Ann', 'x'), (:bob, 'bob@example.com', 'Bob', 'x');
insert into platform.personal_key (key_id, public_key, user_id, kind, possession)
values (sha256(sha256('k')), sha256('k'), :ann, 'file', '{}');

create function tap.event(p_kind text, p_grant uuid, p_role text, p_by uuid, p_envelope text, p_key bytea) returns text
language sql as $$
    select tap.as_role('accubooks_ops', null, format(
        'insert into launch.role_event (kind, grant_id, effect, role, user_id, by_user, envelope, key_id, at) '
        'values (%L, %L, ''grant'', %L, ''00000000-0000-7000-8000-000000000002'', %L, %L, %L, now())',
        p_kind, p_grant, p_role, p_by, p_envelope, p_key))
$$;

select lives_ok(tap.event('bootstrapped', :ann, 'requester_lead', null, null, null), 'the first lead');
select throws_ok(tap.event('bootstrapped', :bob, 'requester_lead', null, null, null), '23505', null, 'is named once');
select lives_ok(tap.event('proposed', :bob, 'on_call', :ann, '{}', sha256(sha256('k'))), 'a grant is proposed');
select throws_ok(tap.event('proposed', :bob, 'on_call', :ann, '{}', sha256(sha256('k'))), '23505', null, 'once');
select throws_ok(tap.event('confirmed', :bob, 'on_call', :ann, null, null), '23514', null, 'and confirmed by a signature');
select throws_ok(tap.event('confirmed', :bob, 'on_call', null, null, null), '23514', null, 'of a person');
select throws_ok(tap.event('confirmed', :bob, 'on_call', :ann, '{}', sha256('another')), '23503', null, 'with an enrolled key');
select throws_ok(tap.event('confirmed', :bob, 'king', :ann, '{}', sha256(sha256('k'))), '23514', null, 'to a role that there is');
select lives_ok(tap.event('confirmed', :bob, 'on_call', :ann, '{}', sha256(sha256('k'))), 'so it counts');

select throws_ok(tap.as_role('accubooks_ops', null, verb), '42501', null, 'operations: no ' || verb)
  from unnest(array['update launch.role_event set role = ''on_call''', 'delete from launch.role_event']) verb;
select throws_ok(tap.as_owner(null, verb), 'AB403', null, 'the owner: no ' || verb)
  from unnest(array['update launch.role_event set role = ''on_call''', 'delete from launch.role_event', 'truncate launch.role_event']) verb;
select throws_ok(tap.as_role('accubooks_app', null, 'select * from launch.role_event'), '42501', null, 'the application has no way into launch');

select * from finish();
rollback;
