"""CSV files through `accubooks import --csv`: a saved mapping, a dry run, all or nothing, and the reversal of a batch."""
import decimal
import json

import pytest

CHART = ("--chart", "us")
BANK = """Umsätze persönliches Konto;;;
Buchungstag;Verwendungszweck;Betrag;Gegenkonto
31.12.2024;Miete;-1.234,56;6200
05.01.2025;Verkauf;3.500,00;4000
05.01.2025;Verkauf;3.500,00;4000
"""
MAPPING = ("date=Buchungstag", "description=Verwendungszweck", "amount=Betrag", "account==1000", "counter=Gegenkonto")


@pytest.fixture
def tenant(own):
    made = own.make_tenant("USD", *CHART)
    save(own, made, "bank", *MAPPING)
    return made


def save(own, tenant, name, *pairs):
    own.result_of("mapping", "save", "--tenant", tenant, name, *pairs)


def import_csv(own, tenant, file, *more, mapping="bank"):
    return own.run("import", "--tenant", tenant, "--csv", mapping, "--json", *more, file)


def reverse(own, tenant, batch, *more):
    return own.run("batch", "reverse", "--tenant", tenant, batch, "--reason", "Wrong account", *more)


def bank(own, tenant):
    return own.closings(tenant).get(("Checking", "USD"), 0)


def write(folder, text, name="bank.csv", encoding="cp1252"):
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def test_a_dry_run_says_what_an_import_does(own, tenant, folder):
    file = write(folder, BANK)
    rehearsed = import_csv(own, tenant, file, "--dry-run")
    assert rehearsed.returncode == 0 and own.last_entry(tenant) == 0
    assert "1000 Checking: 5765.44 USD, to 5765.44" in rehearsed.stderr
    done = import_csv(own, tenant, file)
    kept, told = json.loads(done.stdout), json.loads(rehearsed.stdout)
    assert (kept.pop("batch"), told.pop("batch")) == (1, None)
    assert kept == told
    assert kept["posted"] == 3 and kept["csv"] == {
        "charset": "windows-1252", "delimiter": ";", "title_line": 2, "date_order": "dmy", "decimal_mark": ","}
    assert "Read as windows-1252, delimiter ';', titles on line 2, dates dmy, decimal mark ','." in done.stderr
    assert bank(own, tenant) == decimal.Decimal("5765.44")
    again = json.loads(import_csv(own, tenant, file).stdout)
    assert (again["posted"], again["repeated"], again["batch"]) == (0, 3, None)
    longer = write(folder, BANK + "06.01.2025;Verkauf;1,00;4000\n")
    assert json.loads(import_csv(own, tenant, longer).stdout)["batch"] == 4
    assert own.result_of("verify", "--tenant", tenant) == ""


def test_a_journal_has_dry_runs_and_batches_too(own, folder):
    tenant = own.make_tenant("USD")
    file = write(folder, "2026-01-05 Sale\n  assets:bank  $12.50\n  revenue  $-12.50\n", "a.journal")
    arguments = ("import", "--tenant", tenant, "--map", "$=USD", "--json")
    rehearsed = own.run(*arguments, "--dry-run", file)
    assert rehearsed.returncode == 0 and "assets:bank bank: 12.50 USD, to 12.50" in rehearsed.stderr
    assert own.last_entry(tenant) == 0 and own.rows(tenant) == []
    batch = json.loads(own.run(*arguments, file).stdout)["batch"]
    assert reverse(own, tenant, batch).returncode == 0
    assert own.closings(tenant).get(("assets:bank", "USD"), 0) == 0
    assert json.loads(own.run(*arguments, file).stdout)["posted"] == 1, "what was reversed is posted again"
    assert json.loads(own.run(*arguments, file).stdout)["repeated"] == 1
    assert own.result_of("verify", "--tenant", tenant) == ""


def test_a_batch_is_reversed_and_may_be_imported_again(own, tenant, folder):
    file = write(folder, BANK)
    batch = json.loads(import_csv(own, tenant, file).stdout)["batch"]
    done = reverse(own, tenant, batch)
    assert done.returncode == 0 and "Reversed 3 entries; 0 were reversed before." in done.stderr
    assert bank(own, tenant) == 0 and own.last_entry(tenant) == 6
    assert "Reversed 0 entries; 3 were reversed before." in reverse(own, tenant, batch).stderr
    assert own.last_entry(tenant) == 6
    assert json.loads(import_csv(own, tenant, file).stdout)["batch"] == 7
    assert bank(own, tenant) == decimal.Decimal("5765.44")
    assert "reversed: Wrong account" in own.result_of("batch", "list", "--tenant", tenant).splitlines()[0]
    for nothing in (2, 4, 999):
        unknown = reverse(own, tenant, nothing)
        assert unknown.returncode == 1 and "Nothing was reversed." in unknown.stderr
    assert own.result_of("verify", "--tenant", tenant) == ""


def test_a_batch_with_an_entry_in_a_locked_period_stays_whole(own, tenant, folder):
    batch = json.loads(import_csv(own, tenant, write(folder, BANK)).stdout)["batch"]
    for act in ("close", "lock"):
        own.result_of("period", act, "--tenant", tenant, "--period", "2024-12", "--reason", "Done")
    refused = reverse(own, tenant, batch)
    assert refused.returncode == 1 and "/entries/1: 2024-12-31: " in refused.stderr and "/entries/2" not in refused.stderr
    assert bank(own, tenant) == decimal.Decimal("5765.44") and own.last_entry(tenant) == 3
    assert reverse(own, tenant, batch, "--date", "2025-01-31").returncode == 0
    assert bank(own, tenant) == 0


@pytest.mark.parametrize("change, told", [
    (("6200", "6299"), ":3:4: these books have no account \"6299\""),
    (("-1.234,56", "-1.2x4,56"), ":3:3: \"-1.2x4,56\" is no number"),
    (("-1.234,56", "-1.234,567"), ":3:3: amount: "),
    (("31.12.2024", "31.13.2024"), ":3:1: \"31.13.2024\" is no day"),
    (("Gegenkonto", "Konto"), "here is none called Gegenkonto"),
    (("31.12.2024", "01.12.2024"), "say date_order=dmy or date_order=mdy"),
])
def test_a_file_with_one_wrong_row_leaves_nothing(own, tenant, folder, change, told):
    done = import_csv(own, tenant, write(folder, BANK.replace(*change)))
    assert done.returncode == 1 and told in done.stderr and done.stderr.endswith("Nothing was imported.\n")
    assert own.last_entry(tenant) == 0


def test_all_that_is_wrong_is_told_at_once_and_an_account_may_be_named_by_the_mapping(own, tenant, folder):
    file = write(folder, BANK.replace("6200", "Miete").replace("4000", "Erlöse"))
    done = import_csv(own, tenant, file)
    assert done.returncode == 1 and all(f"bank.csv:{line}:4: these books have no account" in done.stderr for line in (3, 4, 5))
    save(own, tenant, "bank", *MAPPING, "account:Miete=6200", "account:Erlöse=4000")
    assert import_csv(own, tenant, file).returncode == 0
    assert bank(own, tenant) == decimal.Decimal("5765.44")


def test_a_general_ledger_is_read_back(own, tenant, folder):
    hostile = BANK + "06.01.2025;=SUM(A1);1,00;4000\n07.01.2025;'tis @home;1,00;4000\n08.01.2025;-5+3;1,00;4000\n"
    import_csv(own, tenant, write(folder, hostile))
    text = own.result_of("report", "general-ledger", "--tenant", tenant, "--format", "csv") + "\n"
    assert "'=SUM(A1)" in text and "''tis @home" in text and "'-5+3" in text
    other = own.make_tenant("USD", *CHART)
    save(own, other, "ledger", "date=date", "entry=number", "account=account_code", "commodity=commodity", "debit=debit",
         "credit=credit", "base_debit=base_debit", "base_credit=base_credit", "description=description", "reference=reference",
         "memo=memo")
    done = import_csv(own, other, write(folder, text, "ledger.csv", "utf-8"), mapping="ledger")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["posted"] == 6
    assert own.rows(other) == own.rows(tenant)
    again = own.result_of("report", "general-ledger", "--tenant", other, "--format", "csv") + "\n"
    assert sorted(again.splitlines()) == sorted(text.splitlines())


def test_mappings_are_each_tenants_own_and_make_sense(own, tenant, folder):
    other = own.make_tenant("USD", *CHART)
    done = import_csv(own, other, write(folder, BANK))
    assert done.returncode == 1 and "No mapping of these books has the name" in done.stderr
    for pairs in (("date=a",), ("date=a", "account=b", "amount=c"), ("colour=red", *MAPPING),
                  ("debit=a", *MAPPING), ("charset=ebcdic", *MAPPING), ("footer=x", *MAPPING), ("account:=1", *MAPPING)):
        assert own.run("mapping", "save", "--tenant", other, "bad", *pairs).returncode == 2
    assert own.result_of("mapping", "list", "--tenant", other) == ""
    assert own.run("mapping", "remove", "--tenant", other, "bank").returncode == 1, "it is another's"
    assert own.result_of("mapping", "list", "--tenant", tenant).startswith("bank  account==1000  amount=Betrag")
    own.result_of("mapping", "remove", "--tenant", tenant, "bank")
    assert own.result_of("mapping", "list", "--tenant", tenant) == ""
    last = [json.loads(line) for line in own.result_of("tenant", "audit", "--tenant", tenant).splitlines()][-1]
    assert (last["object"], last["act"], last["after"]) == ("import-mapping:bank", "removed", None)
    assert last["actor"].startswith("cli:") and last["before"]["mapping"]["amount"] == "Betrag"
    assert own.run("import", "--tenant", other).returncode == 2
