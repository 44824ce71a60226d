"""A launch on three instances behind HAProxy, for tests that break something and see how the execution ends."""
import contextlib
import datetime
import json
import os
import signal
import subprocess
import threading
import time

import program
import pytest
from balanced_cluster import NAMES, Cluster
from launch_plan import write_plan
from launch_scene import PATIENCE, LaunchScene, done, lines_of

HELD = ("soak", "immediate", "synthetic", "sustained")  # new values are in force everywhere
BACK = ("rolling_back", "rollback_verify")


class ClusterScene(LaunchScene):
    """`start`, break something, and `check_end`."""

    def __init__(self, folder, cluster):
        super().__init__(folder, cluster.terminal)
        self.served_by(cluster)
        self.cluster = cluster

    def back_up(self):
        """Of a database of one's own it is attested."""
        ago = [(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
               for minutes in (30, 20)]
        done(self.lea.sign("attest", "nightly", "--finished", ago[0], "--tested", ago[1]))

    def start(self, *how):
        self.running = super().start(*how)
        return self.running

    def driver(self):
        """The instance that leads the execution now."""
        return self.cluster.postgres.psql("select split_part(holder, ',', 1) from launch.execution order by execution desc limit 1")

    def wait_for_driver(self):
        until = time.monotonic() + program.PATIENCE
        while (name := self.driver()) not in NAMES:
            assert time.monotonic() < until, name
        return name

    def wait_until_entered(self, number, state):
        """Returns within some milliseconds, so that what lasts no second is met as well."""
        self.cluster.postgres.psql(
            f"do $$ begin for i in 1..{PATIENCE * 100} loop if exists (select from launch.execution_event "
            f"where execution = {number} and detail::jsonb @> '{{\"kind\": \"entered\", \"state\": \"{state}\"}}') "
            f"then return; end if; perform pg_sleep(0.01); end loop; raise '{state} was never entered'; end $$")

    def history(self, number):
        return [json.loads(line) for line in self.cluster.postgres.psql(
            f"select detail from launch.execution_event where execution = {number} order by number").splitlines()]

    def check_end(self, number, state, limit):
        """It ended so; each instance runs with that limit; and what is recorded proves it. What was measured is printed."""
        return self.check_one_of(number, {state: limit})

    def check_one_of(self, number, limits):
        """Likewise, where it may have ended in several states, each with its limit."""
        execution = self.wait_for_end(number)
        history = self.history(number)
        assert execution["state"] in limits, str(Ending(execution, history, []))
        limit = limits[execution["state"]]
        assert set(self.cluster.pool_max_in_effect().values()) == {limit}
        assert self.values()["database.pool.max"] == str(limit)
        bundle = self.bundle(execution)
        ending = Ending(execution, history, lines_of(bundle / "measurements.jsonl"))
        print(f"\n  {ending}")
        replayed = program.run("launch", "replay", bundle)
        assert replayed.returncode == 0, replayed.stderr
        proven = program.run("audit", "verify", bundle, "--policy", self.folder / "launch/policy.json")
        assert proven.returncode == 0, proven.stderr
        return ending


class Ending:
    """How an execution ended, by what is recorded."""

    def __init__(self, execution, history, measured):
        self.state, self.history = execution["state"], history
        self.probes = [one for one in measured if one["kind"] == "probe"]
        self.loads = [one for one in measured if one["kind"] == "load"]
        self.sampled = {one["instance"] for one in measured if one["kind"] == "instance"}
        # Why it turned back: the causes on the way there, and the metrics whose triggers fired.
        self.causes = [event["cause"] for event in history if event["kind"] == "entered" and event["cause"] != "progress"]
        self.fired = {verdict["criterion"].split()[0] for event in history for verdict in event.get("fired", [])}
        self.why = next((event["why"] for event in history if event.get("state") in ("rolling_back", "cancelled")), "")

    def back_after(self):
        """Seconds from the order of the prior values until every instance had acknowledged them; none when nothing was."""
        at = {event["state"]: event["at_us"] for event in self.history if event["kind"] == "entered"}
        return (at["rollback_verify"] - at["rolling_back"]) / 1e6 if "rolling_back" in at else None

    def sent(self, what):
        return sum(one["counts"][what] for one in self.loads)

    def longest_gap(self):
        return max((one["longest_gap_ms"] for one in self.probes), default=0)

    def __str__(self):
        back = "" if self.back_after() is None else f", back after {self.back_after():.2f} s"
        return (f"{self.state} ({', '.join([*self.causes, *sorted(self.fired)])}){back}; "
                f"{self.sent('errors')} of {self.sent('requests')} requests failed, longest gap {self.longest_gap()} ms. {self.why}")


@contextlib.contextmanager
def scene_with(*changes, prepare=lambda cluster: None, disk="64m"):
    """One whose plan has other figures. What `prepare` does to the database was so before anything was asked for. `disk` is how much
    the disk of the evidence holds."""
    folder = program.temporary_folder("faults")
    with contextlib.ExitStack() as behind:
        behind.callback(program.remove_folder, folder)
        for name in ("identity", "audit", "launch"):
            (folder / name).mkdir()
        port = program.free_port()
        write_plan(folder / "plan.yaml", *changes)
        settings = {f"ACCUBOOKS_{name.upper()}_DIRECTORY": str(folder / name) for name in ("identity", "audit", "launch")}
        settings |= {"ACCUBOOKS_LAUNCH_PLAN": str(folder / "plan.yaml"), "ACCUBOOKS_LAUNCH_URL": f"http://127.0.0.1:{port}"}
        # The disk of the evidence, which can be full; where this account may not mount one, those tests are skipped.
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk}", "tmpfs", folder / "launch"], capture_output=True).returncode == 0:
            behind.callback(subprocess.run, ["umount", "--lazy", folder / "launch"], check=True)
        scene = ClusterScene(folder, behind.enter_context(Cluster(folder, port, settings)))
        prepare(scene.cluster)
        scene.approve()
        yield scene


def cleared(house):
    """It, and afterwards nothing of what a test did there is under way or open."""
    yield house
    house.olu.launch("abort", "phase1", "--reason", "The test is over")  # where it failed
    house.wait_for_end(house.running)
    house.close_incidents()


@contextlib.contextmanager
def again_and_again(act, pause=0):
    """Somebody does so beside the test, with so many seconds between, until the `with` ends."""
    over = threading.Event()

    def go_on():
        while not over.wait(pause):
            act()

    going_on = threading.Thread(target=go_on)
    going_on.start()
    try:
        yield
    finally:
        over.set()
        going_on.join()


def books_locked(scene, seconds):
    """Somebody locks the books for so long again and again, as a careless migration does."""
    return again_and_again(lambda: scene.cluster.postgres.psql(
        f"begin; lock table books.ledger in share mode; select pg_sleep({seconds}); commit"))


@contextlib.contextmanager
def disk_filled(scene):
    """Not a byte can be written to where the evidence lies."""
    if not os.path.ismount(scene.folder / "launch"):
        pytest.skip("a disk that is full needs the right to mount one for it")
    filler = scene.folder / "launch/filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        filler.unlink()


def tokens_for(scene, *tenants):
    """A file of them, for the load tool."""
    file = scene.folder / "tokens"
    file.touch(mode=0o600)
    file.write_text("".join(scene.terminal.result_of("token", "create", "--tenant", tenant, "--role", "accountant") + "\n"
                            for tenant in tenants))
    return file


@contextlib.contextmanager
def load_tool(scene, tokens, *how, duration="30m"):
    """`accubooks load` behind the balancer; inside, a function that ends it and says what it found."""
    running = subprocess.Popen([program.BINARY, "load", "--url", f"http://127.0.0.1:{scene.cluster.port}", "--token-file", tokens,
                                "--duration", duration, "--json", "-", *how],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=program.environment())

    def found():
        running.send_signal(signal.SIGINT)
        said, complaint = running.communicate(timeout=program.PATIENCE)
        assert said, complaint
        print(f"\n  load tool: {said.strip()}")
        return json.loads(said)

    try:
        yield found
    finally:
        running.kill()
        running.communicate()
