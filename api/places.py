"""Every refusal of what was sent says where in it the fault is, so that a page shows it there."""
import re

from contract import Breach

POINTER = re.compile(r"(/([^~/]|~[01])*)*")  # RFC 6901; the empty one is the whole body

# Refusals (400, 422) whose cause has no place in a body or a query, and where it is instead.
HEADERS = {
    "http.bad_event_id": "last-event-id",
    "identity.bad_idempotency_key": "idempotency-key",
    "identity.bad_reason": "x-reason",
    "ledger.bad_idempotency_key": "idempotency-key",
    "ledger.idempotency_key_required": "idempotency-key",
}
PATHS = {("removeImportMapping", "import.bad_mapping")}  # the name of what is to be forgotten
KEPT = {"postDraft"}  # what it sends was kept before: places in the draft
NOWHERE = {"http.bad_json"}  # what is no JSON has no places


def may_be_without(operation, code):
    return (code in NOWHERE or (operation.name, code) in PATHS
            or (code in HEADERS and ("header", HEADERS[code]) in operation.parameters))


def check_places(operation, problem):
    """Raises Breach where a problem of status 400 or 422 names no place, or one that can't be."""
    if problem["status"] not in (400, 422):
        return
    what = f"{operation.name}: {problem['status']} {problem['code']}"
    errors = problem.get("errors", [])
    if not errors and not may_be_without(operation, problem["code"]):
        raise Breach(f"{what}: no pointer to what is wrong: {problem['detail']}")
    for error in errors:
        pointer = error["pointer"]
        is_of_body = pointer == "" or pointer.startswith("/")
        has_body = operation.body_schema is not None or operation.name in KEPT
        if is_of_body and not (has_body and POINTER.fullmatch(pointer)):
            raise Breach(f"{what}: {pointer!r} is no place in a body")


def problems_in(answer):
    """The problem that an answer is, or those of the entries of a batch that were refused one by one."""
    if answer.header("Content-Type") == "application/problem+json":
        return [answer.json]
    if answer.status == 200 and b'"problem"' in answer.body and answer.header("Content-Type").startswith("application/json"):
        items = answer.json.get("items", []) if isinstance(answer.json, dict) else []
        return [item["problem"] for item in items if isinstance(item, dict) and item.get("problem")]
    return []
