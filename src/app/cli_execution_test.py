"""A change carried out on a real server, as people do it at the command line: rehearsed, rolled back, proven."""
import hashlib
import json
import subprocess
import time

import program
import pytest
from patient_plan import write_patient_plan
from person import Person

SENTENCE = "I approve Phase 1 execution"
PATIENCE = 240  # for a whole rehearsal, on a machine that is busy
PRIOR = {"database.pool.min": "10", "database.pool.max": "50"}


class Launch:
    """A server with the launch's people on it, an approved change, a backup that was tried, and everybody told."""

    def __init__(self, folder):
        self.folder = folder
        self.terminal = program.Terminal(("--data-dir", folder / "data"))

    def serve(self, **options):
        environment = program.environment(ACCUBOOKS_LAUNCH_DIRECTORY=str(self.folder / "launch"),
                                          ACCUBOOKS_LAUNCH_PLAN=str(self.folder / "plan.yaml"))
        self.serving = self.terminal.serving = program.Serving("--data-dir", self.folder / "data", env=environment, **options)
        return self.serving

    def prepare(self):
        self.lea, self.eve, self.olu = (Person(self.terminal, self.folder, name) for name in ("lea", "eve", "olu"))
        self.terminal.result_of("launch", "bootstrap-admin", "--lead", self.lea.email, "--executive", self.eve.email)
        grant = done(self.lea.sign("grant", "on_call", self.olu.email)).strip()
        done(self.eve.sign("confirm", grant))
        self.terminal.result_of("backup", "run")
        self.terminal.result_of("backup", "check")
        done(self.lea.launch("request", "phase1"))
        done(self.eve.sign("approve", "phase1", "--sentence", SENTENCE))
        done(self.olu.launch("ack", "phase1"))

    def start(self, *more):
        """The number of a rehearsal under way, once everybody was told of the approval."""
        until = time.monotonic() + PATIENCE
        while True:
            started = self.lea.launch("start", "phase1", "--rehearsal", "--time-scale", 300, "--json", *more)
            if started.returncode == 0:
                return json.loads(started.stdout)["execution"]
            assert "launch.notice_undelivered" in started.stderr and time.monotonic() < until, started.stderr
            time.sleep(0.2)

    def status(self, number):
        change = json.loads(done(self.eve.launch("status", "--json")))["items"][-1]
        return change["state"], next(one for one in change["executions"] if one["execution"] == number)

    def wait_for(self, number, holds):
        """The execution, once this holds or it has ended."""
        until = time.monotonic() + PATIENCE
        while True:
            _, execution = self.status(number)
            if holds(execution) or execution["ended"]:
                return execution
            assert time.monotonic() < until, execution
            time.sleep(0.2)

    def follow(self):
        """`launch watch` as it runs, its output piped."""
        return subprocess.Popen(
            [program.BINARY, "launch", "watch", "phase1", "--url", f"http://127.0.0.1:{self.serving.port}",
             "--token-file", self.eve.folder / "token"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def values(self):
        return {key: self.terminal.result_of("config", "get", key) for key in PRIOR}

    def evidence(self):
        return self.folder / "launch/evidence/phase1_pool_scaling"


def done(finished):
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def launch():
    folder = program.temporary_folder("execution")
    try:
        world = Launch(folder)
        write_patient_plan(folder / "plan.yaml")
        with world.serve():
            world.prepare()
            yield world
    finally:
        program.remove_folder(folder)


def test_a_rehearsal_goes_through_and_proves_itself(launch):
    refused = launch.lea.launch("start", "phase1", "--override-window", "It is a test of the guards")
    assert refused.returncode == 1
    assert "launch.rollback_unrehearsed" in refused.stderr or "launch.notice_undelivered" in refused.stderr
    number = launch.start()
    assert launch.eve.launch("start", "phase1").returncode == 1
    with launch.follow() as watch:
        execution = launch.wait_for(number, lambda one: one["ended"])
        assert execution["state"] == "rehearsed", json.dumps(execution)
        lines, complaint = watch.communicate(timeout=60)
    assert watch.returncode == 0, complaint
    states = [line.split()[1] for line in lines.splitlines()]
    assert {"baseline", "sustained", "rollback_verify"} <= set(states) and states[-1] == "rehearsed"
    assert "criteria pass" in lines and "are measured." in lines
    assert lines.count("ok    backup: It is ") == 1, "a pre-check is told once, when it is known"
    assert "Waiting for error_rate: " in lines
    assert launch.status(number)[0] == "approved", "the approval is left as it was"
    assert launch.values() == PRIOR
    bundle = launch.evidence() / "CHG-0001-1-1-rehearsal"
    launch.serving.wait_until(lambda: (bundle / "seal/leaf.json").exists(), "sealing the evidence")
    replayed = program.run("launch", "replay", launch.evidence())
    assert replayed.returncode == 0, replayed.stderr


def test_a_person_rolls_it_back(launch):
    number = launch.start()
    execution = launch.wait_for(number, lambda one: one["order"] is not None)
    assert not execution["ended"], execution
    said = launch.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here")
    assert said.returncode == 0, said.stderr
    execution = launch.wait_for(number, lambda one: one["ended"])
    assert execution["state"] == "rolled_back", json.dumps(execution)
    assert launch.values() == PRIOR
    again = launch.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here")
    assert again.returncode == 1 and "launch.nothing_runs" in again.stderr


def test_what_has_ended_is_told_and_proven(launch):
    """Behind the others: the newest execution is the one that somebody rolled back."""
    watched = launch.eve.launch("watch", "phase1")
    assert watched.returncode == 4, watched.stderr
    assert watched.stdout.rstrip().endswith("rolled_back"), watched.stdout
    view = json.loads(launch.eve.launch("watch", "phase1", "--json").stdout)
    assert view["execution"]["ended"] and view["why_not_yet"] == ""
    attempt = view["execution"]["attempt"]
    launch.serving.wait_until(lambda: launch.lea.launch("report", "phase1").returncode == 0, "making the report")
    page = done(launch.lea.launch("report", "phase1"))
    assert "ROLLED BACK" in page and "Answers feel slow here" in page
    content = launch.lea.launch("report", "phase1", "--json").stdout
    bundle = launch.evidence() / f"CHG-0001-1-{attempt}-rehearsal"
    launch.serving.wait_until(lambda: (bundle / "seal/manifest.tlog-proof").exists(), "sealing the evidence")
    assert (bundle / "report.json").read_text() == content
    refused = launch.lea.sign("report", "phase1", "--sign")
    assert refused.returncode == 1 and "launch.rehearsal_report" in refused.stderr
    assert launch.eve.launch("report", "phase1", "--sign").returncode == 2, "nothing is signed without a key"
    record = done(launch.eve.launch("record", "phase1"))
    assert f"Rehearsal {attempt} of revision 1" in record and hashlib.sha256(content.encode()).hexdigest() in record

    policy = launch.folder / "launch/policy.json"
    proven = program.run("audit", "verify", launch.evidence(), "--policy", policy)
    assert proven.returncode == 0, proven.stderr
    assert f"attempt {attempt} (a rehearsal): rolled_back" in proven.stdout and "UNWITNESSED" in proven.stdout
    assert "missing:" not in proven.stdout, proven.stdout
    measurements = bundle / "measurements.jsonl"
    good = measurements.read_text()
    measurements.write_text(good.replace('"errors":0', '"errors":1', 1))
    assert program.run("audit", "verify", launch.evidence(), "--policy", policy).returncode == 3
    measurements.write_text(good)


def test_whoever_drives_it_may_be_killed(launch):
    number = launch.start()
    launch.wait_for(number, lambda one: one["order"] is not None)
    before = launch.serving
    before.kill()
    with launch.serve(ports=(before.port, before.ops_port)):
        execution = launch.wait_for(number, lambda one: one["ended"])
        assert execution["state"] in ("rehearsed", "rolled_back"), json.dumps(execution)
        assert launch.values() == PRIOR
        bundle = launch.evidence() / "CHG-0001-1-3-rehearsal"
        launch.serving.wait_until(lambda: (bundle / "seal/leaf.json").exists(), "sealing the evidence")
        replayed = program.run("launch", "replay", bundle)
        assert replayed.returncode == 0, replayed.stderr
