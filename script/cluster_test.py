"""script/cluster: three real instances behind a real HAProxy, under load while they are replaced and killed."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src/testing"))
import program  # noqa: E402
from posting_client import PostingClient  # noqa: E402

PATIENCE = 120
TENANTS = 6  # enough that each instance has some


def free_ports():
    """A balancer's port whose instances' ports, 11 to 13 and 111 to 113 above, are free as well."""
    while True:
        port = program.free_port()
        try:
            for offset in (0, 11, 12, 13, 111, 112, 113):
                program.bind_and_close(port + offset)
            return port
        except OSError:
            continue


class Cluster:
    def __init__(self):
        self.folder = program.temporary_folder("cluster")
        self.port = free_ports()
        self.log = open(self.folder / "log", "w+")
        # Ctrl-C ends it, also where whoever runs the tests in the background has them ignore that.
        self.process = subprocess.Popen(self._command("start"), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def _command(self, *words):
        return [ROOT / "script/cluster", "--folder", self.folder / "cluster", "--port", str(self.port), "--binary", program.BINARY,
                "--ungoverned", *words]

    def output(self):
        return (self.folder / "log").read_text()

    def wait_until_ready(self):
        until = time.monotonic() + PATIENCE
        while "The cluster is ready" not in self.output():
            assert self.process.poll() is None and time.monotonic() < until, self.output()
            time.sleep(0.05)

    def run(self, *words):
        done = subprocess.run(self._command(*words), text=True, capture_output=True, check=False, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def accubooks(self, *words):
        """A command on the cluster's database."""
        where = ["--database-url", f"postgresql://accubooks_login@/accubooks?host={self.folder}/cluster/postgres"]
        environment = program.environment(PGPASSFILE=str(self.folder / "cluster/pgpass"))
        return program.result_of(*words, *where, env=environment)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.log.close()
            program.remove_folder(self.folder)


@pytest.fixture(scope="module")
def cluster():
    made = Cluster()
    try:
        made.wait_until_ready()
        yield made
    finally:
        made.stop()


@pytest.fixture
def clients(cluster):
    """Two to a tenant, posting."""
    made = []
    for _ in range(TENANTS):
        tenant = cluster.accubooks("tenant", "create", "--name", "Load", "--currency", "USD", "--chart", "us")
        token = cluster.accubooks("token", "create", "--tenant", tenant, "--role", "accountant")
        made += [PostingClient(cluster.port, tenant, token) for _ in range(2)]
    for client in made:
        client.start()
    for client in made:
        client.wait_for_more(3)
    yield made
    for client in made:
        client.stop()


def failures_of(clients):
    return [failure for client in clients for failure in client.failures]


def check_books(cluster, clients):
    """Every acknowledged entry is there once: a tenant's answers are its numbers from 1 on without a gap."""
    for client in clients:
        client.stop()
    for tenant in {client.tenant for client in clients}:
        numbers = sorted(number for client in clients if client.tenant == tenant for number in client.numbers)
        assert numbers == list(range(1, len(numbers) + 1))
        cluster.accubooks("verify", "--tenant", tenant)


def pids(cluster):
    return {row["name"]: row["pid"] for row in json.loads(cluster.run("status", "--json"))}


def test_no_request_fails_while_all_instances_are_replaced(cluster, clients):
    before = pids(cluster)
    cluster.run("restart")
    for client in clients:
        client.wait_for_more(5)
    after = pids(cluster)
    assert all(before[name] != after[name] for name in before)
    assert failures_of(clients) == []
    check_books(cluster, clients)


def test_no_request_fails_while_the_pool_is_changed_on_all_instances_and_back(cluster, clients):
    """The change that the launch is about."""
    def in_force():
        return json.loads(cluster.accubooks("config", "get", "database.pool.min", "database.pool.max", "--json"))["settings"]

    before = in_force()
    cluster.accubooks("config", "set", "database.pool.min=20", "database.pool.max=200", "--reason", "the plan")
    assert in_force() == {"database.pool.min": 20, "database.pool.max": 200}
    for client in clients:
        client.wait_for_more(5)
    cluster.accubooks("config", "rollback", "--reason", "and back")
    assert in_force() == before == {"database.pool.min": 10, "database.pool.max": 50}
    for client in clients:
        client.wait_for_more(5)
    assert failures_of(clients) == []
    check_books(cluster, clients)


def test_a_killed_instance_costs_its_requests_in_flight_at_most(cluster, clients):
    cluster.run("kill", "b")
    for client in clients:
        client.wait_for_more(5)
    # Each client has one request in flight; whatever failed was sent again with its key and settled.
    assert len(failures_of(clients)) <= len(clients)
    assert all(client.numbers[-1] is not None for client in clients)
    cluster.run("revive")
    check_books(cluster, clients)


def test_an_instance_that_hangs_is_left_out_until_it_is_back(cluster, clients):
    victim = pids(cluster)["c"]
    os.kill(victim, signal.SIGSTOP)
    try:
        until = time.monotonic() + PATIENCE
        while {row["name"]: row for row in json.loads(cluster.run("status", "--json"))}["c"]["balanced"]:
            assert time.monotonic() < until
    finally:
        os.kill(victim, signal.SIGCONT)
    cluster.run("revive")
    for client in clients:
        client.wait_for_more(5)
    check_books(cluster, clients)


def test_the_units_and_the_balancers_file_are_good():
    environment = {"PATH": os.environ["PATH"], "ACCUBOOKS_LISTEN": "127.0.0.1:1", "ACCUBOOKS_HAPROXY_SOCKET": "/tmp/none",
                   **{f"ACCUBOOKS_{name}": "127.0.0.1:2" for name in "ABC"}, **{f"ACCUBOOKS_OPS_PORT_{name}": "3" for name in "ABC"}}
    checked = subprocess.run(["haproxy", "-c", "-f", ROOT / "deploy/haproxy/accubooks.cfg"], env=environment, text=True,
                             capture_output=True, check=False)
    assert checked.returncode == 0 and "WARNING" not in checked.stderr, checked.stderr
    units = sorted((ROOT / "deploy/systemd").iterdir())
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], text=True, capture_output=True, check=False).stderr
    complaints = [line for line in said.splitlines() if "accubooks" in line and "/usr/bin/accubooks is not executable" not in line]
    assert complaints == []
