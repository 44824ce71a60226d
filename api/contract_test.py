"""The real program against openapi.yaml: every operation with good and bad input, GET and HEAD alike.

Each request and answer is checked against the contract as it passes.
"""
import copy
import http.client
import re

import jsonschema
import pytest
from cases import CASES, DERIVED, good
from client import CONTRACT, OPERATIONS, Answer, program
from contract import METHODS

BODY_BYTES_MAX = 8 * 1024 * 1024

@pytest.mark.parametrize("case", [*CASES, *DERIVED], ids=str)
def test_answers_as_the_contract_says(books, case):
    books.client.come_from_elsewhere()
    request = good(books, case.operation)
    if case.change is not None:
        case.change(books, request)
    answer = books.client.send(case.operation, **request, is_good=None if case.breaks is None else not case.breaks)
    assert answer.status == case.status, answer.body[:2000]
    if case.code is not None:
        assert answer.json["code"] == case.code, answer.json


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.body_schema is not None])
def test_refuses_a_body_that_is_too_large_before_reading_it(books, name):
    request, operation = good(books, name), OPERATIONS[name]
    connection = http.client.HTTPConnection("127.0.0.1", books.client.serving.port, timeout=30)
    connection.putrequest(operation.method, operation.path(request["path"]))
    for field, value in {**request["headers"], "Content-Type": "application/json",
                         "Content-Length": str(BODY_BYTES_MAX + 1)}.items():
        connection.putheader(field, value)
    connection.endheaders()
    response = connection.getresponse()
    answer = Answer(response.status, response.getheaders(), response.read())
    connection.close()
    operation.check_response(answer.status, answer.headers, answer.body)
    assert (answer.status, answer.json["code"]) == (413, "http.body_too_large")




def places(value, at=()):
    """Where something stands in a JSON value, the whole of it included."""
    yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*at, key))


REPLACEMENTS = (None, True, 0, -1, 1.5, 10**30, "", " ", "x" * 5000, "\u0000", "\u0007", "\u202e", "é", "1e9", "--1", [], {}, [[]],
                {"a": None})


def mutations(value):
    """(what was done, the changed value) for every place and replacement, and every member left out."""
    for place in places(value):
        if not place:
            continue
        *above, last = place
        for replacement in REPLACEMENTS:
            changed = copy.deepcopy(value)
            node = changed
            for key in above:
                node = node[key]
            node[last] = replacement
            yield f"{place} = {str(replacement)[:20]!r}", changed
        changed = copy.deepcopy(value)
        node = changed
        for key in above:
            node = node[key]
        del node[last]
        yield f"{place} left out", changed


@pytest.mark.parametrize("name", ["createToken", "createInvitation", "addMember", "changeMember", "createAccount", "changeAccount", "postEntry",
                                  "postEntries", "reverseEntry", "createDraft", "replaceDraft", "findAlike", "previewImport",
                                  "saveImportMapping"])
def test_no_wrong_body_makes_the_server_fail(books, name):
    """Whatever stands anywhere in a body: never 5xx, and never accepted against the contract."""
    operation = OPERATIONS[name]
    for what, changed in mutations(good(books, name)["body"]):
        request = good(books, name) if name in ("reverseEntry", "changeMember", "changeAccount", "replaceDraft") else {
            "path": {"tenant_id": books.a.id}, "headers": {**books.as_("owner"), "Idempotency-Key": books.key()}}
        answer = books.client.send(name, request["path"], headers=request["headers"], body=changed, is_good=None)
        assert answer.status < 500, f"{what}: {answer.body}"
        if name == "postEntries" and answer.status == 200:
            continue  # each entry is judged by itself
        if not CONTRACT.is_good(operation.body_schema, changed):
            assert 400 <= answer.status, f"{what}: accepted against the contract"




def test_the_contract_and_the_program_have_the_same_routes():
    printed = {tuple(row.split()) for row in program.result_of("routes").splitlines()}
    documented = {(operation.method, operation.route) for operation in OPERATIONS.values()}
    printed = {(method, route) for method, route, *_ in printed if method != "HEAD"}
    assert printed == documented


@pytest.mark.parametrize("route", sorted({operation.route for operation in OPERATIONS.values()}))
def test_other_methods_are_refused_with_those_allowed(books, route):
    here = {operation.method: operation for operation in OPERATIONS.values() if operation.route == route}
    operation = next(iter(here.values()))
    target = re.sub(r"\{\w+\}", "1", route)
    for method in {*map(str.upper, METHODS), "OPTIONS", "TRACE", "BREW"} - here.keys():
        answer = books.client.exchange(method, target, is_ops=operation.is_ops)
        operation.check_response(answer.status, answer.headers, answer.body)
        assert (answer.status, answer.json["code"]) == (405, "http.method_not_allowed"), method
        allowed = {word.strip() for word in answer.header("Allow").split(",")}
        assert allowed == here.keys() | ({"HEAD"} if "GET" in here else set())


@pytest.mark.parametrize("target", ["/api", "/api/v1/", "/api/v1/tenants/1/accounts/", "/api/v1/tenants//accounts",
                                    "/api/v1/tenants/1/journal-entries:burn", "/api/v1/tenants/1/%2e%2e/1"])
def test_other_addresses_are_not_found(books, target):
    answer = books.client.exchange("GET", target, books.as_("owner"))
    OPERATIONS["getTenant"].check_response(answer.status, answer.headers, answer.body)
    assert (answer.status, answer.json["code"]) == (404, "http.not_found")


def test_each_listener_has_its_own_routes_only(books):
    for operation in OPERATIONS.values():
        target = re.sub(r"\{\w+\}", "1", operation.route)
        answer = books.client.exchange(operation.method, target, is_ops=not operation.is_ops)
        assert answer.status == 404, operation.name


def test_a_request_id_is_taken_over_when_it_is_one(books):
    for given, is_kept in (("my-request.1_A", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("<script>", False)):
        answer = books.client.send("getTenant", {"tenant_id": books.a.id}, is_good=None,
                                   headers={**books.as_("owner"), "X-Request-Id": given})
        assert (answer.header("X-Request-Id") == given) is is_kept




def test_every_change_was_somebodys(books):
    """Nothing of all the above changed a tenant without saying who did: `database:` is what nobody told."""
    page = {"items": [], "next": "0"}
    while page["next"] is not None:
        page = books.client.send("listTenantAudit", {"tenant_id": books.a.id}, query=[("limit", "1000"), ("cursor", page["next"])],
                                 headers=books.as_("owner")).json
        assert [event for event in page["items"] if event["actor"].startswith("database:")] == []


def test_every_schema_is_one():
    for place, schema in CONTRACT.schemas():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            raise AssertionError(f"{place}: {error.message}") from error


def test_every_object_says_which_members_it_has():
    def objects(node, place):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield place, node
            for key, child in node.items():
                yield from objects(child, f"{place}/{key}")
        elif isinstance(node, list):
            for at, child in enumerate(node):
                yield from objects(child, f"{place}/{at}")
    for place, node in objects(CONTRACT.document["components"], "#"):
        assert "additionalProperties" in node, place
        assert set(node.get("required", [])) <= set(node.get("properties", {})), place


def test_every_example_is_good():
    for operation in OPERATIONS.values():
        for name, example in operation.body_examples.items():
            CONTRACT.check_value(operation.body_schema, example["value"], f"{operation.name}: example {name}")
        assert operation.body_schema is None or operation.body_examples, operation.name


def test_the_file_is_plain_block_style():
    paths = [row for row in CONTRACT.text.splitlines() if re.match(r"  /", row)]
    assert len(paths) == len(CONTRACT.document["paths"])
    assert all(re.fullmatch(r"  /api/[\w/{}:.-]+:", row) for row in paths)
    assert "servers" not in CONTRACT.document
    for row in CONTRACT.text.splitlines():
        assert not re.search(r":\s+[\[{](?!\])", row), row


def test_every_reference_and_component_is_used():
    used = set(re.findall(r"'#/components/(\w+/\w+)'", CONTRACT.text))
    made = {f"{kind}/{name}" for kind, parts in CONTRACT.document["components"].items() for name in parts
            if kind != "securitySchemes"}
    assert used == made


def test_every_documented_status_is_reached():
    reached = {(case.operation, case.status) for case in (*CASES, *DERIVED)}
    # Tests of their own: the body that is too large (above), the full queue and the lost database (overload_test.py).
    reached |= {(name, 413) for name, operation in OPERATIONS.items() if operation.body_schema is not None}
    # A report that may be signed needs a real execution (report_db_test.cpp); a stream too many (events_test.py, operations_test.py).
    reached |= {("signReport", 201), ("streamLaunchEvents", 429), ("streamOperations", 429)}
    reached |= {("postEntry", 503), ("reverseEntry", 503), ("getReadiness", 503)}
    documented = {(name, status) for name, operation in OPERATIONS.items() for status in operation.statuses()}
    assert documented - reached == set(), "documented and never reached"
    assert reached - documented == set(), "reached and not documented"
