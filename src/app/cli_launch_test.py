"""A change of production at the command line: asked for, read, decided, edited; and incidents."""
import hashlib
import json

import program
import pytest
from cli_role_test import Person

SENTENCE = "I approve Phase 1 execution"
OTHER_SENTENCE = "I approve the execution of database pool scaling for AccuBooks v1.0.0"


@pytest.fixture(scope="module")
def people():
    """The lead, the Executive Operator and the on-call engineer, on a server of their own."""
    folder = program.temporary_folder("launch")
    try:
        with program.Serving("--data-dir", folder / "data") as serving:
            terminal = program.Terminal(("--data-dir", folder / "data"))
            terminal.serving = serving
            lea, eve, olu = (Person(terminal, folder, name) for name in ("lea", "eve", "olu"))
            terminal.result_of("launch", "bootstrap-admin", "--lead", lea.email, "--executive", eve.email)
            grant = lea.sign("grant", "on_call", olu.email).stdout.strip()
            assert eve.sign("confirm", grant).returncode == 0
            yield lea, eve, olu
    finally:
        program.remove_folder(folder)


def done(finished):
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def guard(finished):
    """The code of the guard that refused."""
    assert finished.returncode == 1, (finished.returncode, finished.stdout, finished.stderr)
    assert finished.stdout == ""
    return finished.stderr.rstrip().rsplit("(", 1)[-1].rstrip(")")


def request(lea, *more):
    return json.loads(done(lea.launch("request", "phase1", "--new-revision", "--json", *more)))


def test_a_request_is_read_approved_and_bound_to_its_bytes(people):
    lea, eve, olu = people
    printed = done(lea.launch("request", "phase1", "--note", "At night"))
    lines = dict(line.split(" ", 1) for line in printed.splitlines())
    assert lines == {"change": "CHG-0001", "phase": "phase1", "revision": "1", "sha256": lines["sha256"], "state": "in_review"}
    payload = done(eve.launch("show", "phase1", "--payload", "1"))
    assert hashlib.sha256(payload.encode()).hexdigest() == lines["sha256"]
    content = json.loads(payload)
    assert content["change_of_settings"] == [{"setting": "database.pool.min", "from": 10, "to": 20},
                                             {"setting": "database.pool.max", "from": 50, "to": 200}]
    assert content["synthetic_load"]["requests"] > 0 and content["synthetic_load"]["errors"] == 0
    assert len(content["instances"]) == 1
    record = done(eve.launch("record", "phase1"))
    assert "⏳ PENDING EXECUTIVE APPROVAL" in record and lines["sha256"] in record and "At night" in record

    assert guard(eve.sign("approve", "phase1", "--sentence", "I approve")) == "launch.wrong_sentence"
    assert guard(lea.sign("approve", "phase1", "--sentence", SENTENCE)) == "launch.author_cannot_approve"
    assert guard(olu.sign("approve", "phase1", "--sentence", SENTENCE)) == "launch.role_missing"
    foreign = eve.run("launch", "approve", "phase1", "--sentence", SENTENCE, "--key", lea.folder / "key",
                      "--passphrase-file", lea.folder / "passphrase")
    assert guard(foreign).startswith("launch.foreign_key") or "foreign_key" in foreign.stderr

    approved = eve.sign("approve", "phase1", "--sentence", OTHER_SENTENCE, "--condition", "open_p0 = 0")
    assert "state approved" in done(approved)
    assert lines["sha256"] in approved.stderr, "what is signed is shown"
    assert guard(eve.sign("approve", "phase1", "--sentence", SENTENCE)) == "launch.not_in_review"
    record = done(lea.launch("record", "phase1"))
    assert "**✅ APPROVED**" in record and f"“{OTHER_SENTENCE}”" in record and "open_p0 = 0 (checked at the start)" in record
    # NOTIFIED as soon as the message lies in the outbox.
    assert any(f"On-Call Engineer (olu@example.com): {state}" in record.replace("\\", "") for state in ("PENDING", "NOTIFIED"))
    done(olu.launch("ack", "phase1"))
    assert "On-Call Engineer (olu@example.com): ACKNOWLEDGED" in done(lea.launch("record", "phase1")).replace("\\", "")


def test_who_was_told_is_listed_and_nobody_twice(people):
    """Behind the approval: nothing is configured, so each message lies in the outbox, and says so."""
    lea, eve, olu = people
    lea.terminal.serving.wait_until(lambda: "waiting" not in done(lea.launch("notify", "phase1")), "telling of the approval")
    finished = olu.launch("notify", "phase1")
    told = done(finished).splitlines()
    assert len(told) == 4 and all(line.startswith("not_sent  ") and "  outbox: " in line for line in told), told
    assert any(f"Executive Operator  {eve.email}" in line for line in told) and any("  webhook  " in line for line in told)
    assert "Nobody is told again" in finished.stderr
    listed = json.loads(done(lea.launch("notify", "phase1", "--json")))
    assert listed["again"] == 0 and {one["kind"] for one in listed["items"]} == {"approved"}


def test_an_edit_voids_and_a_rejection_opens_the_next_draft(people):
    lea, eve, _ = people
    first = request(lea)
    assert guard(lea.launch("request", "phase1")) == "launch.revision_is_live"
    second = request(lea)
    assert second["revision"] == first["revision"] + 1 and second["sha256"] != first["sha256"]
    done(eve.sign("reject", "phase1", "--reason", "the restore wasn't tried"))
    shown = json.loads(done(eve.launch("show", "phase1", "--json")))
    states = {one["revision"]: one["state"] for one in shown["revisions"]}
    assert states[first["revision"]] == "superseded"
    assert states[second["revision"]] == "rejected"
    assert states[second["revision"] + 1] == "draft" == shown["state"]
    again = json.loads(done(lea.launch("request", "phase1", "--json")))
    assert again["revision"] == second["revision"] + 1 and again["state"] == "in_review"
    done(eve.sign("defer", "phase1", "--reason", "after the quarter", "--until", "2099-01-01"))
    done(lea.launch("request", "phase1"))
    assert guard(eve.sign("approve", "phase1", "--sentence", SENTENCE)) == "launch.deferred_until"
    record = done(lea.launch("record", "phase1"))
    assert "reject by eve" in record and "defer by eve" in record and "until 2099-01-01" in record
    assert guard(eve.launch("withdraw", "phase1", "--reason", "not mine to take")) == "launch.not_yours"
    assert "state withdrawn" in done(lea.launch("withdraw", "phase1", "--reason", "the audit found more"))


def test_a_p0_closes_every_gate_until_the_executive_closes_it(people, folder):
    lea, eve, olu = people
    opened = json.loads(done(olu.run("incident", "open", "--severity", "p0", "--title", "Answers are slow", "--json")))
    assert opened["id"] == "INC-0001" and opened["open"]
    assert guard(lea.launch("request", "phase1")) == "launch.phase_gate_closed"
    report = {name: "As it was" for name in (
        "summary", "impact_users", "impact_services", "impact_data", "root_cause", "resolution", "prevention", "lessons",
        "reviewed_by", "approved_by")}
    report |= {"reported_by": "Olu", "timeline": [{"at": opened["detected"], "what": "seen"}]}
    (folder / "report.json").write_text(json.dumps(report))
    assert guard(olu.run("incident", "close", "INC-0001", "--report", folder / "report.json")) == "launch.executive_closes_p0"
    (folder / "short.json").write_text(json.dumps(report | {"root_cause": ""}))
    short = eve.run("incident", "close", "INC-0001", "--report", folder / "short.json")
    assert short.returncode == 1 and "/root_cause" in short.stderr
    assert "closed" in done(eve.run("incident", "close", "INC-0001", "--report", folder / "report.json"))
    assert done(lea.run("incident", "list")).startswith("INC-0001  p0  closed")


def test_nothing_from_data_acts_on_a_terminal_or_in_the_record(people):
    lea, _, _ = people
    refused = lea.launch("request", "phase1", "--note", "a\x1b[2Jb\n# APPROVED")
    assert guard(refused) == "launch.bad_note" and "\x1b" not in refused.stderr
    assert lea.launch("show", "../../session").returncode == 1
    assert lea.run("launch", "approve", "phase1").returncode == 2


def test_a_backup_of_a_database_of_ones_own_is_attested_by_signature(people):
    lea, eve, _ = people
    times = ("--finished", "2026-01-31T02:00:00Z", "--tested", "2026-01-31T03:00:00Z")
    told = lea.sign("attest", "nightly", *times)
    assert told.returncode == 0 and "nightly was finished at 2026-01-31T02:00:00" in told.stderr
    assert guard(eve.sign("attest", "nightly", *times)) == "launch.role_missing"
    assert guard(lea.sign("attest", "nightly", "--finished", times[3], "--tested", times[1])) == "launch.bad_attestation"
    refused = lea.sign("attest", "nightly", "--finished", "last night", "--tested", times[3])
    assert refused.returncode == 1 and "Expected a time in UTC" in refused.stderr
