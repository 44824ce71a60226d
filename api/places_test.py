"""The rule that each refusal names its place, against problems that are made here."""
import pytest
from client import OPERATIONS, Answer
from contract import Breach
from places import check_places, problems_in


def problem(code, *pointers, status=422):
    errors = [{"pointer": pointer, "detail": "no"} for pointer in pointers]
    return {"status": status, "code": code, "detail": "No."} | ({"errors": errors} if errors else {})


@pytest.mark.parametrize(("name", "said"), [
    ("createToken", problem("identity.bad_name", "/label")),
    ("createToken", problem("identity.bad_fields", "")),
    ("postEntry", problem("ledger.bad_entry", "/lines/0/amount", "/tags/a~1b")),
    ("getTrialBalance", problem("http.bad_parameter", "to", status=400)),
    ("createToken", problem("identity.bad_reason")),  # X-Reason
    ("createToken", problem("http.bad_json", status=400)),
    ("createToken", problem("identity.forbidden", status=403)),
])
def test_a_refusal_at_its_place_is_good(name, said):
    check_places(OPERATIONS[name], said)


@pytest.mark.parametrize(("name", "said"), [
    ("createToken", problem("identity.bad_name")),
    ("revokeKey", problem("identity.bad_reason")),  # a member of the body there
    ("saveImportMapping", problem("import.bad_mapping")),
    ("getTrialBalance", problem("http.bad_parameter", status=400)),
    ("getTrialBalance", problem("http.bad_parameter", "/to", status=400)),
    ("postEntry", problem("ledger.bad_entry", "/tags/a~2")),
])
def test_a_refusal_without_a_place_or_with_none_that_can_be_is_a_breach(name, said):
    with pytest.raises(Breach):
        check_places(OPERATIONS[name], said)


def test_refusals_within_a_batch_are_looked_at_too():
    body = b'{"items": [{"status": 201}, {"status": 422, "problem": {"status": 422, "code": "ledger.unbalanced", "detail": "No."}}]}'
    one, = problems_in(Answer(200, [("Content-Type", "application/json")], body))
    with pytest.raises(Breach):
        check_places(OPERATIONS["postEntries"], one)
