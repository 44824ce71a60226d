"""A change on three instances behind HAProxy, under load and time-scaled: it goes through, and each real fault ends it.

The short form, in script/test, has three faults; ACCUBOOKS_SOAK=1 has all of them."""
import contextlib
import datetime
import json
import os
import signal
import subprocess
import threading
import time
import urllib.request

import program
import pytest
from patient_plan import write_patient_plan
from person import Person
from temporary_postgres import TemporaryPostgres

SENTENCE = "I approve Phase 1 execution"
SOAK = bool(os.environ.get("ACCUBOOKS_SOAK"))
PATIENCE = 300  # for a whole rehearsal, on a machine that is busy
NAMES = ("a", "b", "c")
REPORT = {name: "As the test made it" for name in (
    "summary", "impact_users", "impact_services", "impact_data", "root_cause", "resolution", "prevention", "lessons",
    "reviewed_by", "approved_by")} | {"reported_by": "Launch control"}
CANARY = "(select tenant_id from platform.tenant where name = 'Canary')"


def done(finished):
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


class House:
    """Three instances behind HAProxy on a database of their own, with the launch's people and an approved change."""

    def __init__(self, folder, postgres):
        self.folder, self.postgres = folder, postgres
        self.where = ("--database-url", postgres.url())
        self.port = program.free_port()
        for name in ("identity", "audit"):
            (folder / name).mkdir()
        self.settings = {"ACCUBOOKS_LAUNCH_DIRECTORY": str(folder / "launch"),
                         "ACCUBOOKS_IDENTITY_DIRECTORY": str(folder / "identity"),
                         "ACCUBOOKS_AUDIT_DIRECTORY": str(folder / "audit"),
                         "ACCUBOOKS_LAUNCH_URL": f"http://127.0.0.1:{self.port}"}
        if not SOAK:  # which has the machine for itself, and the plan's own limits
            write_patient_plan(folder / "plan.yaml")
            self.settings["ACCUBOOKS_LAUNCH_PLAN"] = str(folder / "plan.yaml")
        self.instances = {}
        self.terminal = program.Terminal(self.where)

    def start_instance(self, name, ports=None):
        serving = program.Serving(*self.where, "--instance", name, ports=ports, env=program.environment(**self.settings))
        self.instances[name] = serving.__enter__()

    def balance(self):
        ports = {}
        for name in NAMES:
            serving = self.instances[name]
            ports[f"ACCUBOOKS_{name.upper()}"] = f"127.0.0.1:{serving.port}"
            ports[f"ACCUBOOKS_OPS_PORT_{name.upper()}"] = str(serving.ops_port)
        return subprocess.Popen(
            ["haproxy", "-f", program.ROOT / "deploy/haproxy/accubooks.cfg"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, **ports, "ACCUBOOKS_LISTEN": f"127.0.0.1:{self.port}",
                 "ACCUBOOKS_HAPROXY_SOCKET": str(self.folder / "haproxy.sock")})

    def prepare(self):
        self.terminal.serving = self.instances["a"]
        self.lea, self.eve, self.olu = (Person(self.terminal, self.folder, name) for name in ("lea", "eve", "olu"))
        self.terminal.result_of("launch", "bootstrap-admin", "--lead", self.lea.email, "--executive", self.eve.email)
        done(self.eve.sign("confirm", done(self.lea.sign("grant", "on_call", self.olu.email)).strip()))
        ago = [(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
               for minutes in (30, 20)]
        done(self.lea.sign("attest", "nightly", "--finished", ago[0], "--tested", ago[1]))
        done(self.lea.launch("request", "phase1"))
        done(self.eve.sign("approve", "phase1", "--sentence", SENTENCE))

    def rehearse(self):
        """The number of a rehearsal under way; whatever the one before opened is closed."""
        for incident in json.loads(done(self.lea.run("incident", "list", "--json")))["items"]:
            if incident["open"]:
                timeline = [{"at": incident["detected"], "what": "It was made"}]
                (self.folder / "report.json").write_text(json.dumps(REPORT | {"timeline": timeline}))
                done(self.eve.run("incident", "close", incident["id"], "--report", self.folder / "report.json"))
        done(self.olu.launch("ack", "phase1"))
        until = time.monotonic() + PATIENCE
        while True:
            started = self.lea.launch("start", "phase1", "--rehearsal", "--time-scale", 300, "--json")
            if started.returncode == 0:
                return json.loads(started.stdout)["execution"]
            assert "launch.notice_undelivered" in started.stderr and time.monotonic() < until, started.stderr
            time.sleep(0.2)

    def wait_for(self, number, holds):
        until = time.monotonic() + PATIENCE
        while True:
            change = json.loads(done(self.eve.launch("status", "--json")))["items"][-1]
            execution = next(one for one in change["executions"] if one["execution"] == number)
            if holds(execution) or execution["ended"]:
                return execution
            assert time.monotonic() < until, execution
            time.sleep(0.2)

    def bundle(self, execution):
        name = f"CHG-0001-1-{execution['attempt']}-rehearsal"
        bundle = self.folder / "launch/evidence/phase1_pool_scaling" / name
        self.terminal.serving.wait_until(lambda: (bundle / "seal/leaf.json").exists(), "sealing the evidence")
        return bundle

    def check_all_are_back(self):
        assert [self.terminal.result_of("config", "get", key) for key in ("database.pool.min", "database.pool.max")] == ["10", "50"]
        for serving in self.instances.values():
            if serving.process.poll() is None:
                with urllib.request.urlopen(f"http://127.0.0.1:{serving.ops_port}/api/health/pool-config", timeout=30) as answer:
                    assert json.load(answer)["effective"]["max"] == 50


def lines_of(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture(scope="module")
def house():
    folder = program.temporary_folder("faults")
    with contextlib.ExitStack() as stack:
        stack.callback(program.remove_folder, folder)
        house = House(folder, stack.enter_context(TemporaryPostgres(max_connections="900")))
        stack.callback(lambda: [serving.stop() for serving in house.instances.values()])
        for name in NAMES:
            house.start_instance(name)
        balancer = house.balance()
        stack.callback(balancer.wait)
        stack.callback(balancer.terminate)
        with pytest.MonkeyPatch.context() as patch:
            ours = program.environment
            patch.setattr(program, "environment", lambda **more: ours(**{**house.settings, **more}))
            house.prepare()
            yield house


def test_it_goes_through_and_nobody_waits(house):
    execution = house.wait_for(house.rehearse(), lambda one: one["ended"])
    assert execution["state"] == "rehearsed", json.dumps(execution)
    house.check_all_are_back()
    bundle = house.bundle(execution)
    measured = lines_of(bundle / "measurements.jsonl")
    probes = [one for one in measured if one["kind"] == "probe"]
    loads = [one for one in measured if one["kind"] == "load"]
    assert sum(one["counts"]["requests"] for one in probes) > 100 and sum(one["counts"]["errors"] for one in probes) == 0
    assert not SOAK or max(one["longest_gap_ms"] for one in probes) <= 2000
    assert sum(one["counts"]["requests"] for one in loads) > 1000 and sum(one["counts"]["errors"] for one in loads) == 0
    assert {one["instance"] for one in measured if one["kind"] == "instance"} == set(NAMES)
    assert program.run("launch", "replay", bundle).returncode == 0


@contextlib.contextmanager
def tampered_row(house):
    """In the books of a canary: the hash of an entry no longer is that of its columns."""
    of_first = f"where tenant_id = {CANARY} and number = 1"
    before = house.postgres.psql(f"select description from books.journal_entry {of_first}").strip()
    change = "set session_replication_role = replica; update books.journal_entry set description = '{}' " + of_first
    house.postgres.psql(change.format("Paid twice"))
    yield
    house.postgres.psql(change.format(before))


@contextlib.contextmanager
def extra_instance(house):
    house.start_instance("d")
    yield
    house.instances.pop("d").stop()


@contextlib.contextmanager
def granted_right(house):
    house.postgres.psql("grant select on books.journal_line to accubooks_ops")
    yield
    house.postgres.psql("revoke select on books.journal_line from accubooks_ops")


@contextlib.contextmanager
def killed_instance(house):
    killed = house.instances["c"]
    killed.kill()
    yield
    house.start_instance("c", ports=(killed.port, killed.ops_port))


@contextlib.contextmanager
def silent_instance(house):
    """It neither answers nor is it gone."""
    silent = house.instances["c"].process
    silent.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        silent.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def restarted_database(house):
    house.postgres.restart()
    yield


@contextlib.contextmanager
def slow_posts(house):
    """Somebody locks the books again and again, as a careless migration does."""
    over = threading.Event()

    def lock():
        while not over.is_set():
            house.postgres.psql("begin; lock table books.ledger in share mode; select pg_sleep(1); commit")

    locking = threading.Thread(target=lock)
    locking.start()
    yield
    over.set()
    locking.join()


# What is done, and the criterion that must end the execution; none: whichever of several is faster.
SHORT = {
    "a tampered ledger row": (tampered_row, "integrity_violations > 0"),
    "an instance too many": (extra_instance, "instance_divergence > 0"),
    "a right that somebody granted": (granted_right, "fingerprint_differences > 0"),
}
LONG = {
    "an instance that is killed": (killed_instance, None),
    "an instance that is silent": (silent_instance, None),
    "PostgreSQL restarted": (restarted_database, None),
    "posts that are slow": (slow_posts, None),
}
FAULTS = SHORT | (LONG if SOAK else {})


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_a_verified_rollback(house, fault):
    break_it, criterion = FAULTS[fault]
    number = house.rehearse()
    execution = house.wait_for(number, lambda one: one["state"] not in ("precheck", "baseline", "apply"))
    assert not execution["ended"], execution
    with break_it(house):
        execution = house.wait_for(number, lambda one: one["state"] in ("rolling_back", "rollback_verify"))
        assert not execution["ended"] or execution["state"] == "rolled_back", json.dumps(execution)
    execution = house.wait_for(number, lambda one: one["ended"])
    assert execution["state"] == "rolled_back", json.dumps(execution)
    house.check_all_are_back()
    bundle = house.bundle(execution)
    fired = [verdict["criterion"] for event in lines_of(bundle / "execution.jsonl") if event["kind"] == "triggered"
             for verdict in event["fired"]]
    assert criterion is None or criterion in fired, fired
    replayed = program.run("launch", "replay", bundle)
    assert replayed.returncode == 0, replayed.stderr
