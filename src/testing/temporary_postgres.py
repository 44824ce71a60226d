"""A PostgreSQL server of a test's own: made in a temporary folder, reached by its Unix socket, thrown away afterwards."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


def as_server_account(command):
    """PostgreSQL refuses to run as root; its package's own system user stands in."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


class TemporaryPostgres:
    """`with TemporaryPostgres() as server:` gives a running server; superuser postgres, no password on the socket."""

    def __init__(self, **settings):
        self.settings = {**SETTINGS, **settings}

    def __enter__(self):
        # Not below a test runner's own folder, which is often closed to the system user postgres; and a socket's path is short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="accubooks-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        try:
            self._run([BIN / "initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8",
                       "--locale=C.UTF-8", "--pgdata", self.folder / "data"])
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if (self.folder / "data/postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        self._run([BIN / "pg_ctl", "--wait", "--timeout=60", "--pgdata", self.folder / "data", "--log",
                   self.folder / "log", "--options", f"-k {self.folder} {options}", "start"])

    def stop(self, mode="immediate"):
        self._run([BIN / "pg_ctl", "--wait", "--timeout=60", f"--mode={mode}", "--pgdata", self.folder / "data", "stop"])

    def restart(self, **settings):
        """As an operator does: sessions are ended, and everything is written down. Other settings are those from now on."""
        self.settings |= settings
        self.stop("fast")
        self.start()

    def crash(self):
        """Its server dies at once (`kill -9`), its sessions with it, and another one recovers what was written."""
        before = int((self.folder / "data/postmaster.pid").read_text().split("\n")[0])
        self._run(["kill", "-KILL", before])
        until = time.monotonic() + 60
        while True:
            try:
                return self.start()
            except RuntimeError:  # sessions of before are about to end
                if time.monotonic() > until:
                    raise
            time.sleep(0.2)

    def url(self, database="postgres", user="postgres"):
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def create_database(self, name, template="template1"):
        """Its URL. As a template serves a database that nobody is connected to, such as a migrated one. What a first run of the
        same test has left by that name goes."""
        self.psql(f'drop database if exists "{name}" with (force)')
        self.psql(f'create database "{name}" template "{template}"')
        return self.url(name)

    @contextlib.contextmanager
    def in_transaction(self, sql, database):
        """What `sql` locks stays locked until the `with` ends."""
        with subprocess.Popen([BIN / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--set=ON_ERROR_STOP=1", "--dbname",
                               self.url(database)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
            session.stdin.write(f"begin; {sql}; select 'done';\n")
            session.stdin.flush()
            if "done" not in session.stdout.readline():
                raise RuntimeError(f"psql did not do: {sql}")
            yield  # afterwards its input ends, with it psql, and with that the transaction

    def psql(self, sql, database="postgres", user="postgres"):
        """Runs `sql` as it stands and answers its rows as text, unaligned; raises on the first error."""
        return psql(self.url(database, user), sql)

    def _run(self, command):
        done = subprocess.run(as_server_account([str(word) for word in command]), cwd="/", text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{log.read_text() if log.exists() else ''}")


def psql(url, sql):
    done = subprocess.run([BIN / "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
                           "--dbname", url, "--command", sql], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"psql: {done.stderr.strip()}")
    return done.stdout.strip()
