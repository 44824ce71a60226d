-- What spreading the books over machines by tenant (Citus) demands of them, as far as the catalogue can show it. Numbers in
-- brackets are the rules of the design page's table.
\ir setup.psql
select plan(17);

create view tap.book as
    select c.oid, c.relname, c.reloptions, c.relpersistence, c.relkind,
           (select attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as tenant
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'books' and c.relkind in ('r', 'p');

select is_empty(
    $$select b.relname, i.indexrelid::regclass from tap.book b join pg_index i on i.indrelid = b.oid
       where (i.indisunique or i.indisprimary) and i.indkey[0] is distinct from b.tenant$$,
    '[1] every primary key and unique index begins with tenant_id');
select is_empty(
    $$select b.relname from tap.book b where not exists (select from pg_index i where i.indrelid = b.oid and i.indisprimary)$$,
    '[1] every table has a primary key');
select is_empty(
    $$select k.conname from pg_constraint k join tap.book b on b.oid = k.conrelid
        left join tap.book f on f.oid = k.confrelid
       where k.contype = 'f' and (f.oid is null or k.conkey[1] <> b.tenant or k.confkey[1] <> f.tenant)$$,
    '[2] foreign keys stay within books and have tenant_id first on both sides');
select is_empty(
    $$select k.conname from pg_constraint k join tap.book b on b.oid = k.conrelid
       where k.contype = 'f' and (k.confupdtype <> 'a' or k.confdeltype <> 'a')$$,
    '[2] no foreign key acts on update or delete');
select is_empty(
    $$select k.conname from pg_constraint k join pg_namespace n on n.oid = k.connamespace
       where n.nspname <> 'books' and k.contype = 'f' and k.confrelid in (select oid from tap.book)$$,
    '[3] no table outside refers to one of books');
select is_empty(
    $$select b.relname from tap.book b join pg_attribute a on a.attrelid = b.oid and a.attname = 'tenant_id'
       where a.atttypid <> 'bigint'::regtype or not a.attnotnull or a.attgenerated <> '' or a.attidentity <> ''
      union all
      select relname from tap.book where tenant is null$$,
    '[4] tenant_id is everywhere, a bigint, never null and never generated');
select is_empty(
    $$select b.relname, a.attname from tap.book b join pg_attribute a on a.attrelid = b.oid and a.attnum > 0
        join pg_collation c on c.oid = a.attcollation where not c.collisdeterministic$$,
    '[4] every collation is deterministic');
-- The unsafe ones are the statement triggers that judge an entry's lines, its header's number, and the account's parent; each
-- reads only rows of the tenant whose rows it was given. That of ledgers complete at once is for books on one machine.
select set_eq(
    $$select b.relname || ' ' || t.tgname from tap.book b join pg_trigger t on t.tgrelid = b.oid where not t.tgisinternal$$,
    $$values ('journal_line journal_line__rules'), ('journal_line journal_line__never_changes'),
             ('journal_entry journal_entry__number_given_out'), ('journal_entry journal_entry__never_changes'),
             ('ledger ledger__complete'), ('ledger ledger__complete_at_once'), ('ledger ledger__only_grows'), ('ledger ledger__starts_empty'),
             ('ledger ledger__never_ends'), ('ledger_epoch ledger_epoch__never_changes'), ('period_act period_act__never_changes'), ('audit_event audit_event__never_changes'),
             ('import_batch import_batch__recorded'), ('import_mapping import_mapping__recorded'), ('account account__recorded'), ('ledger ledger__recorded'), ('period_act period_act__recorded'),
             ('account account__parent_rules'), ('account account__inactive_rules'),
             ('account account__never_ends'),
             ('commodity commodity__only_widens'), ('commodity commodity__never_ends'), ('document document__never_changes'), ('attachment attachment__never_changes')$$,
    '[5] triggers are these and no others');
select set_eq(
    $$select conname::text from pg_constraint k join tap.book b on b.oid = k.conrelid where k.condeferrable$$,
    $$values ('ledger__complete'), ('account__recorded'), ('ledger__recorded'), ('period_act__recorded'), ('import_batch__recorded'), ('import_mapping__recorded')$$,
    '[6] one deferred check, of a batch at commit: nothing else can tell that a header stays without lines; and what is recorded of changes, one tenant''s each');
select is_empty(
    $$select p.polname from pg_policy p join tap.book b on b.oid = p.polrelid
       where p.polname <> 'tenants' and (p.polqual::text like '%:subselect %' or p.polqual::text like '%SUBLINK%' or p.polwithcheck::text like '%SUBLINK%')$$,
    '[7] no policy has a sub-select, but for those that go before the books are spread');
select is_empty(
    -- From the expression: on functions of the system itself no dependency is recorded.
    $$select p.polname, f.proname from pg_policy p join tap.book b on b.oid = p.polrelid,
             lateral regexp_matches(concat(p.polqual, p.polwithcheck), ':(?:func|opfunc)id (\d+)', 'g') m
        join pg_proc f on f.oid = m[1]::oid where f.provolatile = 'v'$$,
    '[7] no policy calls a volatile function');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'books' and p.prorettype <> 'trigger'::regtype and p.proname <> 'post_combined'
         and (p.proargnames[1] <> 'p_tenant' or p.proargtypes[0] <> 'bigint'::regtype)$$,
    '[8] every function takes the tenant first, so that a call can be sent to the tenant''s machine; the one for several
     tenants isn''t called where they are spread');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'books' and p.proname <> 'post_combined'
         and p.prosrc ~* '\mas\s+(not\s+)?(materialized\s+)?\(\s*insert\M'$$,
    '[9] no function inserts inside a WITH, but that one');
select is_empty(
    $$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'books' and p.prosrc ~* 'pg_(try_)?advisory'$$,
    '[11] no function takes an advisory lock, which is one machine''s alone');
select is_empty(
    $$select b.relname, a.attname from tap.book b join pg_attribute a on a.attrelid = b.oid and a.attnum > 0
        left join pg_attrdef d on d.adrelid = b.oid and d.adnum = a.attnum
       where a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like '%nextval%'$$,
    '[13] no sequence in books');
select is_empty(
    $$select k.conname from pg_constraint k join tap.book b on b.oid = k.conrelid where k.contype = 'x'
      union all
      select r.rulename from pg_rewrite r join tap.book b on b.oid = r.ev_class
      union all
      select i.inhrelid::regclass::text from pg_inherits i join tap.book b on b.oid = i.inhparent
       where b.relkind = 'p' and exists (select from pg_inherits j where j.inhparent = i.inhrelid)$$,
    '[14] no exclusion constraint, no rule, no partition of a partition');
select is_empty($$select relname from tap.book where relpersistence <> 'p'$$, 'no table of books is unlogged or temporary');

select * from finish();
rollback;
