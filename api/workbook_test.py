"""Reports as files: the CSV has the figures of the JSON, and the workbook, opened again, the rows of the CSV, figures that can be
added up, and never a formula."""
import csv
import decimal
import io
import subprocess

import pytest
import workbook
from client import program

REPORTS = ("getTrialBalance", "getIncomeStatement", "getBalanceSheet", "getGeneralLedger", "getAccountStatement")
HUGE = "12345678901234567.89"  # more digits than a double keeps
TEXTS = {"account_code", "account", "commodity", "section", "date", "description", "reference", "memo", "counter_account_code"}


@pytest.fixture(scope="module")
def tenant(books):
    """Books with currencies of nought, two and three decimals, an amount past doubles, and texts that look like formulas."""
    made = books.make_tenant("Workbooks", "USD", ("=1+1", "bank"))
    for code in ("USD", "JPY", "KWD"):
        books.make_account(made, f"{code} cash", commodity=code)
    books.make_account(made, "sales", type="revenue")
    for amount, more in (("12.50", {"description": "=HYPERLINK(\"http://evil\")", "reference": "+4711"}), (HUGE, {}),
                         ("0.10", {"description": "'tis", "date": "2025-12-31"})):
        entry = books.entry(made, amount, **more)
        entry["lines"][0] |= {"memo": "@SUM(A1)"} | ({"account_id": made.accounts["=1+1"]} if amount == "0.10" else {})
        post(books, made, entry)
    for amount, currency in (("1200", "JPY"), ("0.125", "KWD")):
        cash, sales = made.accounts[f"{currency} cash"], made.accounts["sales"]
        post(books, made, {"date": "2026-03-31", "description": "Sold", "lines": [
            {"account_id": cash, "amount": amount, "currency": currency, "base_amount": "8.01"},
            {"account_id": sales, "amount": "-8.01", "currency": "USD"}]})
    return made


def post(books, tenant, entry):
    answer = books.client.send("postEntry", {"tenant_id": tenant.id}, body=entry,
                               headers={**books.as_("owner", tenant), "Idempotency-Key": books.key()})
    assert answer.status == 201, answer.body


def ask(books, tenant, name, form, *query):
    path = {"tenant_id": tenant.id} | ({"account_id": tenant.accounts["bank"]} if name == "getAccountStatement" else {})
    answer = books.client.send(name, path, query=[("format", form), *query], headers=books.as_("owner", tenant))
    assert answer.status == 200, answer.body
    return answer


def asked_for(name):
    """A year, with the one before where the report compares."""
    year = [("to", "2026-12-31"), ("from", "2026-01-01")]
    compares = name in ("getTrialBalance", "getIncomeStatement", "getBalanceSheet")
    return [*year, ("compare", "1"), ("compare_with", "year")] if compares else year


def as_read(cell):
    """A text of the CSV as who reads it back has it."""
    return cell[1:] if cell.startswith("'") else cell


def rows_of_trial_balance(report):
    figures = ("opening", "debit", "credit", "closing")
    for item in report["items"]:
        yield [*(item[name] for name in ("account_code", "account", "commodity", *figures)),
               *(column[name] or "" for column in item["comparatives"] for name in (*figures, "change", "percent"))]


def rows_of_statement(report):
    def row(texts, own, base):
        cells = [*texts, own["amounts"][0], base["base_amounts"][0]]
        for at, (amount, base_amount) in enumerate(list(zip(own["amounts"], base["base_amounts"]))[1:]):
            cells += [amount, base_amount, own["changes"][at], own["percents"][at] or "",
                      base["base_changes"][at], base["base_percents"][at] or ""]
        return cells

    for section in report["sections"]:
        for item in section["items"]:
            yield row([section["name"], item["account_code"], item["account"], item["commodity"]], item, item)
        total = {name: section[f"base_{name}"] for name in ("amounts", "changes", "percents")}
        yield row([section["name"], "", "", report["base_currency"]], total, section)
        assert section["unvalued"] == [], "these books have none"


def rows_of_ledger(report):
    figures = ("debit", "credit", "balance", "base_debit", "base_credit", "base_balance")
    for item in report["items"]:
        account = [item["account_code"], item["account"], item["commodity"]]
        nought, base_nought = ("0" + "." * ("." in text) + "0" * len(text.partition(".")[2]) for text in
                               (item["opening"], item["base_opening"]))
        yield [*account, "", "", "Opening", "", "", "", nought, nought, item["opening"],
               base_nought, base_nought, item["base_opening"]]
        for line in item["lines"]:
            yield [*account, line["date"], str(line["number"]), line["description"], line["reference"], line["memo"],
                   line["counter_account_code"] or "", *(line[name] for name in figures)]


@pytest.mark.parametrize("name", REPORTS)
def test_the_csv_has_the_figures_of_the_json(books, tenant, name):
    rows_of = {"getTrialBalance": rows_of_trial_balance, "getIncomeStatement": rows_of_statement,
               "getBalanceSheet": rows_of_statement}.get(name, rows_of_ledger)
    _, *rows, end = csv.reader(io.StringIO(ask(books, tenant, name, "csv", *asked_for(name)).body.decode()))
    report = ask(books, tenant, name, "json", *asked_for(name)).json
    rows = [[as_read(cell) for cell in row] for row in rows]
    assert rows == list(rows_of(report)) and len(rows) > 1
    assert "".join(end).endswith(f" As of entry {report['last_entry']}.")


@pytest.mark.parametrize("name", REPORTS)
def test_a_workbook_has_the_rows_of_the_csv(books, tenant, name):
    query = asked_for(name)
    head, *expected = csv.reader(io.StringIO(ask(books, tenant, name, "csv", *query).body.decode()))
    columns, *rows = workbook.rows_of(ask(books, tenant, name, "xlsx", *query).body)
    assert [cell.value for cell in columns] == head
    assert len(rows) == len(expected) > 1
    places = set()
    for row, texts in zip(rows, expected):
        for column, cell, text in zip(head, row, texts):
            if text == "":
                assert cell.value is None, column
            elif column in TEXTS or digits(text) > 15:
                assert cell.value == (as_read(text) if column in TEXTS else text), column
            else:
                count = len(text.partition(".")[2])
                assert decimal.Decimal(f"{cell.value:.{count}f}") == decimal.Decimal(text), column
                assert cell.style == ("#,##0" + ("." if count else "") + "0" * count), column
                places.add(count)
    assert {2} <= places
    if name in ("getTrialBalance", "getGeneralLedger"):
        assert {0, 2, 3} <= places
        assert any(digits(text) > 15 for row in expected for text in row), "the books have such an amount"


def digits(text):
    return sum(letter.isdigit() for letter in text.lstrip("-0."))


def test_texts_are_texts(books, tenant):
    values = [cell.value for row in workbook.rows_of(ask(books, tenant, "getGeneralLedger", "xlsx").body) for cell in row]
    assert {"=1+1", '=HYPERLINK("http://evil")', "+4711", "@SUM(A1)", "'tis", HUGE} <= set(values)


def test_the_same_report_is_the_same_file(books, tenant):
    first, again = (ask(books, tenant, "getBalanceSheet", "xlsx") for _ in range(2))
    assert (first.body, first.header("ETag")) == (again.body, again.header("ETag"))


def test_the_command_line_makes_the_same_file(books, tenant):
    done = subprocess.run([program.BINARY, "report", "trial-balance", *map(str, books.client.where), "--tenant", str(tenant.id),
                           "--format", "xlsx"], capture_output=True, check=True, env=program.environment(), timeout=60)
    assert done.stdout == ask(books, tenant, "getTrialBalance", "xlsx").body
