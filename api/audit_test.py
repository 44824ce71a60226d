"""A tenant's audit over HTTP: what a change leaves, and that list and export tell the same."""
import json


def listed(books, *filters):
    """All pages."""
    items, cursor = [], []
    while True:
        page = books.client.send("listTenantAudit", {"tenant_id": books.a.id}, query=[*filters, ("limit", "50"), *cursor],
                                 headers=books.as_("owner")).json
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = [("cursor", page["next"])]


def test_a_change_leaves_who_from_where_why_and_what(books):
    where = {"tenant_id": books.a.id, "account_id": books.make_account(books.a, books.key())["id"]}
    books.client.send("changeAccount", where, body={"name": "Renamed"}, headers={**books.session, "X-Reason": "A typo"})
    made, changed = listed(books, ("object", f"account:{where['account_id']}"))
    assert (made["act"], made["before"], made["reason"]) == ("made", None, "")
    assert made["actor"].startswith("token:") and changed["actor"] == f"user:{books.user}"
    assert (changed["act"], changed["from"], changed["reason"]) == ("changed", books.client.address, "A typo")
    assert changed["before"] == made["after"] and changed["after"] == made["after"] | {"name": "Renamed"}
    assert listed(books, ("kind", "role"), ("object", f"account:{where['account_id']}")) == []


def test_what_is_refused_or_repeated_leaves_nothing(books):
    before = len(listed(books))
    sent = {**books.as_("owner"), "Idempotency-Key": books.key()}
    body = {"code": books.key(), "name": "Once", "type": "asset"}
    for _ in range(2):
        assert books.client.send("createAccount", {"tenant_id": books.a.id}, headers=dict(sent), body=body).status == 201
    assert books.client.send("createAccount", {"tenant_id": books.a.id}, headers=books.as_("owner"), body=body).status == 409
    assert len(listed(books)) == before + 1


def test_the_export_is_the_list(books):
    def exported(*filters):
        answer = books.client.send("exportTenantAudit", {"tenant_id": books.a.id}, query=filters, headers=books.as_("accountant"))
        return [json.loads(line) for line in answer.body.decode().splitlines()]
    whole = exported()
    assert whole == listed(books)
    assert (whole[-1]["kind"], whole[-1]["object"]) == ("export", "audit"), "it is recorded"
    assert exported(("kind", "role")) == listed(books, ("kind", "role"))


def test_an_export_of_the_books_is_recorded(books):
    before = listed(books, ("kind", "export"))
    books.client.send("exportBooks", {"tenant_id": books.a.id}, query=[("format", "jsonl")], headers=books.as_("accountant"))
    after = listed(books, ("kind", "export"))
    assert len(after) == len(before) + 1 and after[-1]["object"] == "jsonl"  # once: the HEAD beside it took nothing away
