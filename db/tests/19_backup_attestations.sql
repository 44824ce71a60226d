-- Attested backups: recorded by operations alone, once, as they were signed, and never changed.
\ir setup.psql
select no_plan();

\set ann '''00000000-0000-7000-8000-000000000001'''
insert into platform.app_user (user_id, email, name, password_hash) values (:ann, 'ann@example.com', 'Ann', 'x');
insert into platform.personal_key (key_id, public_key, user_id, kind, possession)
values (sha256(sha256('k')), sha256('k'), :ann, 'file', '{}');

create function tap.attested(p_envelope text, p_signed text, p_finished text, p_tested text, p_key bytea) returns text
language sql as $$
    select tap.as_role('accubooks_ops', null, format(
        'insert into launch.backup_attestation (envelope_sha256, envelope, by_user, key_id, backup, finished_at, tested_at, at) '
        'values (sha256(%L), %L, ''00000000-0000-7000-8000-000000000001'', %L, ''nightly'', %L, %L, now())',
        p_signed, p_envelope, p_key, p_finished, p_tested))
$$;

select lives_ok(tap.attested('{"a":1}', '{"a":1}', '2026-01-31 02:00Z', '2026-01-31 03:00Z', sha256(sha256('k'))), 'a backup is attested');
select throws_ok(tap.attested('{"a":1}', '{"a":1}', '2026-01-31 02:00Z', '2026-01-31 03:00Z', sha256(sha256('k'))), '23505', null, 'an envelope counts once');
select throws_ok(tap.attested('{"a":2}', '{"a":1}', '2026-01-31 02:00Z', '2026-01-31 03:00Z', sha256(sha256('k'))), '23514', null, 'it is what was signed');
select throws_ok(tap.attested('{"a":3}', '{"a":3}', '2026-01-31 03:00Z', '2026-01-31 02:00Z', sha256(sha256('k'))), '23514', null, 'nothing is tested before it is there');
select throws_ok(tap.attested('{"a":4}', '{"a":4}', '2026-01-31 02:00Z', '2026-01-31 03:00Z', sha256('another')), '23503', null, 'with an enrolled key');

select throws_ok(tap.as_role('accubooks_ops', null, verb), '42501', null, 'operations: no ' || verb)
  from unnest(array['update launch.backup_attestation set backup = ''x''', 'delete from launch.backup_attestation']) verb;
select throws_ok(tap.as_owner(null, verb), 'AB403', null, 'the owner: no ' || verb)
  from unnest(array['update launch.backup_attestation set backup = ''x''', 'delete from launch.backup_attestation', 'truncate launch.backup_attestation']) verb;
select throws_ok(tap.as_role('accubooks_app', null, 'select * from launch.backup_attestation'), '42501', null, 'the application has no way into launch');

select * from finish();
rollback;
