-- Every change around a tenant's books is an event that nobody changes, whoever makes it and whether they say so or not.
\ir setup.psql
select no_plan();
select tap.tenant() as t \gset
\set ann '''00000000-0000-7000-8000-000000000001'''
set constraints books.import_batch__recorded, books.import_mapping__recorded, books.account__recorded, books.ledger__recorded, books.period_act__recorded, platform.membership__recorded,
    platform.api_token__recorded, platform.tenant__recorded, platform.app_user__recorded, platform.second_factor__recorded immediate;
select set_config('app.tenant_id', :'t', true);
select max(number) as before from books.audit_event where tenant_id = :t \gset

-- Who acts is what the transaction says, else the role that came in.
select set_config('app.actor', 'user:ann', true), set_config('app.peer', '192.0.2.1', true), set_config('app.reason', 'hired', true);
insert into platform.app_user (user_id, email, name, password_hash) values (:ann, 'ann@example.com', 'Ann', 'secret hash');
insert into platform.membership (user_id, tenant_id, role) values (:ann, :t, 'viewer');
select set_config('app.actor', '', true), set_config('app.peer', '', true), set_config('app.reason', '', true);
update platform.membership set role = 'accountant' where user_id = :ann;
update platform.app_user set password_hash = 'other secret hash' where user_id = :ann;
update platform.app_user set name = name where user_id = :ann;
insert into platform.api_token (token_digest, token_id, tenant_id, role, label, created_by)
values (sha256('t1'), :ann, :t, 'viewer', 'till', 'cli');
select platform.note_token_uses(array[sha256('t1')]);
update platform.api_token set revoked_at = now() where tenant_id = :t;
select platform.enrol_second_factor(:ann, :ann, 'sealed secret', array[sha256('r1')]);
select platform.remove_second_factor(:ann);
delete from platform.membership where user_id = :ann;
update platform.tenant set name = 'Renamed' where tenant_id = :t;
insert into books.account (tenant_id, account_id, code, name, type) values (:t, 9001, 'audited', 'Audited', 'asset');
update books.account set active = false where tenant_id = :t and account_id = 9001;
select books.set_calendar(:t, 4::smallint, 6::smallint, 'Europe/London');
select tap.outcomes(:t, '[{"key": "a", "date": "2026-01-20", "lines": [[1, "USD", 5, 5], [2, "USD", -5, -5]]}]');
select outcome from books.act_on_period(:t, 'close', '2026-01-06', 'user:bob', '2026-05-01 12:00+00', 'agreed', true);
select set_config('app.tenant_id', :'t', true);
insert into books.import_batch (tenant_id, first_number, last_number, format, file_name, imported_by, imported_at)
values (:t, 1, 1, 'csv', 'january.csv', 'user:bob', now());
update books.import_batch set reversed_by = 'user:bob', reversed_at = now(), reason = 'twice' where tenant_id = :t;
insert into books.import_mapping (tenant_id, name, mapping, saved_by, saved_at) values (:t, 'bank', '{}', 'user:bob', now());
update books.import_mapping set saved_at = now() + interval '1 second' where tenant_id = :t;

select results_eq(format($$select (kind || ' ' || act || ' ' || split_part(object, ':', 1)) collate "default" from books.audit_event
                     where tenant_id = %s and number > %s order by number$$, :t, :before),
    $$values ('role made user'), ('role changed user'), ('user changed user'), ('token made token'), ('token changed token'),
             ('user changed user'), ('user changed user'), ('role removed user'), ('setting changed tenant'), ('account made account'),
             ('account changed account'), ('setting changed calendar'), ('period done period'), ('import done import'),
             ('import changed import'), ('setting made import-mapping')$$,
    'each change is an event, once, and a posting or a use of a token is none');
select results_eq($$select actor collate "default", peer collate "default", reason from books.audit_event where kind = 'role' and act = 'made'$$,
    $$values ('user:ann', '192.0.2.1', 'hired')$$, 'with who, from where and why');
select is((select actor from books.audit_event where kind = 'role' and act = 'changed'), 'database:' || session_user, 'nobody is the role that came in');
select results_eq($$select before ->> 'role', after ->> 'role' from books.audit_event where kind = 'role' and act = 'changed'$$,
    $$values ('viewer', 'accountant')$$, 'with what was and what is');
select results_eq($$select after ->> 'act', reason from books.audit_event where kind = 'period'$$,
    $$values ('close', 'agreed')$$, 'a row that says why itself is believed');
select results_eq($$select before ->> 'time_zone', after ->> 'time_zone', after ? 'head_hash' from books.audit_event where object like 'calendar:%'$$,
    $$values ('UTC', 'Europe/London', false)$$, 'of the ledger''s row its settings alone');
select is_empty($$select from books.audit_event where (coalesce(before, '{}') || coalesce(after, '{}'))::text ~ 'secret|digest'$$, 'no secret is in it');
select is((select after ->> 'password' from books.audit_event where kind = 'user' and after ? 'password'), 'new', 'but that there is a new one');
select is((select max(number) from books.audit_event), count(*), 'the numbers have no gaps') from books.audit_event;

-- Nobody changes it.
select throws_ok(tap.as_role(role, :t, statement), '42501', null, format('%s: %s', role, statement))
  from unnest(array['accubooks_app', 'accubooks_ops']) role,
       unnest(array['update books.audit_event set actor = ''x''', 'delete from books.audit_event', 'truncate books.audit_event',
                    'insert into books.audit_event select * from books.audit_event',
                    'select books.record_audit(1, ''role'', ''made'', ''x'', null, null)']) statement;
select throws_ok(tap.as_owner(:t, statement), 'AB403', null, 'nor the owner: ' || statement)
  from unnest(array['update books.audit_event set actor = ''x''', 'delete from books.audit_event', 'truncate books.audit_event']) statement;
select lives_ok(tap.as_app(:t, format($$select books.record_transfer(%s, 'import', 'january.journal', '{"entries": 3}')$$, :t)), 'the application notes an import');
select throws_ok(tap.as_app(:t, format($$select books.record_transfer(%s, 'role', 'x', '{}')$$, :t)), '22023', null, 'and nothing else');
select throws_ok(tap.as_app(:t, $$select books.record_transfer(null, 'import', 'x', '{}')$$), '42501', null, 'of a tenant');
select set_config('app.tenant_id', :'t', true);
select is((select kind || ' ' || act || ' ' || object from books.audit_event order by number desc limit 1), 'import done january.journal', 'as it was');
select tap.tenant() as other \gset
select is(tap.count_as('accubooks_app', :other, format('select count(*) from books.audit_event where tenant_id = %s', :t)), 0::bigint, 'and a tenant sees its own');

select * from finish();
rollback;
