"""Drafts on the command line: saved, edited, listed, posted once and deleted."""
import json

import pytest

CHART = ("--chart", "us")


@pytest.fixture
def tenant(own):
    return own.make_tenant("USD", *CHART)


def entry(**more):
    """A sale by the first two accounts of the books."""
    return {"date": "2026-03-31", "description": "Sale", "lines": [
        {"account_id": 1, "amount": "12.50", "currency": "USD"}, {"account_id": 2, "amount": "-12.50", "currency": "USD"}]} | more


def save(own, tenant, draft, *more):
    return own.result_of("draft", "save", "--tenant", tenant, *more, "-", stdin=json.dumps(draft))


def test_a_draft_is_saved_shown_edited_and_posted_once(own, tenant, folder):
    draft = save(own, tenant, {"description": "Half a sale"})
    assert own.result_of("draft", "list", "--tenant", tenant).startswith(f"{draft}  no day yet  0 lines  cli:")
    refused = own.run("draft", "post", "--tenant", tenant, draft)
    assert refused.returncode == 1 and "/lines" in refused.stderr and own.last_entry(tenant) == 0
    (folder / "draft.json").write_text(json.dumps(entry()), encoding="utf-8")
    assert own.result_of("draft", "save", "--tenant", tenant, "--draft", draft, folder / "draft.json") == draft
    assert json.loads(own.result_of("draft", "show", "--tenant", tenant, draft)) == entry()
    assert own.result_of("draft", "post", "--tenant", tenant, draft) == "1"
    assert own.result_of("draft", "post", "--tenant", tenant, draft) == "1", "a second time the same"
    assert own.last_entry(tenant) == 1 and own.result_of("draft", "list", "--tenant", tenant) == ""


def test_a_deleted_draft_is_gone(own, tenant):
    first, second = save(own, tenant, entry()), save(own, tenant, entry(description="Other"))
    own.result_of("draft", "delete", "--tenant", tenant, first)
    for act in ("show", "post", "delete"):
        gone = own.run("draft", act, "--tenant", tenant, first)
        assert gone.returncode == 1 and "draft" in gone.stderr
    assert [line.split()[0] for line in own.result_of("draft", "list", "--tenant", tenant).splitlines()] == [second]


@pytest.mark.parametrize("text, told", [
    ("{", "JSON"), ("{}", "is empty"), ('{"colour": "red"}', "colour"), ('{"date": "2026-02-30"}', "/date"),
])
def test_what_is_no_draft_is_not_saved(own, tenant, text, told):
    done = own.run("draft", "save", "--tenant", tenant, "-", stdin=text)
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert own.result_of("draft", "list", "--tenant", tenant) == ""


def test_a_draft_that_is_too_large(own, tenant):
    done = own.run("draft", "save", "--tenant", tenant, "-", stdin=" " * (256 * 1024) + "{}")
    assert done.returncode == 1 and "256 KiB" in done.stderr


def test_a_draft_that_cannot_be_read_and_one_of_another_tenant(own, tenant, folder):
    done = own.run("draft", "save", "--tenant", tenant, folder / "nothing.json")
    assert done.returncode == 1 and "can't be read" in done.stderr
    draft, other = save(own, tenant, entry()), own.make_tenant("USD", *CHART)
    assert own.run("draft", "show", "--tenant", other, draft).returncode == 1
    assert own.run("draft", "post", "--tenant", other, draft).returncode == 1
    assert own.last_entry(other) == 0 and own.last_entry(tenant) == 0
