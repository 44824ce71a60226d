"""Three real instances behind HAProxy, on a PostgreSQL of their own, for tests that break something about them."""
import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.request

import program
from temporary_postgres import TemporaryPostgres

NAMES = ("a", "b", "c")
PATIENCE = 60


class Cluster:
    """As a context manager it is ready inside. `port` is the balancer's; `settings` are environment variables of the instances
    and of the terminal. They log in as in production: without a superuser's rights."""

    def __init__(self, folder, port, settings):
        self.folder, self.port, self.settings = folder, port, settings
        self.instances, self.behind = {}, contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as behind:
            # As in production, what was committed outlives the server's crash.
            self.postgres = behind.enter_context(TemporaryPostgres(max_connections="900", synchronous_commit="on"))
            program.result_of("migrate", "--database-url", self.postgres.url())
            self.postgres.psql("create role accubooks_login login; "
                               "grant accubooks_owner, accubooks_app, accubooks_ops to accubooks_login")
            self.terminal = program.Terminal(("--database-url", self.postgres.url(user="accubooks_login")), self.settings)
            behind.callback(lambda: [serving.__exit__() for serving in self.instances.values()])
            for name in NAMES:
                self.start_instance(name)
            self.balancer = self._balance()
            behind.callback(self.balancer.wait)
            behind.callback(self.balancer.terminate)
            self._wait_until(self._is_balanced, "balanced")
            self.behind = behind.pop_all()
        return self

    def __exit__(self, *_):
        self.behind.close()

    def start_instance(self, name, ports=None):
        self.instances[name] = program.Serving(*self.terminal.where, "--instance", name, ports=ports,
                                               env=program.environment(**self.settings)).__enter__()

    def stop_instance(self, name):
        self.instances.pop(name).__exit__()

    def start_again(self, name):
        """One that was killed, where it was."""
        before = self.instances[name]
        self.stop_instance(name)
        self.start_instance(name, ports=(before.port, before.ops_port))

    def restart_database(self, **settings):
        """Until the instances and the balancer serve again; whoever wants the outage restarts `postgres`."""
        self.postgres.restart(**settings)
        for serving in self.instances.values():
            serving.wait_until_ready()
        self._wait_until(self._is_balanced, "balanced")

    def pool_max_in_effect(self):
        """What each instance says of itself."""
        found = {}
        for name, serving in self.instances.items():
            with urllib.request.urlopen(f"http://127.0.0.1:{serving.ops_port}/api/health/pool-config", timeout=30) as answer:
                found[name] = json.load(answer)["effective"]["max"]
        return found

    def balance_to(self, name, port):
        """The balancer sends the instance's requests there; its health checks go on as they were."""
        said = self._ask_balancer(f"set server instances/{name} addr 127.0.0.1 port {port}")
        assert "changed" in said or "no need" in said, said

    @contextlib.contextmanager
    def psql_at_work(self, sql):
        """What an operator of the database server does, under way inside; nothing of it stays."""
        working = subprocess.Popen(["/usr/lib/postgresql/15/bin/psql", "--no-psqlrc", "--quiet", "--dbname", self.postgres.url(),
                                    "--command", f"set application_name = 'at work'; {sql}"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_until(lambda: self._at_work("count(*)") != "0", "at work")
        try:
            yield
        finally:
            self._at_work("pg_terminate_backend(pid)")
            working.wait()

    def _at_work(self, what):
        return self.postgres.psql(f"select {what} from pg_stat_activity where application_name = 'at work' and state = 'active'")

    @staticmethod
    def _wait_until(holds, what):
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"not {what}"
            time.sleep(0.05)

    def _balance(self):
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

    def _is_balanced(self):
        try:
            rows = [line.split(",") for line in self._ask_balancer("show stat").splitlines()]
        except OSError:
            return False
        return {row[1] for row in rows if row[0] == "instances" and row[17] == "UP"} >= set(NAMES)

    def _ask_balancer(self, words):
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE)
            asked.connect(str(self.folder / "haproxy.sock"))
            asked.sendall(f"{words}\n".encode())
            return b"".join(iter(lambda: asked.recv(65536), b"")).decode()
