"""`accubooks tenant audit`: every command that changes something around a tenant's books leaves an event, and says who it was."""
import getpass
import json

import pytest

JOURNAL = """2024-01-10 opening
    assets:bank         100.00 EUR
    equity:opening
"""
PASSWORD = "correct horse battery staple\n"


def events_of(own, tenant, *filters):
    return [json.loads(line) for line in own.result_of("tenant", "audit", "--tenant", tenant, *filters).splitlines()]


@pytest.fixture(scope="module")
def audited(own, tmp_path_factory):
    """A tenant to which something of each kind was done, and the person who belongs to it."""
    file = tmp_path_factory.mktemp("audit") / "january.journal"
    file.write_text(JOURNAL, encoding="utf-8")
    tenant = own.make_tenant("EUR")
    person = own.result_of("user", "create", "--email", "audited@example.com", "--tenant", tenant, "--role", "owner", stdin=PASSWORD)
    own.result_of("user", "password", "--user", person, stdin=PASSWORD)
    own.result_of("token", "create", "--tenant", tenant, "--role", "viewer", "--label", "till")
    own.import_(tenant, file)
    own.result_of("calendar", "--tenant", tenant, "--time-zone", "Europe/Berlin")
    own.result_of("period", "close", "--tenant", tenant, "--period", "2024-01", "--reason", "all is in")
    own.result_of("export", "--tenant", tenant, "--format", "jsonl")
    return tenant, person


def test_each_act_is_an_event_of_who_did_it(own, audited):
    tenant, person = audited
    events = events_of(own, tenant)
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert {event["kind"] for event in events} == {"account", "period", "role", "user", "token", "setting", "import", "export"}
    assert {event["actor"] for event in events} == {f"cli:{getpass.getuser()}"}
    by_kind = {event["kind"]: event for event in events}
    assert by_kind["role"]["object"] == f"user:{person}" and by_kind["role"]["after"]["role"] == "owner"
    assert by_kind["user"]["after"]["password"] == "new" and "password_hash" not in json.dumps(events)
    assert by_kind["token"]["after"]["label"] == "till" and "digest" not in json.dumps(by_kind["token"])
    assert (by_kind["period"]["after"]["act"], by_kind["period"]["reason"]) == ("close", "all is in")
    assert (by_kind["setting"]["before"]["time_zone"], by_kind["setting"]["after"]["time_zone"]) == ("UTC", "Europe/Berlin")
    assert (by_kind["import"]["object"], by_kind["import"]["after"]["file_name"]) == ("import:1", "january.journal")
    assert by_kind["export"]["object"] == "jsonl"


def test_is_filtered(own, audited):
    tenant, person = audited
    every = events_of(own, tenant)
    assert events_of(own, tenant, "--kind", "role") == [event for event in every if event["kind"] == "role"]
    assert events_of(own, tenant, "--object", f"user:{person}") == [event for event in every if event["object"] == f"user:{person}"]
    assert events_of(own, tenant, "--actor", "user:nobody") == []
    day = every[0]["at"][:10]
    assert events_of(own, tenant, "--from", day)[0] == every[0]
    assert events_of(own, tenant, "--to", "2020-01-01") == [] == events_of(own, tenant, "--from", "9999-01-01")


def test_an_unknown_tenant_has_none(own):
    done = own.run("tenant", "audit", "--tenant", 999999)
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1
