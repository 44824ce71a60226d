"""The audit log at the command line: looked at, anchored in, witnessed, and gone on with after a restore."""
import base64
import hashlib
import json
import re
import stat
import time

import authenticator
import program
import pytest
from person import Person


@pytest.fixture(scope="module")
def served():
    """A program of this file's own: who has which role is settled once."""
    folder = program.temporary_folder("audit")
    try:
        with program.Serving("--data-dir", folder / "data", env=program.environment(
                ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch"))) as serving:
            terminal = program.Terminal(("--data-dir", folder / "data"))
            terminal.serving, terminal.launch = serving, folder / "launch"
            yield terminal
    finally:
        program.remove_folder(folder)


@pytest.fixture(scope="module")
def people(served):
    """The requesting lead and the Executive Operator."""
    folder = program.temporary_folder("people")
    try:
        lea, eve = Person(served, folder, "lea"), Person(served, folder, "eve")
        served.result_of("launch", "bootstrap-admin", "--lead", lea.email, "--executive", eve.email)
        yield lea, eve
    finally:
        program.remove_folder(folder)


@pytest.fixture
def ann(people, folder):
    """The files of somebody with a role: token and passphrase."""
    for name in ("token", "passphrase"):
        (folder / name).write_bytes((people[0].folder / name).read_bytes())
    return folder


def test_the_policy_follows_the_keys_and_roles_and_the_stakeholders_hear_of_it(served, people):
    lea, eve = people
    file = served.launch / "policy.json"
    wait_for(lambda: file.exists() and len(json.loads(file.read_text())["approvers"]) == 2)
    policy = json.loads(file.read_text())
    assert {tuple(one["roles"]) for one in policy["approvers"]} == {("requester_lead",), ("executive_operator",)}
    assert policy["quorum"] == {"executive_operator": 1} and policy["logs"][0].startswith("accubooks")
    assert all(one["revoked_at"] is None for one in policy["approvers"])
    # An enrolment and a revocation are in the file when they are answered.
    program.result_of("key", "create", "--out", lea.folder / "key-2", "--passphrase-file", lea.folder / "passphrase")
    lea.key("enrol", lea.folder / "key-2", "--totp-file", "-", stdin=authenticator.recovery_codes(lea.folder / "totp")[1])
    keys = [one["keyid"] for one in json.loads(file.read_text())["approvers"] if one["user"] == policy_user(policy, "requester_lead")]
    assert len(keys) == 2
    lea.key("revoke", keys[1], "--reason", "a test")
    revoked, = [one for one in json.loads(file.read_text())["approvers"] if one["revoked_at"] is not None]
    assert revoked["keyid"] == keys[1]
    fingerprint = hashlib.sha256(file.read_bytes().rstrip(b"\n")).hexdigest()
    checked = program.run("audit", "verify", lea.folder, "--policy", file, "--policy-fingerprint", fingerprint)
    assert checked.returncode == 3 and "fingerprint" not in checked.stderr  # the folder holds no evidence
    told = lambda: [one.read_text() for one in (served.launch / "outbox").glob("*-policy-*.txt")]  # noqa: E731
    wait_for(lambda: sum(fingerprint in text for text in told()) == 3)  # both people and the webhook
    # What its readers demand stands in the file alone: one that is damaged isn't written over.
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    served.serving.wait_for("isn't written anew")
    assert file.read_bytes() == whole[:-20]
    file.write_bytes(whole)


def policy_user(policy, role):
    return next(one["user"] for one in policy["approvers"] if role in one["roles"])


def ask(served, folder, *words, **options):
    """A command that asks the running server as Ann."""
    return program.run("audit", *words, "--url", f"http://127.0.0.1:{served.serving.port}",
                       env=program.environment(ACCUBOOKS_TOKEN_FILE=str(folder / "token")), **options)


def shown(served, folder):
    done = ask(served, folder, "show", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_heads_of_all_ledgers_are_anchored_when_asked_and_by_itself(served, ann):
    tenant = served.make_tenant()
    done = ask(served, ann, "anchor")
    assert done.returncode == 0, done.stderr
    leaf = int(re.fullmatch(r"The heads of all ledgers are leaf (\d+) of the audit log, digest [0-9a-f]{64}\.\n", done.stdout)[1])
    view = shown(served, ann)
    assert view["signed_size"] == view["size"] > leaf and view["origin"].endswith("/launch-audit")
    leaves = json.loads(ask(served, ann, "show", "--from", leaf, "--limit", 1, "--json").stdout)["leaves"]
    entry = json.loads(leaves[0]["entry"])
    assert (entry["action"], entry["seq"]) == ("ledger.heads_anchored", leaf) and entry["actor"].startswith("user:")
    listed = ask(served, ann, "show", "--from", 0).stdout
    assert "ledger.heads_anchored  ledgers  system" in listed  # the hourly one, of the start
    assert tenant in [head["tenant_id"] for head in payload_of(leaves[0])["heads"]]
    key = served.where[1] / "audit" / "log.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert view["checkpoint"].split("\n\n")[0] == (served.where[1] / "audit" / "last-checkpoint").read_text().split("\n\n")[0]


def payload_of(leaf):
    return json.loads(base64.b64decode(leaf["payload"]))


def test_a_witness_cosigns_what_grew_and_nothing_else(served, ann):
    program.result_of("key", "create", "--out", ann / "w.key", "--passphrase-file", ann / "passphrase")
    words = ("witness", "--key", ann / "w.key", "--passphrase-file", ann / "passphrase", "--name", f"witness.test/{ann.name}")
    assert ask(served, ann, "anchor").returncode == 0
    first = ask(served, ann, *words)
    assert first.returncode == 0 and "(before: 0)" in first.stdout, first.stderr
    assert ask(served, ann, "anchor").returncode == 0
    second = ask(served, ann, *words)
    assert second.returncode == 0 and "(before: 0)" not in second.stdout, second.stderr
    assert f"witness.test/{ann.name} " in shown(served, ann)["checkpoint"]
    # What it saw before is another history: it signs nothing, and keeps both.
    state = ann / "w.key.seen"
    note = next(state.glob("*.note"))
    origin, size, root, *rest = note.read_text().split("\n")
    note.write_text("\n".join([origin, size, "A" * 43 + "=", *rest]))
    refused = ask(served, ann, *words)
    assert refused.returncode == 3 and "different roots" in refused.stderr
    assert list(state.glob("*.conflict"))


def test_strangers_see_nothing(served, people, folder):
    served.result_of("user", "create", "--email", "ann@example.com", "--password-file", "-", stdin="a good long password\n")
    served.result_of("user", "token", "create", "--user", "ann@example.com", "--out", folder / "token")
    without = ask(served, folder, "show")
    assert without.returncode == 1 and "(launch.role_missing)" in without.stderr
    (folder / "token").write_text("abp_" + "0" * 64 + "\n")
    refused = ask(served, folder, "show")
    assert refused.returncode == 1 and "(identity.unauthenticated)" in refused.stderr


def test_evidence_that_is_none_is_named(folder):
    (folder / "policy.json").write_text(
        '{"approvers":[],"logs":[],"quorum":{},"v":1,"witnesses":[],"witnesses_required":0}')
    done = program.run("audit", "verify", folder, "--policy", folder / "policy.json")
    assert done.returncode == 3 and "manifest.json: there is no such file" in done.stderr
    done = program.run("audit", "verify", folder, "--policy", folder / "policy.json", "--policy-fingerprint", "0" * 64)
    assert done.returncode == 3 and "fingerprint" in done.stderr
    done = program.run("audit", "verify", folder, "--policy", folder / "nothing.json", "--json")
    assert done.returncode == 3 and json.loads(done.stdout)["verified"] is False
    assert program.run("audit", "verify", folder).returncode == 2


def test_after_a_restore_the_log_goes_on_under_a_new_origin():
    """The database's state of before, with a log that was signed further: what a restored backup is."""
    folder = program.temporary_folder("reopen")
    try:
        where = ("--data-dir", folder / "data")
        with program.Serving(*where):
            wait_for(lambda: (folder / "data/audit/last-checkpoint").exists())
        last = folder / "data/audit/last-checkpoint"
        signed = last.read_text()
        fresh = program.run("audit", "reopen", *where, "--reason", "nothing happened")
        assert fresh.returncode == 1 and "can go on" in fresh.stderr
        (folder / "other").mkdir()
        with program.Serving("--data-dir", folder / "other/data"):
            wait_for(lambda: (folder / "other/data/audit/last-checkpoint").exists())
        # Another state of the database under the same key and checkpoint.
        for name in ("log.key", "last-checkpoint"):
            (folder / "other/data/audit" / name).write_bytes((folder / "data/audit" / name).read_bytes())
        elsewhere = ("--data-dir", folder / "other/data")
        done = program.run("audit", "reopen", *elsewhere, "--reason", "restored from the backup of Monday")
        assert done.returncode == 0 and "/launch-audit/2;" in done.stdout, done.stderr
        origin = signed.split("\n")[0]
        assert (folder / "other/data/audit/last-checkpoint").read_text().startswith(f"{origin}/2\n")
        again = program.run("audit", "reopen", *elsewhere, "--reason", "once more")
        assert again.returncode == 1 and "can go on" in again.stderr
    finally:
        program.remove_folder(folder)


def wait_for(holds):
    until = time.monotonic() + program.PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
