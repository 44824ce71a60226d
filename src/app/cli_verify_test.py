"""`accubooks verify` finds whatever a superuser changes behind the program's back."""
import json
import re

import pytest
from temporary_postgres import psql

JOURNAL = """2024-01-10 (A1) opening  ; kind:first
    assets:bank         100.00 EUR
    equity:opening

2024-01-11=2024-01-09 euros for dollars
    assets:dollars       10.00 USD @@ 9.00 EUR
    assets:bank

2024-02-12 food
    expenses:food         7.50 EUR  ; bread
    assets:bank
"""

# (what is changed, the SQL, the checks that must tell, the entry they must name)
ENTRY = "update books.journal_entry set {} where tenant_id = :t and number = {}"
LINE = "update books.journal_line set {} where tenant_id = :t and number = {} and line = 1"
TAMPERINGS = [
    ("an amount", LINE.format("amount = amount + 1, base_amount = base_amount + 1", 1), {"balanced", "hash", "balances"}, 1),
    ("a base amount", LINE.format("base_amount = base_amount + 1", 2), {"balanced", "hash"}, 2),
    ("a cost", LINE.format("cost_amount = cost_amount + 1", 2), {"balanced", "hash"}, 2),
    ("a cost's commodity", LINE.format("cost_commodity = 'CHF'", 2), {"balanced", "hash"}, 2),
    ("a line's account", LINE.format("account_id = (select min(account_id) from books.account a where a.tenant_id = :t"
                                     " and a.account_id <> journal_line.account_id)", 3), {"hash", "balances"}, 3),
    ("a line's commodity", LINE.format("commodity = 'CHF'", 3), {"balanced", "hash"}, 3),
    ("a memo", LINE.format("memo = 'cake'", 3), {"hash"}, 3),
    ("both sides of an entry", "update books.journal_line set amount = amount * 2, base_amount = base_amount * 2"
                               " where tenant_id = :t and number = 3", {"hash", "balances"}, 3),
    ("the order of lines", "update books.journal_line set line = line + 10 where tenant_id = :t and number = 3;"
                           " update books.journal_line set line = 13 - line where tenant_id = :t and number = 3", {"hash"}, 3),
    ("a day", ENTRY.format("entry_date = '2024-02-13'", 3), {"hash"}, 3),
    ("a month", ENTRY.format("entry_date = '2024-03-12'", 3), {"hash", "balances"}, 3),
    ("a document's day", ENTRY.format("document_date = '2024-01-08'", 2), {"hash"}, 2),
    ("a document's day away", ENTRY.format("document_date = null", 2), {"hash"}, 2),
    ("a description", ENTRY.format("description = 'closing'", 1), {"hash"}, 1),
    ("a reference", ENTRY.format("reference = 'A2'", 1), {"hash"}, 1),
    ("a tag", ENTRY.format("""tags = '{"kind": "last"}'""", 1), {"hash"}, 1),
    ("tags away", ENTRY.format("tags = null", 1), {"hash"}, 1),
    ("a source", ENTRY.format("source = 'api'", 1), {"hash"}, 1),
    ("who posted", ENTRY.format("posted_by = 'cli:nobody'", 1), {"hash"}, 1),
    ("when it was posted", ENTRY.format("posted_at = posted_at + interval '1 microsecond'", 1), {"hash"}, 1),
    ("what it reverses", ENTRY.format("reverses = 1, reason = 'x'", 2), {"hash"}, 2),
    ("a key", ENTRY.format("idempotency_key = 'x'", 1), {"hash"}, 1),
    ("a request's hash", ENTRY.format("request_hash = decode(repeat('00', 32), 'hex')", 1), {"hash"}, 1),
    ("an entry's hash", ENTRY.format("entry_hash = decode(repeat('00', 32), 'hex')", 2), {"hash", "chain"}, 2),
    ("a chain's hash", ENTRY.format("chain_hash = decode(repeat('00', 32), 'hex')", 2), {"chain"}, 2),
    ("the last chain's hash", ENTRY.format("chain_hash = decode(repeat('00', 32), 'hex')", 3), {"chain", "head"}, 3),
    ("how many lines it says", ENTRY.format("line_count = 3", 1), {"lines"}, 1),
    ("a line away", "delete from books.journal_line where tenant_id = :t and number = 1 and line = 1", {"balanced", "lines"}, 1),
    ("a line more", "insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, base_amount)"
                    " select tenant_id, number, 9, account_id, commodity, 5, 5 from books.journal_line"
                    " where tenant_id = :t and number = 1 and line = 1", {"balanced", "lines"}, 1),
    ("a line of no entry", "insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, base_amount)"
                           " select tenant_id, 99, 1, account_id, commodity, 5, 5 from books.journal_line"
                           " where tenant_id = :t and number = 1 and line = 1", {"lines"}, None),
    ("an entry in the middle away", "delete from books.journal_entry where tenant_id = :t and number = 2", {"gapless"}, 3),
    ("the first entry with its lines away", "delete from books.journal_line where tenant_id = :t and number = 1;"
                                            " delete from books.journal_entry where tenant_id = :t and number = 1",
     {"gapless", "balances"}, 2),
    ("the last entry with its lines away", "delete from books.journal_line where tenant_id = :t and number = 3;"
                                           " delete from books.journal_entry where tenant_id = :t and number = 3",
     {"head", "balances"}, None),
    ("the last entry away without a trace", "delete from books.journal_line where tenant_id = :t and number = 3;"
                                            " delete from books.journal_entry where tenant_id = :t and number = 3;"
                                            " update books.ledger set last_number = 2 where tenant_id = :t",
     {"head", "balances"}, None),
    ("an entry past the last", "update books.ledger set last_number = 2 where tenant_id = :t", {"gapless"}, None),
    ("the last number", "update books.ledger set last_number = 4 where tenant_id = :t", {"head"}, None),
    ("the end of the chain", "update books.ledger set head_hash = decode(repeat('00', 32), 'hex') where tenant_id = :t",
     {"head"}, None),
    ("the base currency", "update books.ledger set base_commodity = 'USD' where tenant_id = :t", {"balanced"}, None),
    ("a balance", "update books.account_balance set debit = debit + 1, credit = credit + 1 where tenant_id = :t", {"balances"},
     None),
    ("a balance's base amount", "update books.account_balance set base_debit = base_debit + 1 where tenant_id = :t",
     {"balances"}, None),
    ("a balance away", "delete from books.account_balance where tenant_id = :t and month = '2024-02-01'", {"balances"}, None),
    ("a balance more", "insert into books.account_balance select tenant_id, account_id, commodity, '2023-01-01', 5, 5, 5, 5"
                       " from books.account_balance where tenant_id = :t limit 1", {"balances"}, None),
    *((f"an event's {column}", f"update books.audit_event set {column} = {value} where tenant_id = :t and number = 2", {"audit"}, None)
      for column, value in (("at", "at + interval '1 second'"), ("actor", "'user:x'"), ("peer", "'192.0.2.1'"), ("kind", "'user'"),
                            ("act", "'removed'"), ("object", "'account:99'"), ("before", "'{}'"), ("after", "'{}'"),
                            ("reason", "'none'"), ("chain_hash", "sha256('x')"))),
    ("an event away", "delete from books.audit_event where tenant_id = :t and number = 2", {"audit"}, None),
    ("a month of balances", "update books.account_balance set month = '2024-03-01' where tenant_id = :t and month = '2024-02-01'",
     {"balances"}, None),
]


@pytest.fixture(scope="module")
def untouched(own, tmp_path_factory):
    """A tenant with three entries; a tampering is undone after it was looked at."""
    file = tmp_path_factory.mktemp("verify") / "three.journal"
    file.write_text(JOURNAL, encoding="utf-8")
    tenant = own.make_tenant("EUR")
    assert own.import_(tenant, file)["posted"] == 3
    other = own.make_tenant("EUR")
    own.import_(other, file)
    return tenant, other


TABLES = ("ledger", "journal_entry", "journal_line", "account_balance", "audit_event")


def as_superuser(own, sql, tenant):
    """With every trigger and foreign key off."""
    return psql(own.where[1], "set session_replication_role = replica; " + sql.replace(":t", str(tenant)))


@pytest.mark.parametrize(("what", "sql", "checks", "entry"), TAMPERINGS, ids=[row[0] for row in TAMPERINGS])
def test_finds(own, untouched, what, sql, checks, entry):
    tenant, _ = untouched
    as_superuser(own, "drop schema if exists kept cascade; create schema kept; "
                 + " ".join(f"create table kept.{table} as select * from books.{table} where tenant_id = :t;" for table in TABLES),
                 tenant)
    as_superuser(own, f"begin; {sql}; commit", tenant)
    try:
        done = own.run("verify", "--tenant", tenant)
        assert done.returncode == 1, f"{what} was changed unnoticed"
        found = re.findall(r"^tenant (\d+): (\w+): (.+)$", done.stdout, re.MULTILINE)
        assert len(found) == len(done.stdout.splitlines())  # a line per breach, nothing else
        assert {int(number) for number, _, _ in found} == {tenant}
        assert checks <= {check for _, check, _ in found}, done.stdout
        if entry is not None:
            assert any(f"entry {entry}" in detail for _, _, detail in found), done.stdout
    finally:
        as_superuser(own, "begin; " + " ".join(
            f"delete from books.{table} where tenant_id = :t; insert into books.{table} select * from kept.{table};"
            for table in TABLES) + " commit; drop schema kept cascade", tenant)


def test_a_breach_of_one_tenant_is_found_among_all_and_not_in_others(own, untouched):
    tenant, other = untouched
    as_superuser(own, "update books.ledger set last_number = 4 where tenant_id = :t", tenant)
    try:
        everywhere = own.run("verify")
        assert everywhere.returncode == 1 and re.findall(r"^tenant (\d+): (\w+)", everywhere.stdout) == [(str(tenant), "head")]
        assert own.run("verify", "--tenant", other).returncode == 0
    finally:
        as_superuser(own, "update books.ledger set last_number = 3 where tenant_id = :t", tenant)
    assert own.run("verify", "--tenant", tenant).returncode == 0


def test_good_books_have_nothing_to_say(own, untouched):
    done = own.run("verify", "--tenant", untouched[0])
    assert (done.returncode, done.stdout) == (0, "")
    assert "3 entries" in done.stderr and "0 breaches" in done.stderr


def test_the_result_as_json(own, untouched):
    result = json.loads(own.result_of("verify", "--tenant", untouched[0], "--json"))
    assert result == {"breaches": [], "tenants": 1, "entries": 3, "lines": 6, "breach_count": 0, "epochs": []}


def test_an_unknown_tenant_is_no_good_books(own):
    done = own.run("verify", "--tenant", 999999)
    assert done.returncode != 0
