"""Runs the real program as people do, for tests that look at it from outside."""
import csv
import dataclasses
import decimal
import http.client
import io
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = ROOT / "build" / os.environ.get("PRESET", "dev") / "accubooks"
PATIENCE = 60


def temporary_folder(name):
    """An empty folder that the system user postgres can reach, unlike a test runner's own. Its maker removes it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"accubooks-{name}-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def remove_folder(folder):
    shutil.rmtree(folder, ignore_errors=True)


def free_port():
    """Nothing listens on it; it is below those that the system gives to outgoing connections, one of which could take it meanwhile."""
    while True:
        port = random.randrange(12_000, 32_000)
        try:
            bind_and_close(port)
            return port
        except OSError:
            continue


def bind_and_close(port):
    """Raises OSError where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def environment(**more):
    """Ours without what would choose another database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACCUBOOKS_", "PG"))}
    return {**kept, **more}


def run(*arguments, stdin="", timeout=PATIENCE, **options):
    """The finished command with its exit code and what it printed, as text."""
    return subprocess.run([BINARY, *map(str, arguments)], input=stdin, text=True, capture_output=True, check=False,
                          timeout=timeout, env=options.pop("env", environment()), **options)


def result_of(*arguments, **options):
    """What a command that must succeed printed."""
    done = run(*arguments, **options)
    assert done.returncode == 0, f"accubooks {' '.join(map(str, arguments))}: {done.returncode}\n{done.stderr}"
    return done.stdout.strip()


class Serving:
    """`accubooks serve` on two ports, free ones unless told. As a context manager it is ready inside and stopped after."""

    def __init__(self, *where, ready=True, ports=None, env=None, **options):
        self.ready_first = ready
        self.port, self.ops_port = ports or (free_port(), free_port())
        self.log = tempfile.TemporaryFile("w+")
        self.folder = temporary_folder("cwd")  # where what belongs to a launch lies unless a setting says otherwise
        self.process = subprocess.Popen(
            [BINARY, "serve", *map(str, where), "--listen", f"127.0.0.1:{self.port}",
             "--ops-listen", f"127.0.0.1:{self.ops_port}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=env or environment(), start_new_session=True,
            **{"cwd": self.folder, **options})

    def __enter__(self):
        try:
            if self.ready_first:
                self.wait_until_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        remove_folder(self.folder)

    def wait_until(self, holds, what):
        until = time.monotonic() + PATIENCE
        while not holds():
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > until:
                raise AssertionError(f"serve: not {what} after {PATIENCE} s:\n{self.output()}")
            time.sleep(0.02)

    def wait_until_ready(self):
        self.wait_until(self.is_ready, "ready")

    def wait_for(self, sentence):
        self.wait_for_lines(sentence, 1)

    def wait_for_lines(self, sentence, count):
        self.wait_until(lambda: len(self.lines_with(sentence)) >= count, f"saying {sentence} {count} times")

    def lines_with(self, words):
        return [line for line in self.output().splitlines() if words in line]

    def wait_for_requests(self, count):
        """Until so many requests of the API are being answered."""
        self.wait_until(lambda: f'http_server_active_requests{{listener="api"}} {count}\n' in self.metrics(), "answering")

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}/api/metrics", timeout=30) as answer:
            return answer.read().decode()

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.ops_port, timeout=5)
        try:
            connection.request("GET", "/api/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self, how=signal.SIGINT):
        """Ctrl-C, or another signal; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self):
        self.process.kill()
        self.process.wait()

    def output(self):
        self.log.seek(0)
        return self.log.read()


@dataclasses.dataclass
class Terminal:
    """The commands on one database; `settings` are environment variables of theirs."""
    where: tuple
    settings: dict = dataclasses.field(default_factory=dict)

    def run(self, *arguments, **options):
        options.setdefault("env", environment(**self.settings))
        return run(*arguments[:self._words(arguments)], *self.where, *arguments[self._words(arguments):], **options)

    def result_of(self, *arguments, **options):
        done = self.run(*arguments, **options)
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stderr}"
        return done.stdout.strip()

    @staticmethod
    def _words(arguments):
        """How many words name the command; the options of the database follow them."""
        if arguments[:2] in (("user", "totp"), ("user", "token")):
            return 3
        return 2 if arguments[0] in ("tenant", "user", "session", "token", "invitation", "report", "config", "launch", "backup", "batch", "mapping",
                                     "draft", "attachment", "period", "year") else 1

    def make_tenant(self, currency="USD", *more):
        return int(self.result_of("tenant", "create", "--name", "Test", "--currency", currency, *more))

    def import_(self, tenant, file, *more):
        """What the import's report says, as JSON."""
        return json.loads(self.result_of("import", "--tenant", tenant, "--json", *more, file))

    def last_entry(self, tenant):
        return json.loads(self.result_of("report", "trial-balance", "--tenant", tenant, "--format", "json"))["last_entry"]

    def rows(self, tenant, *more):
        return self.statement("trial-balance", tenant, *more)

    def statement(self, name, tenant, *more):
        """The rows of a report's CSV but its last, which says what it asserts."""
        *rows, end = csv.DictReader(io.StringIO(self.result_of("report", name, "--tenant", tenant, "--format", "csv", *more)))
        assert next(iter(end.values())) == "" and " As of entry " in end["account"]
        return rows

    def closings(self, tenant, *more):
        """{(account, commodity): quantity} of the trial balance, zero ones left out."""
        found = {(row["account"], row["commodity"]): decimal.Decimal(row["closing"]) for row in self.rows(tenant, *more)}
        return {key: closing for key, closing in found.items() if closing != 0}
