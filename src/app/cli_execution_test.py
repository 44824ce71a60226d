"""A change carried out on a real server, as people do it at the command line: rehearsed, rolled back, proven."""
import json
import time

import program
import pytest
from person import Person

SENTENCE = "I approve Phase 1 execution"
PATIENCE = 240  # for a whole rehearsal, on a machine that is busy
# Latencies say little on a machine that builds and tests beside.
PATIENT = (("latency_regression <= 20 %", "latency_regression <= 3000 %"), ("latency_regression > 20 %", "latency_regression > 3000 %"),
           ("\n      limit: 20 %", "\n      limit: 3000 %"), ("stability: 10 %", "stability: 90 %"))
PRIOR = {"database.pool.min": "10", "database.pool.max": "50"}


class Launch:
    """A server with the launch's people on it, an approved change, a backup that was tried, and everybody told."""

    def __init__(self, folder):
        self.folder = folder
        self.terminal = program.Terminal(("--data-dir", folder / "data"))

    def prepare(self, serving):
        self.serving = self.terminal.serving = serving
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
        plan = (program.ROOT / "launch/plan.yaml").read_text()
        for strict, patient in PATIENT:
            assert strict in plan, strict
            plan = plan.replace(strict, patient)
        (folder / "plan.yaml").write_text(plan)
        environment = program.environment(ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch"),
                                          ACCUBOOKS_LAUNCH_PLAN=str(folder / "plan.yaml"))
        with program.Serving("--data-dir", folder / "data", env=environment) as serving:
            world.prepare(serving)
            yield world
    finally:
        program.remove_folder(folder)


def test_a_rehearsal_goes_through_and_proves_itself(launch):
    refused = launch.lea.launch("start", "phase1", "--override-window", "It is a test of the guards")
    assert refused.returncode == 1
    assert "launch.rollback_unrehearsed" in refused.stderr or "launch.notice_undelivered" in refused.stderr
    number = launch.start()
    assert launch.eve.launch("start", "phase1").returncode == 1
    execution = launch.wait_for(number, lambda one: one["ended"])
    assert execution["state"] == "rehearsed", json.dumps(execution)
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
