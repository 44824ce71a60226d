-- Exactly these rights, no more and no fewer.
\ir setup.psql
select plan(9);

select set_eq(
    $$select c.relname || ' ' || lower(a.privilege_type)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a
       where n.nspname = 'books' and a.grantee = 'accubooks_app'::regrole$$,
    $$select t || ' select' from unnest(array['ledger', 'commodity', 'account', 'counter', 'journal_entry', 'journal_line',
                                             'account_balance', 'idempotency', 'price', 'ledger_epoch', 'draft', 'draft_document', 'documents_taken', 'document', 'attachment',
                                             'period_act', 'audit_event', 'import_mapping', 'import_batch']) t
      union all
      select t || ' insert' from unnest(array['commodity', 'account', 'counter', 'idempotency', 'price', 'draft', 'draft_document', 'documents_taken', 'document',
                                             'attachment', 'import_mapping', 'import_batch']) t
      union all
      values ('draft delete'), ('draft_document delete'), ('import_mapping delete')$$,
    'the application''s rights on tables of books');
select set_eq(
    $$select c.relname || '.' || t.attname || ' ' || lower(a.privilege_type)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute t on t.attrelid = c.oid,
             lateral aclexplode(t.attacl) a
       where n.nspname = 'books' and a.grantee = 'accubooks_app'::regrole$$,
    $$values ('counter.value update'), ('account.name update'), ('account.subtype update'), ('account.active update'),
             ('price.price update'), ('price.source update'),
             ('draft.version update'), ('draft.content update'), ('draft.entry_date update'), ('draft.description update'),
             ('draft.line_count update'), ('draft.changed_by update'), ('draft.changed_at update'),
             ('documents_taken.day update'), ('documents_taken.documents update'), ('documents_taken.bytes update'),
             ('import_mapping.mapping update'), ('import_mapping.saved_by update'), ('import_mapping.saved_at update'),
             ('import_batch.reversed_by update'), ('import_batch.reversed_at update'), ('import_batch.reason update'),
             ('idempotency.status update'), ('idempotency.response update')$$,
    'the application''s rights on columns of books');
select is_empty(
    $$select c.relname || coalesce('.' || t.attname, '') || ' ' || lower(a.privilege_type)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral (
             select null::name as attname, x.privilege_type, x.grantee from aclexplode(c.relacl) x
             union all
             select t.attname, x.privilege_type, x.grantee from pg_attribute t, lateral aclexplode(t.attacl) x
              where t.attrelid = c.oid) a, lateral (select a.attname) t
       where n.nspname = 'platform' and c.relkind = 'r' and c.relname not in ('schema_migration', 'schema_function')
         and a.grantee = 'accubooks_app'::regrole$$,
    'the application has no right on a table of platform: it asks exact-key functions');
select set_eq(
    $$select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('books', 'platform') and has_function_privilege('accubooks_app', p.oid, 'EXECUTE')$$,
    $$values ('post_entries'), ('post_combined'), ('widen_commodity'), ('act_on_period'), ('replay_period_act'), ('set_calendar'), ('lock_ledger'), ('first_period'), ('lock_breaches'), ('sign_in_record'), ('create_session'), ('extend_session'), ('end_session'),
             ('session_by_digest'), ('api_tokens_by_digest'), ('personal_token_by_digest'), ('note_token_uses'), ('memberships_of'), ('tenant_by_id'),
             ('names_of_actors'), ('record_transfer')$$,
    'the functions that the application may call');
select is_empty(
    $$select c.oid::regclass, a.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace, lateral aclexplode(c.relacl) a
       where n.nspname = 'books' and a.grantee not in ('accubooks_owner'::regrole, 'accubooks_app'::regrole)$$,
    'nobody else has a right on a table of books');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('books', 'platform')
         and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))$$,
    'no function of ours is open to the public');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('books', 'platform')
         and p.prosqlbody is null
         and not exists (select from unnest(p.proconfig) s where s ~ '^search_path=.*pg_temp$')$$,
    'every function fixes its search_path, with temporary objects last, unless its names are resolved already');
select set_eq(
    $$select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('books', 'platform') and p.prosecdef$$,
    $$values ('post_entries'), ('post_combined'), ('widen_commodity'), ('act_on_period'), ('replay_period_act'), ('set_calendar'), ('lock_ledger'), ('open_ledger'), ('check_range'), ('check_account_parent'), ('check_account_inactive'),
             ('create_tenant'), ('sign_in_record'), ('create_session'), ('extend_session'), ('end_session'), ('session_by_digest'),
             ('api_tokens_by_digest'), ('memberships_of'), ('tenant_by_id'), ('keep_an_owner'), ('record_revision'),
             ('extend_lease'), ('go_back'), ('personal_token_by_digest'), ('enrol_second_factor'), ('has_second_factor'),
             ('govern'), ('lift_governance'), ('take_factor_attempt'), ('accept_time_step'), ('use_recovery_code'),
             ('found_tenant'), ('second_factor_state'), ('replace_second_factor'), ('remove_second_factor'),
             ('note_token_uses'), ('record_audit'), ('record_change'), ('record_user_change'), ('record_transfer'), ('names_of_actors')$$,
    'the functions that run as the owner');
select is_empty(
    $$select role, n.nspname from (values ('accubooks_ops')) r(role), pg_namespace n
       where n.nspname = 'books' and has_schema_privilege(role, n.oid, 'USAGE')$$,
    'operations have no way into the books');

select * from finish();
rollback;
