"""Books that leave through `accubooks export`: proven without a database, read by hledger, and imported again as the same books."""
import decimal
import json
import subprocess

import program
import pytest

JOURNAL = """commodity 1.000,00 EUR
commodity 1000.0000 "Fund 7"
2024-01-15=2024-01-10 * (R-1) Grüße | Büro  ; project: atlas
    assets:bank                 100,00 EUR  ; by wire
    revenues:sales
2024-02-01 bought
    assets:depot             12.5000 "Fund 7" @@ 50,00 EUR
    assets:bank               -50,00 EUR
P 2024-02-02 "Fund 7" 4,10 EUR
"""


@pytest.fixture(scope="module")
def exported(own, tmp_path_factory):
    """Books of a tenant, as both formats."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "books.journal").write_text(JOURNAL, encoding="utf-8")
    tenant = own.make_tenant("EUR")
    own.import_(tenant, folder / "books.journal")
    for name in ("hledger", "jsonl"):
        (folder / name).write_text(own.result_of("export", "--tenant", tenant, "--format", name) + "\n", encoding="utf-8")
    return own, tenant, folder


def test_hledger_reads_the_journal_and_agrees(exported):
    own, tenant, folder = exported
    done = subprocess.run(["hledger", "-f", folder / "hledger", "balance", "--flat", "-N", "-O", "json"], capture_output=True,
                          text=True, check=True, env=program.environment(LC_ALL="C.UTF-8"))
    theirs = {}
    for name, _, _, amounts in json.loads(done.stdout)[0]:
        for amount in amounts:
            quantity = amount["aquantity"]
            theirs[name, amount["acommodity"]] = decimal.Decimal(quantity["decimalMantissa"]).scaleb(-quantity["decimalPlaces"])
    assert theirs == {key: amount for key, amount in own.closings(tenant).items() if amount}


@pytest.mark.parametrize("name", ["hledger", "jsonl"])
def test_imported_again_it_is_the_same(exported, name):
    own, tenant, folder = exported
    again = own.make_tenant("EUR")
    own.result_of("import", "--tenant", again, *(["--archive"] if name == "jsonl" else []), folder / name)
    assert own.closings(again) == own.closings(tenant)
    assert own.rows(again) == own.rows(tenant)


def test_an_archive_is_proven_without_a_database(exported, folder):
    own, tenant, made = exported
    archive = made / "jsonl"
    done = program.run("verify", "--archive", archive)
    assert done.returncode == 0 and done.stdout == ""
    assert done.stderr.startswith(f"Verified the books of tenant {tenant} as of entry 2, hash ")
    assert json.loads(program.result_of("verify", "--archive", archive, "--json"))["breach_count"] == 0

    changed = folder / "changed.jsonl"
    changed.write_text(archive.read_text(encoding="utf-8").replace("bought", "sold"), encoding="utf-8")
    done = program.run("verify", "--archive", changed)
    assert done.returncode == 1 and "hash: entry 2: its columns don't give its hash" in done.stdout
    done = own.run("import", "--tenant", own.make_tenant("EUR"), "--archive", changed)
    assert done.returncode == 1 and done.stderr.endswith("Nothing was imported.\n")

    changed.write_text("", encoding="utf-8")
    done = program.run("verify", "--archive", changed)
    assert done.returncode == 1 and "the file breaks off" in done.stderr
    assert program.run("verify", "--archive", folder / "nothing").returncode == 1


def test_an_archive_needs_new_books(exported):
    own, tenant, folder = exported
    done = own.run("import", "--tenant", tenant, "--archive", folder / "jsonl")
    assert done.returncode == 1 and "make a tenant with --currency EUR" in done.stderr
