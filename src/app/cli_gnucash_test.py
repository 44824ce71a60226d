"""GnuCash books written by others through `accubooks import`: each gives its expected figures or its refusal, and once only."""
import decimal
import gzip
import json

import program
import pytest

DATA = program.ROOT.parent / "shared/data/gnucash"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the books of ../shared/data are not here")

REFUSED = ("every-unbalanced.gml2", "taxreport.gnucash")


def expected_of(name):
    return json.loads((DATA / f"{name}.expected.json").read_text())


def names():
    return sorted(file.name.removesuffix(".expected.json") for file in DATA.glob("*.expected.json"))


def accepted():
    return [name for name in names() if name not in REFUSED]


def base_of(name):
    """A currency of the file, if there is one."""
    currencies = [each.split("::")[1] for each in expected_of(name)["commodities"] if each.startswith(("CURRENCY", "ISO4217"))]
    return currencies[0] if currencies else "USD"


def balances_of(name):
    """{(account path, commodity): quantity}."""
    return {(path, commodity.split("::")[1]): decimal.Decimal(amount)
            for path, _, commodity, amount in expected_of(name)["balances_in_account_commodity"]}


def closings(terminal, tenant):
    found = {(row["account_code"], row["commodity"]): decimal.Decimal(row["closing"]) for row in terminal.rows(tenant)}
    return {key: closing for key, closing in found.items() if closing != 0}


def test_every_book_is_here():
    assert len(names()) == 12 and set(REFUSED) < set(names())


@pytest.mark.parametrize("name", accepted())
def test_figures_are_the_expected(own, name):
    expected, tenant = expected_of(name), own.make_tenant(base_of(name))
    report = own.import_(tenant, DATA / name)
    assert closings(own, tenant) == balances_of(name)
    assert report["transactions"] == report["posted"] == expected["transactions"]
    assert report["lines"] == expected["splits"]
    assert report["prices"] == expected["prices"]
    assert report["accounts_made"] == expected["accounts_without_root"]
    own.result_of("verify", "--tenant", tenant)


@pytest.mark.parametrize("name", REFUSED)
def test_each_unbalanced_transaction_is_named(own, name):
    expected, tenant = expected_of(name), own.make_tenant(base_of(name))
    refused = own.run("import", "--tenant", tenant, DATA / name)
    assert refused.returncode == 1 and "Nothing was imported." in refused.stderr
    named = [line for line in refused.stderr.splitlines() if "the splits' values come to" in line]
    assert len(named) == expected["unbalanced_transactions"]
    lines = (DATA / name).read_text().splitlines()
    for problem, (day, _, rest) in zip(named, expected["unbalanced"]):
        place, reason = problem.removeprefix(f"{DATA / name}:").split(": ", 1)
        line = int(place.split(":")[0])
        assert "<gnc:transaction" in lines[line - 1]
        assert any(day in text for text in lines[line:line + 12])
        assert decimal.Decimal(reason.split("come to ")[1].split()[0]) == decimal.Decimal(rest)
    assert not own.last_entry(tenant)


def test_a_second_import_adds_nothing_and_a_reversed_one_is_posted_again(own):
    tenant, name = own.make_tenant("EUR"), "business-de.xml"
    first = own.import_(tenant, DATA / name)
    again = own.import_(tenant, DATA / name)
    assert (again["posted"], again["repeated"], again["batch"]) == (0, first["posted"], None)
    own.result_of("batch", "reverse", "--tenant", tenant, first["batch"], "--reason", "The wrong book")
    assert closings(own, tenant) == {}
    assert own.import_(tenant, DATA / name)["posted"] == first["posted"]
    assert closings(own, tenant) == balances_of(name)


def test_the_same_book_plain_and_compressed_is_the_same(own, folder):
    tenant = own.make_tenant("USD")
    plain = own.import_(tenant, DATA / "sample-text.gnucash")
    compressed = folder / "sample.gnucash"
    compressed.write_bytes(gzip.compress((DATA / "sample-text.gnucash").read_bytes()))
    again = own.import_(tenant, compressed)
    assert (again["posted"], again["repeated"]) == (0, plain["posted"])


def test_a_transaction_that_changed_since_is_refused(own, folder):
    tenant, book = own.make_tenant("EUR"), folder / "book.gnucash"
    text = (DATA / "android-multicurrency.xml").read_text()
    book.write_text(text)
    batch = own.import_(tenant, book)["batch"]
    assert text.count("2016-09-18") > 0
    book.write_text(text.replace("2016-09-18", "2016-09-19"))
    refused = own.run("import", "--tenant", tenant, book)
    assert refused.returncode == 1
    assert f"an earlier import posted this as entry {batch}, and it says something else now" in refused.stderr
    own.result_of("batch", "reverse", "--tenant", tenant, batch, "--reason", "Changed since")
    assert own.import_(tenant, book)["posted"] == 1


def test_a_dry_run_leaves_nothing(own):
    tenant = own.make_tenant("EUR")
    done = own.run("import", "--tenant", tenant, "--dry-run", DATA / "business-de.xml")
    assert done.returncode == 0 and "Would import 17 entries" in done.stderr
    assert own.import_(tenant, DATA / "business-de.xml")["posted"] == 17


def test_what_is_not_imported_is_said(own):
    tenant = own.make_tenant("EUR")
    report = own.import_(tenant, DATA / "business-de.xml")
    said = {remark["text"] for remark in report["remarks"]}
    assert {"not imported: 9 invoices, bills and vouchers (their postings are)", "not imported: 3 customers",
            "not imported: 4 lots, which tie payments to invoices"} <= said


def test_options_of_journals_are_refused(own):
    tenant = own.make_tenant("EUR")
    refused = own.run("import", "--tenant", tenant, "--like", "ledger", DATA / "business-de.xml")
    assert refused.returncode == 2 and "--like and --type are for journals" in refused.stderr
