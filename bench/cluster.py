"""The program and its private cluster on a data folder of their own, as the rows of the engine's bench use them."""
import contextlib
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 120
# What makes a commit a commit. Read back before anything is measured; a figure without them is none.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
TOLD = [*DURABLE, "server_version", "shared_buffers", "max_connections", "max_wal_size", "wal_compression", "checkpoint_timeout",
        "wal_sync_method", "commit_delay", "jit"]


class BenchError(Exception):
    """A figure that can't be had; the message says why."""


def as_server(command):
    """The command as the system user who owns the cluster: who may be its superuser."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


def own_environment(**more):
    """Ours without what would choose another database or other settings."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith(("ACCUBOOKS_", "PG"))}, **more}


def run(command, what, **options):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, check=False,
                          env=options.pop("env", own_environment()), **options)
    if done.returncode != 0:
        raise BenchError(f"{what}: {done.stderr.strip()[-1500:] or done.stdout.strip()[-1500:] or done.returncode}")
    return done.stdout


def cpu_seconds_of(process, with_reaped_children=False):
    """CPU time of a process so far, 0 once it has gone."""
    try:
        fields = pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15 if with_reaped_children else 13])) / TICKS


def children_of(parent):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


class Cluster:
    """`accubooks serve` on a fresh data folder. Its database is `accubooks`; the peers' is `bench`, in the same cluster."""

    def __init__(self, binary, settings=None):
        self.binary = str(binary)
        self.settings = settings or {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="accubooks-bench-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o755)
        self.process = None

    def __enter__(self):
        try:
            self.start()
            for name, wanted in DURABLE.items():
                if (found := self.sql(f"show {name}")) != wanted:
                    raise BenchError(f"{name} is {found}; the figures are of durable commits only")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, **settings):
        """Starts the program, or starts it again with other settings."""
        self.stop()
        self.settings.update(settings)
        environment = {"ACCUBOOKS_" + key.upper().replace(".", "_"): str(value) for key, value in self.settings.items()}
        log = self.folder / "serve.log"
        with log.open("w", encoding="utf-8") as out:
            self.process = subprocess.Popen(
                [self.binary, "serve", "--ungoverned", "--data-dir", str(self.data), "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=own_environment(**environment), start_new_session=True)
        until = time.monotonic() + PATIENCE_S
        while "ready on" not in (said := log.read_text(encoding="utf-8", errors="replace")):
            if self.process.poll() is not None or time.monotonic() > until:
                raise BenchError(f"the server didn't start: {said[-1500:]}")
            time.sleep(0.05)
        self.port = int(said.split("ready on http://")[1].split()[0].rsplit(":", 1)[1])
        self.ops_port = int(said.split("Operations: http://")[1].split("/")[0].rsplit(":", 1)[1])
        self.socket = (self.data / "socket_dir").read_text(encoding="utf-8").strip()
        self.postmaster = int((self.data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def command(self, *words):
        """A command of the program on this data folder; what it printed."""
        return run([self.binary, *words, "--data-dir", self.data], f"accubooks {words[0]}")

    def sql(self, text, database="accubooks"):
        return run(as_server(["psql", "-h", self.socket, "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database]),
                   "psql", input=text).strip()

    def make_database(self, name):
        """Unless it is there already."""
        if self.sql(f"select count(*) from pg_database where datname = '{name}'", "postgres") == "0":
            self.sql(f"create database {name}", "postgres")

    def verify(self):
        """Replays every tenant's journal; a run whose books don't verify has no figure."""
        self.command("verify")

    def facts(self):
        return {name: self.sql(f"show {name}") for name in TOLD}

    def health(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ops_port}{path}", timeout=30) as answer:
            return json.load(answer)

    def cpu(self):
        """CPU seconds so far of the program and of PostgreSQL, what has ended there included."""
        postgres = cpu_seconds_of(self.postmaster, with_reaped_children=True)
        return {"server": cpu_seconds_of(self.process.pid),
                "postgres": postgres + sum(cpu_seconds_of(child) for child in children_of(self.postmaster))}

    def make_tenants(self, count, database="accubooks"):
        """Tenants with two accounts, 1 and 2, each; their numbers."""
        return [int(number) for number in self.sql(f"""
            create temporary table made (tenant_id bigint);
            do $$ declare v_tenant bigint; begin
                for i in 1..{count} loop
                    v_tenant := platform.create_tenant('Bench', 'USD', 2::smallint, 'US dollar');
                    perform set_config('app.tenant_id', v_tenant::text, true);
                    insert into books.account (tenant_id, account_id, code, name, type)
                    values (v_tenant, 1, '1000', 'Bank', 'asset'), (v_tenant, 2, '4000', 'Sales', 'revenue');
                    update books.counter set value = 2 where tenant_id = v_tenant and name = 'account';
                    insert into made values (v_tenant);
                end loop; end $$;
            select tenant_id from made order by 1""", database).split()]

    def make_targets(self, tenants, name):
        """The file of post_client: a tenant, a token of its, and its accounts a line."""
        tokens = {tenant: "ab_" + secrets.token_hex(32) for tenant in tenants}
        path = self.folder / name
        path.write_text("".join(f"{tenant} {token} 1 2\n" for tenant, token in tokens.items()), encoding="utf-8")
        path.chmod(0o600)
        rows = ",".join(f"(decode('{hashlib.sha256(token.encode()).hexdigest()}', 'hex'), gen_random_uuid(), {tenant}, 'accountant',"
                        " 'bench', 'bench')" for tenant, token in tokens.items())
        self.sql(f"insert into platform.api_token (token_digest, token_id, tenant_id, role, label, created_by) values {rows}")
        return path


def settle(cluster, *databases):
    """Equal ground for what is measured next: statistics, and no checkpoint due."""
    for database in databases:
        cluster.sql("vacuum analyze", database)
    cluster.sql("checkpoint")
