"""A launch for tests: its people, an approved change that everybody was told of, and what is asked while it is carried out."""
import json
import subprocess
import time

import program
from person import Person

SENTENCE = "I approve Phase 1 execution"
PATIENCE = 300  # for a whole rehearsal, on a machine that is busy
PRIOR = {"database.pool.min": "10", "database.pool.max": "50"}


def done(finished):
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def lines_of(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


class LaunchScene:
    """What belongs to the launch lies in `folder`/launch. Who derives from this says how a `back_up` that was tried comes about."""

    def __init__(self, folder, terminal):
        self.folder, self.terminal = folder, terminal

    def served_by(self, serving):
        """People reach the service at its port."""
        self.serving = self.terminal.serving = serving

    def approve(self):
        self.lea, self.eve, self.olu = (Person(self.terminal, self.folder, name) for name in ("lea", "eve", "olu"))
        self.terminal.result_of("launch", "bootstrap-admin", "--lead", self.lea.email, "--executive", self.eve.email)
        done(self.eve.sign("confirm", done(self.lea.sign("grant", "on_call", self.olu.email)).strip()))
        self.back_up()
        done(self.lea.launch("request", "phase1"))
        done(self.eve.sign("approve", "phase1", "--sentence", SENTENCE))

    def start(self, *how):
        """The number of an execution under way, once everybody was told of the approval and the on-call engineer is there."""
        how = how or ("--rehearsal", "--time-scale", 300)
        done(self.olu.launch("ack", "phase1"))
        until = time.monotonic() + PATIENCE
        while True:
            started = self.lea.launch("start", "phase1", *how, "--json")
            if started.returncode == 0:
                return json.loads(started.stdout)["execution"]
            assert "launch.notice_undelivered" in started.stderr and time.monotonic() < until, started.stderr
            time.sleep(0.2)

    def status(self, number):
        """The change's state, and the execution."""
        change = json.loads(done(self.eve.launch("status", "--json")))["items"][-1]
        return change["state"], next(one for one in change["executions"] if one["execution"] == number)

    def wait_for(self, number, holds, patience=PATIENCE, pause=0.2):
        """The execution once this holds, or it has ended. While the service can't say, it is asked again."""
        until, last = time.monotonic() + patience, None
        while time.monotonic() < until:
            try:
                _, last = self.status(number)
            except (AssertionError, subprocess.TimeoutExpired) as failure:
                last = failure
            else:
                if holds(last) or last["ended"]:
                    return last
            time.sleep(pause)
        raise AssertionError(last)

    def wait_for_end(self, number):
        return self.wait_for(number, lambda one: one["ended"])

    def wait_for_state(self, number, *states):
        execution = self.wait_for(number, lambda one: one["state"] in states)
        assert execution["state"] in states, json.dumps(execution)
        return execution

    def wait_until_anchored(self, gate):
        """The heads of all ledgers are in the audit log, behind the last act of that name."""
        until = time.monotonic() + PATIENCE
        while True:
            acts = [json.loads(leaf["entry"])["action"]
                    for leaf in json.loads(done(self.eve.run("audit", "show", "--from", 0, "--limit", 1000, "--json")))["leaves"]]
            assert gate in acts, acts
            if "ledger.heads_anchored" in acts[len(acts) - acts[::-1].index(gate):]:
                return
            assert time.monotonic() < until, acts
            time.sleep(0.2)

    def close_incidents(self):
        """What an execution opened, so that the next one may start."""
        words = ("summary", "impact_users", "impact_services", "impact_data", "root_cause", "resolution", "prevention", "lessons",
                 "reviewed_by", "approved_by")
        for one in json.loads(done(self.eve.run("incident", "list", "--json")))["items"]:
            if one["open"]:
                report = {**dict.fromkeys(words, "As the test made it"), "reported_by": "Olu",
                          "timeline": [{"at": one["detected"], "what": "It was made"}]}
                done(self.eve.run("incident", "close", one["id"], "--report", "-", stdin=json.dumps(report)))

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

    def bundle(self, execution):
        """Once it is sealed and proven by the log."""
        kind = "-rehearsal" if execution["rehearsal"] else ""
        bundle = self.evidence() / f"{execution['change']}-{execution['revision']}-{execution['attempt']}{kind}"
        until = time.monotonic() + PATIENCE
        while not (bundle / "seal/manifest.tlog-proof").exists():
            assert time.monotonic() < until, sorted(map(str, bundle.rglob("*")))
            time.sleep(0.1)
        return bundle
