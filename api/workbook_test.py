"""Reports as workbooks, opened again: the rows of the CSV, figures that can be added up, and never a formula."""
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


def as_read(cell):
    """A text of the CSV as who reads it back has it."""
    return cell[1:] if cell.startswith("'") else cell


@pytest.mark.parametrize("name", REPORTS)
def test_a_workbook_has_the_rows_of_the_csv(books, tenant, name):
    query = [("to", "2026-12-31"), ("from", "2026-01-01")]
    if name in ("getTrialBalance", "getIncomeStatement", "getBalanceSheet"):
        query += [("compare", "1"), ("compare_with", "year")]
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
