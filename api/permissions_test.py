"""Who may do what, asked of the program: every operation as every role, and as those who have none, against docs/permissions.md."""
import pathlib
import re

import pytest
from cases import good
from client import OPERATIONS, ROLES

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/permissions.md"
# {permission: the roles that have it}
PERMISSIONS = {name: {role for role, may in zip(ROLES, row.split("|")) if may.strip() == "yes"}
               for name, row in re.findall(r"^\| `([\w.]+)` \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)}
OF_A_TENANT = [name for name, operation in OPERATIONS.items() if "{tenant_id}" in operation.route]
OF_NONE = [name for name in OPERATIONS if name not in OF_A_TENANT]


def ways_in(name):
    return {way for ways in OPERATIONS[name].security for way in ways}


@pytest.fixture(scope="module")
def member(books):
    """{role: headers of a browser whose person has it}; None: of no tenant."""
    people = {None: books.make_person(), **{role: books.make_person() for role in ROLES}}
    for role in ROLES:
        books.client.send("addMember", {"tenant_id": books.a.id}, headers=books.as_("owner"), body={"email": people[role], "role": role})
    return {role: books.sign_in(email) for role, email in people.items()}


def ask(books, name, headers, request=None):
    """The operation's good request from somebody else."""
    request = request or good(books, name)
    kept = {key: value for key, value in request["headers"].items() if key not in ("Authorization", "Cookie", "X-CSRF-Token")}
    return books.client.send(name, **{**request, "headers": {**kept, **headers}}, is_good=None)


def is_refused(answer, status, code):
    return (answer.status, answer.json["code"]) == (status, code)


def test_the_table_and_the_contract_name_the_same_permissions():
    demanded = {name: (operation.permission, operation.late_permission) for name, operation in OPERATIONS.items()}
    assert [name for name in OF_A_TENANT if demanded[name][0] not in PERMISSIONS] == []
    assert [name for name in OF_NONE if demanded[name] != (None, None)] == [], "a role is a role in a tenant"
    assert {permission for both in demanded.values() for permission in both} - {None} == PERMISSIONS.keys()
    assert all("owner" in roles for roles in PERMISSIONS.values()) and len(PERMISSIONS) > 10


@pytest.mark.parametrize("name", OF_A_TENANT)
@pytest.mark.parametrize("role", ROLES)
def test_a_token_may_do_what_the_table_says(books, name, role):
    permission = OPERATIONS[name].permission
    answer = ask(books, name, books.as_(role))
    if role not in PERMISSIONS[permission]:
        assert is_refused(answer, 403, "identity.forbidden"), answer.body
        assert f"permission {permission}," in answer.json["detail"]
    elif name == "reopenPeriod":
        assert answer.json["code"] in ("ledger.notice_running", "ledger.second_person_required"), "no program is a second person"
    elif name == "createChart":
        assert answer.json["code"] == "ledger.has_accounts", "the books that all roles work on have accounts"
    else:
        assert answer.status < 300, answer.body


@pytest.mark.parametrize("name", OF_A_TENANT)
def test_a_person_may_do_what_the_table_says(books, member, name):
    operation, request = OPERATIONS[name], good(books, name)
    for role in ROLES:
        if role not in PERMISSIONS[operation.permission]:
            assert is_refused(ask(books, name, member[role], request), 403, "identity.forbidden"), role
        elif operation.method == "GET":
            assert ask(books, name, member[role], request).status == 200, role


@pytest.mark.parametrize("name", OF_A_TENANT)
def test_who_has_no_role_sees_no_tenant(books, member, name):
    request = good(books, name)
    for headers in (member[None], books.as_("owner", books.b)):
        assert is_refused(ask(books, name, headers, request), 404, "identity.tenant_not_found")
    assert is_refused(ask(books, name, {}, request), 401, "identity.unauthenticated")


@pytest.mark.parametrize("name", [name for name in OF_NONE if ways_in(name)])
def test_a_role_in_a_tenant_opens_nothing_outside_of_it(books, name):
    target = re.sub(r"\{\w+\}", "1", OPERATIONS[name].route)
    for role in ROLES:
        answer = books.client.exchange(OPERATIONS[name].method, target, {**books.as_(role), "Content-Type": "application/json"}, b"{}")
        if "bearer" in ways_in(name):
            assert answer.status == 200, role
        else:
            assert answer.status in (401, 403) and answer.json["code"] in ("identity.unauthenticated", "identity.no_session"), role


@pytest.mark.parametrize("name", [name for name in OF_A_TENANT if OPERATIONS[name].late_permission])
@pytest.mark.parametrize("role", ROLES)
def test_a_late_entry_takes_what_the_contract_says_besides(books, name, role):
    operation, request = OPERATIONS[name], good(books, name)
    if name == "postDraft":
        request["path"]["draft_id"] = books.make_draft(late_reason="Forgotten", date=lambda books: books.closed_day()).json["id"]
    else:
        late = {"date": books.closed_day(), "late_reason": "Forgotten"}
        for entry in request["body"].get("entries", [request["body"]]):
            entry.update(late)
    may = role in PERMISSIONS[operation.permission] & PERMISSIONS[operation.late_permission]
    answer = ask(books, name, books.as_(role), request)
    if may:
        assert answer.status == (200 if name in ("postEntries", "reverseImport") else 201), answer.body
    else:
        assert is_refused(answer, 403, "identity.forbidden"), answer.body
        assert role not in PERMISSIONS[operation.permission] or f"permission {operation.late_permission}," in answer.json["detail"]
