"""Two tenants of one program know nothing of each other, and each role may do what the table says."""
import base64
import re
import uuid

import pytest
from cases import PERIODS
from client import OPERATIONS, ROLES


@pytest.fixture(scope="module")
def pair(books):
    """Two tenants; the second has more of everything, so that some of its ids are nobody's in the first."""
    small = books.make_tenant("Small", "USD", ("bank", "sales"))
    large = books.make_tenant("Large", "USD", ("bank", "sales", "fees", "rent", "tax"), ROLES)
    books.client.send("addMember", {"tenant_id": large.id}, headers=books.as_("owner", large),
                      body={"email": books.make_person(), "role": "viewer"})
    books.post(small)
    for _ in range(4):
        books.post(large)
        books.make_draft(large)
    books.import_file(large)
    books.save_mapping("bank", a_file()["mapping"], large)
    books.attach(large)
    books.attach_to_draft(large)
    books.client.send("createInvitation", {"tenant_id": large.id}, headers=books.as_("owner", large),
                      body={"email": "invited@example.com", "role": "viewer"})
    return small, large


def ids_of(books, tenant):
    """The last of each kind of thing that the tenant has, by the name of its path parameter."""
    tokens = books.client.send("listTokens", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)).json["items"]
    entries = books.client.send("listEntries", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)).json["items"]
    members = books.client.send("listMembers", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)).json["items"]
    invitations = books.client.send("listInvitations", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)).json["items"]
    drafts = books.client.send("listDrafts", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)).json["items"]
    imports = books.client.send("listImports", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)).json["items"]
    return {"invitation_id": invitations[-1]["invitation_id"] if invitations else str(uuid.UUID(int=1)),
            "batch": imports[-1]["batch"] if imports else 1, "sha256": DOCUMENT, "draft_id": drafts[-1]["id"] if drafts else 1, "user_id": members[-1]["user_id"], "account_id": max(tenant.accounts.values()), "number": entries[-1]["number"], "token_id": tokens[-1]["token_id"],
            "period": "9999-01", "year": "9999", "name": "bank"}


DOCUMENT = "d4c5918fdfa3521404b0ffb47c1fedc811e4589d9d95f2533d552b34917add3a"  # what attach() and attach_to_draft() attach


NOBODYS = {"invitation_id": str(uuid.UUID(int=1)), "batch": 999999, "sha256": "0" * 64, "draft_id": 999999, "user_id": str(uuid.UUID(int=1)), "account_id": 999999, "number": 999999, "token_id": str(uuid.UUID(int=1)),
           "period": "9999-01", "year": "9999", "name": "bank"}  # a name is each tenant's own


def a_file():
    return {"format": "csv", "name": "x.csv", "content": base64.b64encode(b"2026-03-31,1\n").decode(),
            "mapping": {"date": "#1", "amount": "#2", "account": "=bank", "counter": "=sales"}}


def content_of(name, ids):
    """A body for the operation, good but for the ids it names."""
    lines = [{"account_id": ids["account_id"], "amount": amount, "currency": "USD"} for amount in ("1", "-1")]
    entry = {"date": "2026-03-31", "description": "Isolation", "lines": lines}
    return {"createToken": {"label": "x", "role": "owner"}, "changeMember": {"role": "owner"},
            "addMember": {"email": "ann@example.com", "role": "owner"},
            "changeTenant": {"name": "Stolen"}, "createInvitation": {"email": "thief@example.com", "role": "owner"},
            "createChart": {"chart": "us"}, "createAccount": {"code": "x", "name": "x", "type": "asset"}, "changeAccount": {"name": "Stolen"},
            "createDraft": entry, "replaceDraft": entry, "findAlike": entry,
            **{name: {"name": "x.txt", "media_type": "text/plain", "content": "eA=="} for name in ("addAttachment", "addDraftAttachment")},
            **{name: a_file() for name in ("importFile", "previewImport")}, "reverseImport": {"reason": "x"},
            "saveImportMapping": {"name": "stolen", "pairs": a_file()["mapping"]},
            "postEntry": entry, "postEntries": {"entries": [entry]}, "reverseEntry": {"reason": "x"},
            **{act: {"reason": "x"} for act in PERIODS},
            "closeYear": {"retained_account": "sales"}, "reopenYear": {"reason": "x"},
            "setCalendar": {"fiscal_year_start": "01-01", "time_zone": "UTC"}}.get(name)


OF_A_TENANT = [name for name, operation in OPERATIONS.items() if "{tenant_id}" in operation.route]


def parameters_of(name):
    return re.findall(r"\{(\w+)\}", OPERATIONS[name].route)


# All that shows a tenant as it is; exports tell the audit, a ledger wants an account, and a check of the books comes by itself.
SHOWN = [name for name in OF_A_TENANT if OPERATIONS[name].method == "GET" and parameters_of(name) == ["tenant_id"]
         and name not in ("exportBooks", "exportTenantAudit", "getAccountStatement", "getIntegrity")]


def everything_of(books, tenant):
    """All that the program tells of a tenant, but when tokens were used."""
    answers = {name: books.client.send(name, {"tenant_id": tenant.id}, headers=books.as_("owner", tenant)) for name in SHOWN}
    assert {name: answer.status for name, answer in answers.items() if answer.status != 200} == {}
    return [re.sub(rb'"last_used_at":[^,}]*', b"", answer.body) for answer in answers.values()]


def test_every_operation_of_a_tenant_has_its_case(books, pair):
    """A new one is asked with ids that are there and a body that is good."""
    _, large = pair
    ids = ids_of(books, large)
    named = {parameter for name in OF_A_TENANT for parameter in parameters_of(name)} - {"tenant_id"}
    assert named == ids.keys() == NOBODYS.keys()
    with_body = {name for name in OF_A_TENANT if OPERATIONS[name].body_schema is not None}
    assert {name for name in OF_A_TENANT if content_of(name, ids) is not None} == with_body
    assert len(SHOWN) > 10


@pytest.mark.parametrize("name", OF_A_TENANT)
@pytest.mark.parametrize("who", ["token", "session"])
def test_another_tenants_paths_do_not_exist(books, pair, name, who):
    """With ids that it has, and as if there were no such tenant at all."""
    small, large = pair
    ids, before = ids_of(books, large), everything_of(books, large)
    sent = {**(books.as_("owner", small) if who == "token" else books.session), "Idempotency-Key": books.key()}
    there, nowhere = (
        books.client.send(name, {key: {**ids, "tenant_id": tenant}[key] for key in parameters_of(name)}, headers=sent,
                          body=content_of(name, ids), is_good=None)
        for tenant in (large.id, 999999))
    assert there.status == 404
    assert there.without_request_id() == nowhere.without_request_id()
    assert everything_of(books, large) == before


@pytest.mark.parametrize("name", [name for name in OF_A_TENANT if len(parameters_of(name)) > 1])
def test_another_tenants_ids_do_not_exist_on_ones_own_paths(books, pair, name):
    """They answer like ids that nobody has."""
    small, large = pair
    before = everything_of(books, large)
    foreign, nobodys = (
        books.client.send(name, {key: {**ids, "tenant_id": small.id}[key] for key in parameters_of(name)},
                          headers={**books.as_("owner", small), "Idempotency-Key": books.key()}, body=content_of(name, ids),
                          is_good=None)
        for ids in (ids_of(books, large), NOBODYS))
    assert foreign.status == 404
    assert foreign.without_request_id() == nobodys.without_request_id()
    assert everything_of(books, large) == before


@pytest.mark.parametrize("name", ["postEntry", "postEntries"])
def test_another_tenants_accounts_can_not_be_posted_to(books, pair, name):
    small, large = pair
    before = everything_of(books, small), everything_of(books, large)
    answer = books.client.send(name, {"tenant_id": small.id}, body=content_of(name, ids_of(books, large)),
                               headers={**books.as_("owner", small), "Idempotency-Key": books.key()})
    problem = answer.json if name == "postEntry" else answer.json["items"][0]["problem"]
    assert (problem["status"], problem["code"]) == (422, "ledger.unknown_account")
    assert (everything_of(books, small), everything_of(books, large)) == before


def test_another_tenants_account_can_not_be_a_parent(books, pair):
    small, _ = pair
    answer = books.client.send("createAccount", {"tenant_id": small.id}, headers=books.as_("owner", small),
                               body={"code": "child", "name": "Child", "type": "asset", "parent_code": "tax"})
    assert (answer.status, answer.json["code"]) == (422, "ledger.unknown_parent")


def test_numbers_of_two_tenants_are_their_own(books, pair):
    """Entry 1 exists in both; reversing one leaves the other."""
    first = {tenant.id: books.client.send("getEntry", {"tenant_id": tenant.id, "number": 1},
                                          headers=books.as_("owner", tenant)).json for tenant in pair}
    small, large = pair
    assert first[small.id]["hash"] != first[large.id]["hash"]
    books.client.send("reverseEntry", {"tenant_id": large.id, "number": 1}, body={"reason": "x"},
                      headers={**books.as_("owner", large), "Idempotency-Key": books.key()})
    again = books.client.send("getEntry", {"tenant_id": small.id, "number": 1}, headers=books.as_("owner", small)).json
    assert again == first[small.id]


def test_a_key_of_one_tenant_means_nothing_to_another(books):
    key = books.key()
    books.post(books.a, key=key)
    answer = books.client.send("postEntry", {"tenant_id": books.b.id}, body=books.entry(books.b, currency="EUR"),
                               headers={**books.as_("owner", books.b), "Idempotency-Key": key})
    assert answer.status == 201 and answer.header("Idempotency-Replayed") is None


def test_a_browser_may_write_with_its_csrf_token(books):
    answer = books.client.send("postEntry", {"tenant_id": books.a.id}, body=books.entry(),
                               headers={**books.session, "Idempotency-Key": books.key()})
    assert answer.status == 201
    entry = books.client.send("getEntry", {"tenant_id": books.a.id, "number": answer.json["number"]}, headers=books.session)
    assert entry.json["posted_by"] == f"user:{books.user}"


def test_an_ended_session_and_a_revoked_token_open_nothing_from_then_on(books):
    session = books.sign_in()
    assert books.client.send("getSession", headers=session).status == 200
    assert books.client.send("endSession", headers=session).status == 204
    assert books.client.send("getSession", headers=session).status == 401

    made = books.client.send("createToken", {"tenant_id": books.a.id}, headers=books.as_("owner"),
                             body={"label": "Short life", "role": "viewer"}).json
    token = {"Authorization": f"Bearer {made['token']}"}
    assert books.client.send("getTenant", {"tenant_id": books.a.id}, headers=token).json["role"] == "viewer"
    books.client.send("revokeToken", {"tenant_id": books.a.id, "token_id": made["token_id"]}, headers=books.as_("owner"))
    assert books.client.send("getTenant", {"tenant_id": books.a.id}, headers=token).status == 401
