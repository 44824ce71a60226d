"""The pool's rows: our pool in process beside PgBouncer and beside private connections, on the same server in the same run.

Statement: `select 1` by the extended protocol, without preparing, since PgBouncer 1.18 can't carry prepared statements in
transaction mode; prepared is printed beside it. All arms come over Unix sockets and use one thread on the client's side.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from cluster import BenchError, as_server, own_environment, run

CLIENTS, CONNECTIONS = 64, 16
SHARE_OF_MAXIMUM = 0.9
GROWN, SHRUNK, WAITING = 200, 50, 300
PORT = 6432  # of sockets only: nobody listens on TCP
NEVER_S = 10


class PgBouncer:
    """PgBouncer in transaction mode before the cluster's database `bench`, on a socket of its own."""

    def __init__(self, cluster, connections):
        self.cluster, self.connections = cluster, connections
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="accubooks-bouncer-", dir="/tmp"))
        self.process = None

    def __enter__(self):
        self.configure(self.connections)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.process = subprocess.Popen(as_server(["pgbouncer", "-q", str(self.folder / "pgbouncer.ini")]), env=own_environment(),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not (self.folder / f".s.PGSQL.{PORT}").exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise BenchError("PgBouncer didn't start")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                os.kill(int((self.folder / "pid").read_text(encoding="utf-8")), signal.SIGINT)
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def configure(self, connections):
        (self.folder / "pgbouncer.ini").write_text(f"""[databases]
bench = host={self.cluster.socket} dbname=bench user=postgres
[pgbouncer]
listen_addr =
listen_port = {PORT}
unix_socket_dir = {self.folder}
auth_type = any
admin_users = postgres
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 1000
logfile = {self.folder}/log
pidfile = {self.folder}/pid
""", encoding="utf-8")

    def admin(self, command):
        return run(as_server(["psql", "-h", self.folder, "-p", PORT, "-U", "postgres", "-X", "-At", "-d", "pgbouncer", "-c", command]),
                   "PgBouncer's console")

    def server_connections(self):
        return sum(1 for line in self.admin("show servers").splitlines() if "|bench|" in line)


class Arms:
    """The four ways to the server; each gives operations a second, or at a given rate the p95 of latency in ms."""

    def __init__(self, cluster, program, seconds):
        self.cluster, self.program, self.seconds = cluster, program, seconds
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="accubooks-arms-", dir="/tmp"))
        self.folder.chmod(0o777)
        self.script = self.folder / "select.sql"
        self.script.write_text("select 1;\n", encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def ours(self, mode, *words, borrowers=CLIENTS, connections=CONNECTIONS):
        return json.loads(run(as_server([
            self.program, "--conninfo", f"host={self.cluster.socket} dbname=bench user=postgres", "--borrowers", borrowers,
            "--connections", connections, mode, *words]), "pool_bench"))

    def rate(self, *words, **sizes):
        return self.ours("rate", "--seconds", self.seconds, *words, **sizes)

    def pgbench(self, clients, *words, host=None, port=5432, protocol="extended"):
        output = run(as_server([
            "pgbench", "-n", "-h", host or self.cluster.socket, "-p", port, "-U", "postgres", "-M", protocol, "-f", self.script, "-c", clients,
            "-j", 1, "-T", round(self.seconds) + 1, *words, "bench"]), "pgbench", cwd=self.folder)
        return float(re.search(r"tps = ([0-9.]+) \(without initial", output).group(1))

    def pgbench_p95(self, clients, rate, **where):
        """p95 of latency from the scheduled start, as pgbench logs it under --rate."""
        self.pgbench(clients, "-R", round(rate), "-l", "--log-prefix", self.folder / "latency", **where)
        latencies = []
        for log in self.folder.glob("latency.*"):
            latencies += [int(line.split()[2]) for line in log.read_text(encoding="utf-8").splitlines()]
            log.unlink()
        latencies.sort()
        return latencies[-(-len(latencies) * 95 // 100) - 1] / 1000


def throughput_round(arms, bouncer):
    through = {"host": bouncer.folder, "port": PORT}
    return {
        "pool_per_s": arms.rate()["per_s"],
        "pgbouncer_per_s": arms.pgbench(CLIENTS, **through),
        "private_per_s": arms.rate("--private", borrowers=CONNECTIONS)["per_s"],
        "pool_prepared_per_s": arms.rate("--prepared")["per_s"],
        "pgbench_direct_per_s": arms.pgbench(CONNECTIONS),
        "pgbench_direct_prepared_per_s": arms.pgbench(CONNECTIONS, protocol="prepared"),
    }


def wait_round(arms, bouncer, rate):
    """p95 of each way at one common rate."""
    through = {"host": bouncer.folder, "port": PORT}
    return {
        "pool_p95_ms": arms.rate("--rate", rate)["p95_ms"],
        "pgbouncer_p95_ms": arms.pgbench_p95(CLIENTS, rate, **through),
        "private_p95_ms": arms.rate("--rate", rate, "--private", borrowers=CONNECTIONS)["p95_ms"],
        "pgbench_direct_p95_ms": arms.pgbench_p95(CONNECTIONS, rate),
    }


def added_wait(measured):
    """What each pool adds to the p95 of its own way without a pool, ours by theirs. Both must add something to have a ratio."""
    ours = measured["pool_p95_ms"] - measured["private_p95_ms"]
    theirs = measured["pgbouncer_p95_ms"] - measured["pgbench_direct_p95_ms"]
    if theirs <= 0:
        raise BenchError(f"PgBouncer adds no wait at this rate: {measured}")
    return max(ours, 0.0) / theirs


@contextlib.contextmanager
def saturated(cluster, arms, connections):
    """A PgBouncer with so many connections, all busy with statements of 50 ms, and more clients waiting."""
    busy = arms.folder / "busy.sql"
    busy.write_text("select pg_sleep(0.05);\n", encoding="utf-8")
    with PgBouncer(cluster, connections) as bouncer:
        load = subprocess.Popen(as_server([
            "pgbench", "-n", "-h", str(bouncer.folder), "-p", str(PORT), "-U", "postgres", "-M", "extended", "-f", str(busy), "-c", str(WAITING),
            "-j", "1", "-T", "120", "bench"]), env=own_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if wait_for_size(bouncer, lambda size: size >= connections, 30) is None:
                raise BenchError("PgBouncer didn't grow to its size")
            yield bouncer
        finally:
            load.terminate()
            load.wait(20)


def wait_for_size(bouncer, is_reached, seconds):
    """Milliseconds until the number of its connections is as wanted; none when that takes longer than so many seconds."""
    begun = time.monotonic()
    while not is_reached(bouncer.server_connections()):
        if time.monotonic() > begun + seconds:
            return None
        time.sleep(0.02)
    return (time.monotonic() - begun) * 1000


def shrink_round(cluster, arms):
    """Both at 200 connections and saturated, then told to have 50."""
    ours = arms.ours("resize", "--to", SHRUNK, borrowers=WAITING, connections=GROWN)["effective_ms"]
    with saturated(cluster, arms, GROWN) as bouncer:
        bouncer.configure(SHRUNK)
        bouncer.admin("reload")
        wait_for_size(bouncer, lambda size: size <= SHRUNK, NEVER_S)
        left = bouncer.server_connections()
    return {"shrink_ms": ours, "statement_ms": 50.0, "pgbouncer_connections_after_10_s": left}


def grow_round(cluster, arms):
    """Both at 50 connections and saturated, then told to have 200."""
    ours = arms.ours("resize", "--to", GROWN, borrowers=WAITING, connections=SHRUNK)["effective_ms"]
    with saturated(cluster, arms, SHRUNK) as bouncer:
        bouncer.configure(GROWN)
        bouncer.admin("reload")
        theirs = wait_for_size(bouncer, lambda size: size >= GROWN, 30)
    return {"grow_ms": ours, "pgbouncer_grow_ms": theirs}


def measure(bench, rounds, seconds):
    """All rounds of the pool's rows, raw. The common rate comes from a first look at both maxima."""
    cluster = bench.cluster
    cluster.make_database("bench")
    found = []
    with Arms(cluster, bench.programs.resolve() / "bench" / "pool_bench", seconds) as arms:
        for number in range(rounds):
            with PgBouncer(cluster, CONNECTIONS) as bouncer:
                measured = throughput_round(arms, bouncer)
                if number == 0:
                    rate = SHARE_OF_MAXIMUM * min(measured["pool_per_s"], measured["pgbouncer_per_s"])
                measured |= {"rate_per_s": rate, **wait_round(arms, bouncer, rate)}
            found.append(measured | shrink_round(cluster, arms) | grow_round(cluster, arms))
    return found


def pool(bench, rounds, seconds):
    found = measure(bench, rounds, seconds)
    figures = [
        ("select-1", "SELECT 1 unprepared through our pool, 64 borrowers on 16 connections", "PgBouncer 1.18, transaction mode", ">= 1.3",
         lambda r: r["pool_per_s"] / r["pgbouncer_per_s"]),
        ("select-1-private", "the same", "one private connection per borrower of 16", ">= 0.95",
         lambda r: r["pool_per_s"] / r["private_per_s"]),
        ("select-1-prepared", "the same, prepared", "PgBouncer 1.18 unprepared (it can't)", "",
         lambda r: r["pool_prepared_per_s"] / r["pgbouncer_per_s"]),
        ("added-wait", "p95 that the pool adds at one common rate", "PgBouncer", "<= 0.5", added_wait),
        ("shrink", "shrink 200 to 50 under saturation: s until it holds, less the longest statement", "PgBouncer RELOAD (never)", "<= 1",
         lambda r: (r["shrink_ms"] - r["statement_ms"]) / 1000),
        ("grow", "grow 50 to 200 under saturation: s until all 200 are in use, no borrower failed", "PgBouncer RELOAD: in the raw rounds", "<= 2",
         lambda r: r["grow_ms"] / 1000),
    ]
    return [{"row": row, "what": what, "peer": peer, "reach": reach, "ratios": [ratio(measured) for measured in found], "rounds": found}
            for row, what, peer, reach, ratio in figures]


GROUPS = {"pool": pool}
