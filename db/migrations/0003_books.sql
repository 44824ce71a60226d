-- The books: everything a tenant owns. Rules that take more than one row are triggers, each beside its function in
-- db/functions.
-- Lock: none, all tables are new. Duration: milliseconds.
--
-- tenant_id is first in every key, has one type everywhere, and is compared with the transaction's tenant by a policy that
-- holds no sub-select, so that the tables can be spread over machines by tenant as they stand. Texts that are keys sort by
-- bytes: the order is the same on every machine, and comparing is a memcmp.

set local role accubooks_owner;

-- One row a tenant: the last number, the end of the chain, and the only lock that posting takes. Rewritten by every batch,
-- so a page holds few rows and room for their next versions (heap-only updates).
create table books.ledger (
    tenant_id bigint not null,
    base_commodity text collate "C" not null,
    last_number bigint not null default 0,
    head_hash bytea not null default decode(repeat('00', 32), 'hex'),
    epoch integer not null default 1,
    constraint ledger__pk primary key (tenant_id),
    constraint ledger__last_number check (last_number >= 0),
    constraint ledger__head_hash check (octet_length(head_hash) = 32)
) with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- A currency or anything counted. Code '' is what an import calls an amount without a commodity. The scale (digits after the
-- point) may grow until the first line uses it, by books.widen_commodity, and never shrinks.
create table books.commodity (
    tenant_id bigint not null,
    code text collate "C" not null,
    scale smallint not null,
    name text not null default '',
    constraint commodity__pk primary key (tenant_id, code),
    constraint commodity__code check (length(code) <= 100),
    constraint commodity__scale check (scale between 0 and 12)
);

-- Never deleted. Imported accounts keep their source's liberties: they may post as parents, hold several commodities and
-- take lines of zero.
create table books.account (
    tenant_id bigint not null,
    account_id bigint not null,
    code text collate "C" not null,
    name text not null,
    type text collate "C" not null,
    subtype text not null default '',
    parent_id bigint,
    commodity text collate "C",
    active boolean not null default true,
    imported boolean not null default false,
    type_assumed boolean not null default false,
    created_at timestamptz not null default now(),
    constraint account__pk primary key (tenant_id, account_id),
    constraint account__code unique (tenant_id, code),
    constraint account__parent foreign key (tenant_id, parent_id) references books.account,
    constraint account__commodity foreign key (tenant_id, commodity) references books.commodity,
    constraint account__code_length check (length(code) between 1 and 1000),
    constraint account__type check (type in ('asset', 'liability', 'equity', 'revenue', 'expense')),
    constraint account__not_its_own_parent check (parent_id <> account_id)
);
create index account__parent_id on books.account (tenant_id, parent_id) where parent_id is not null;

-- Running numbers without gaps: 'account' for account ids; series of documents later.
create table books.counter (
    tenant_id bigint not null,
    name text collate "C" not null,
    value bigint not null default 0,
    constraint counter__pk primary key (tenant_id, name),
    constraint counter__value check (value >= 0)
) with (fillfactor = 50);

create table books.journal_entry (
    tenant_id bigint not null,
    number bigint not null,
    entry_date date not null,
    document_date date,
    description text not null,
    reference text not null default '',
    tags jsonb,
    source text collate "C" not null,
    posted_by text not null,
    posted_at timestamptz not null,
    reverses bigint,
    reason text,
    line_count smallint not null,
    idempotency_key text collate "C" not null,
    request_hash bytea not null,
    entry_hash bytea not null,
    chain_hash bytea not null,
    constraint journal_entry__pk primary key (tenant_id, number),
    constraint journal_entry__idempotency_key unique (tenant_id, idempotency_key),
    constraint journal_entry__number check (number >= 1),
    constraint journal_entry__line_count check (line_count >= 1),
    constraint journal_entry__source check (source in ('api', 'import', 'reversal', 'demo')),
    constraint journal_entry__idempotency_key_length check (octet_length(idempotency_key) between 1 and 255),
    constraint journal_entry__hashes check (
        octet_length(request_hash) = 32 and octet_length(entry_hash) = 32 and octet_length(chain_hash) = 32),
    constraint journal_entry__tags check (jsonb_typeof(tags) = 'object'),
    -- Numbers have no gaps and entries are never deleted, so every smaller number is an entry: no foreign key needed.
    constraint journal_entry__reverses_an_earlier_one check (reverses between 1 and number - 1),
    constraint journal_entry__reason check ((reverses is null) = (coalesce(reason, '') = ''))
) with (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
create unique index journal_entry__reversed_once on books.journal_entry (tenant_id, reverses) where reverses is not null;
create index journal_entry__entry_date on books.journal_entry (tenant_id, entry_date, number);

-- Amounts are units of the commodity, debit positive; base_amount is in units of the ledger's base commodity. The smallest
-- 64-bit number has no opposite, and a line must have one: its reversal's.
create table books.journal_line (
    tenant_id bigint not null,
    number bigint not null,
    line smallint not null,
    account_id bigint not null,
    commodity text collate "C" not null,
    amount bigint not null,
    base_amount bigint not null,
    cost_commodity text collate "C",
    cost_amount bigint,
    memo text not null default '',
    constraint journal_line__pk primary key (tenant_id, number, line),
    constraint journal_line__line check (line >= 1),
    constraint journal_line__cost check (
        (cost_commodity is null) = (cost_amount is null) and (cost_commodity is null or cost_commodity <> commodity)),
    constraint journal_line__reversible check (
        amount > -9223372036854775808 and base_amount > -9223372036854775808
        and (cost_amount is null or cost_amount > -9223372036854775808))
) with (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- Kept in the posting transaction; what reports read. Half of each page is room for heap-only updates.
create table books.account_balance (
    tenant_id bigint not null,
    account_id bigint not null,
    commodity text collate "C" not null,
    month date not null,
    debit bigint not null,
    credit bigint not null,
    base_debit bigint not null,
    base_credit bigint not null,
    constraint account_balance__pk primary key (tenant_id, account_id, commodity, month),
    constraint account_balance__month check (extract(day from month) = 1),
    constraint account_balance__not_negative check (debit >= 0 and credit >= 0 and base_debit >= 0 and base_credit >= 0)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- First answers of writes other than entries, whose keys live in journal_entry. A row without an answer is a write under way.
create table books.idempotency (
    tenant_id bigint not null,
    key text collate "C" not null,
    request_hash bytea not null,
    status smallint,
    response text,
    created_at timestamptz not null default now(),
    constraint idempotency__pk primary key (tenant_id, key),
    constraint idempotency__key_length check (octet_length(key) between 1 and 255),
    constraint idempotency__request_hash check (octet_length(request_hash) = 32),
    constraint idempotency__status check (status between 100 and 599),
    constraint idempotency__answer check ((status is null) = (response is null))
);

-- One unit of commodity in quote_commodity, from price directives; the last one of a day stays.
create table books.price (
    tenant_id bigint not null,
    commodity text collate "C" not null,
    quote_commodity text collate "C" not null,
    on_date date not null,
    price numeric not null,
    source text not null default '',
    constraint price__pk primary key (tenant_id, commodity, quote_commodity, on_date),
    constraint price__commodity foreign key (tenant_id, commodity) references books.commodity,
    constraint price__quote_commodity foreign key (tenant_id, quote_commodity) references books.commodity
);

do $policies$
declare
    v_table text;
begin
    -- Forced, so that it binds the owner and the owner's functions too. After a transaction that set the tenant the
    -- setting is '' and not null, hence nullif: no tenant is no rows, not an error.
    foreach v_table in array array['ledger', 'commodity', 'account', 'counter', 'journal_entry', 'journal_line',
                                   'account_balance', 'idempotency', 'price'] loop
        execute format('alter table books.%I enable row level security', v_table);
        execute format('alter table books.%I force row level security', v_table);
        -- Tenants differ too much for a histogram of them to say anything. Without one the planner takes a tenant for a fixed
        -- share of the table, so that no number of small tenants makes it read all rows of one where a whole key is given.
        execute format('alter table books.%I alter column tenant_id set statistics 0', v_table);
        execute format($$create policy tenant on books.%I
            using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)
            with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint)$$, v_table);
    end loop;
end
$policies$;

grant select on all tables in schema books to accubooks_app;
grant insert on books.commodity, books.account, books.idempotency, books.price, books.counter to accubooks_app;
grant update (value) on books.counter to accubooks_app;
grant update (name, subtype, active, code, parent_id) on books.account to accubooks_app;
grant update (status, response) on books.idempotency to accubooks_app;
grant update (price, source) on books.price to accubooks_app;
