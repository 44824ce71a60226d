"""Documents of entries and drafts on the command line: attached, listed, saved, and taken away where they may be."""
import hashlib
import json

import pytest

PDF = b"%PDF-1.7 a receipt"
SHA256 = hashlib.sha256(PDF).hexdigest()
DRAFT = {"date": "2026-03-31", "description": "Sale", "lines": [
    {"account_id": 1, "amount": "12.50", "currency": "USD"}, {"account_id": 2, "amount": "-12.50", "currency": "USD"}]}


@pytest.fixture
def tenant(own):
    return own.make_tenant("USD", "--chart", "us")


@pytest.fixture
def draft(own, tenant):
    return own.result_of("draft", "save", "--tenant", tenant, "-", stdin=json.dumps(DRAFT))


@pytest.fixture
def receipt(folder):
    file = folder / "receipt.PDF"
    file.write_bytes(PDF)
    return file


def attachment(own, tenant, act, *more):
    return own.run("attachment", act, "--tenant", tenant, *more)


def refused(done, code, word):
    assert done.returncode == code and word in done.stderr, done.stderr
    assert done.stdout == ""


def test_a_document_of_a_draft_becomes_the_entrys(own, tenant, draft, receipt, folder):
    of_draft, of_entry = ("--draft", draft), ("--entry", 1)
    assert attachment(own, tenant, "add", *of_draft, receipt).stdout == SHA256 + "\n"
    assert attachment(own, tenant, "add", *of_draft, "--name", "again.pdf", receipt).stdout == SHA256 + "\n", "it stays as it was"
    (line,) = attachment(own, tenant, "list", *of_draft).stdout.splitlines()
    assert line.split("  ")[:3] == [SHA256, "18 bytes", "application/pdf"] and line.endswith("  receipt.PDF")
    assert own.result_of("draft", "post", "--tenant", tenant, draft) == "1"
    assert attachment(own, tenant, "list", *of_entry).stdout.splitlines() == [line]
    refused(attachment(own, tenant, "list", *of_draft), 1, "draft")
    saved = folder / "saved.pdf"
    assert attachment(own, tenant, "save", *of_entry, SHA256, saved).returncode == 0
    assert saved.read_bytes() == PDF
    refused(attachment(own, tenant, "save", *of_entry, SHA256, saved), 1, "there already")
    assert attachment(own, tenant, "save", *of_entry, SHA256, "-").stdout == PDF.decode()
    refused(attachment(own, tenant, "remove", *of_entry, SHA256), 2, "--draft")


def test_a_document_is_taken_away_from_a_draft_once(own, tenant, draft):
    done = own.run("attachment", "add", "--tenant", tenant, "--draft", draft, "--name", "note.txt", "-", stdin="a note")
    digest = hashlib.sha256(b"a note").hexdigest()
    assert (done.returncode, done.stdout) == (0, digest + "\n"), done.stderr
    assert attachment(own, tenant, "remove", "--draft", draft, digest).returncode == 0
    refused(attachment(own, tenant, "remove", "--draft", draft, digest), 1, "no such attachment")
    assert attachment(own, tenant, "list", "--draft", draft).stdout == ""


def test_what_is_no_document_is_not_attached(own, tenant, draft, receipt, folder):
    of_draft = ("--draft", draft)
    (folder / "empty.txt").touch()
    (folder / "large.txt").write_bytes(b"a" * (4 * 1024 * 1024 + 1))
    for arguments, code, word in (
            ((*of_draft, folder / "nothing.pdf"), 1, "can't be read"), ((*of_draft, folder), 1, "can't be read"),
            ((*of_draft, folder / "empty.txt"), 1, "/content"), ((*of_draft, folder / "large.txt"), 1, "/content"),
            ((*of_draft, "--name", "receipt", receipt), 1, "/media_type"), ((*of_draft, "--name", "../x.pdf", receipt), 1, "/name"),
            ((*of_draft, "--type", "text/html", receipt), 2, "--type"), ((receipt,), 2, "--entry"),
            ((*of_draft, "--entry", 1, receipt), 2, "--entry"), (("--entry", 7, receipt), 1, "entry"),
            (("--draft", 99, receipt), 1, "draft")):
        refused(attachment(own, tenant, "add", *arguments), code, word)
    for digest in ("0" * 64, "x"):
        refused(attachment(own, tenant, "save", *of_draft, digest, "-"), 1, "no such attachment")
    assert attachment(own, tenant, "list", *of_draft).stdout == ""


def test_a_document_of_another_tenant_is_none(own, tenant, draft, receipt):
    assert attachment(own, tenant, "add", "--draft", draft, receipt).returncode == 0
    other = own.make_tenant("USD")
    refused(attachment(own, other, "list", "--draft", draft), 1, "draft")
    refused(attachment(own, other, "save", "--draft", draft, SHA256, "-"), 1, "no such attachment")
    refused(attachment(own, other, "remove", "--draft", draft, SHA256), 1, "no such attachment")
