"""Rows of the engine's bench about posting.

The peers run in a database of their own, `bench`, in the same cluster, with the same number of tenants and as many entries to begin
with, so that tables and indexes have about one size on both sides.

What the arms do for one entry:
  http      POST /api/v1/tenants/T/journal-entries by post_client (bench/post_client.cpp): token, JSON, idempotency key, row security,
            judging, chain, balances, answer after commit.
  plain     pgbench, prepared, five round trips and a commit: exactly the rows that the product leaves behind for an entry (header, two
            lines, two balances, the ledger's head) into tables of the same columns, indexes and checks, but without triggers, row
            security or a chain (its hashes are constants); nothing is judged.
  inserts   the same without balances and head: three rows in. Printed, because it is the least that one may call inserting an entry.
  function  pgbench, prepared, one call of books.post_entries with one entry, as the application's role.
  pgledger  pgbench, prepared, one call of pgledger_create_transfer between two of 400 accounts.
pgbench runs with the client count of 2, 4, 8, 16, 32 and 64 that gave it most in a short trial. It runs with the log of its own
statements off and, like post_client, on one thread.
"""
import resource
import shutil
import time

import cluster as clusters

TENANTS = 200
CLIENTS = 64
ENTRIES_BEFORE = 500  # of each tenant
CLIENT_COUNTS = (2, 4, 8, 16, 32, 64)

PLAIN_HEAD = r"""\set t random(1, :tenants)
\set n :n + 1
\set a random(100, 99999)
\set m 0 - :a
\set number :run * 100000000 + :client_id * 1000000 + :n
begin;
insert into plain.journal_entry (tenant_id, number, entry_date, description, source, posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash) values (:t, :number::bigint, '2026-01-15', 'Sale', 'api', 'token:0199a000-0000-7000-8000-000000000000', now(), 2, :run || '-' || :client_id || '-' || :n, sha256('request'), sha256('entry'), sha256('chain'));
insert into plain.journal_line (tenant_id, number, line, account_id, commodity, amount, base_amount) values (:t, :number, 1, 1, 'USD', :a, :a), (:t, :number, 2, 2, 'USD', :m, :m);
"""
PLAIN_TAIL = r"""insert into plain.account_balance as b (tenant_id, account_id, commodity, month, debit, credit, base_debit, base_credit) values (:t, 1, 'USD', '2026-01-01', :a, 0, :a, 0), (:t, 2, 'USD', '2026-01-01', 0, :a, 0, :a) on conflict (tenant_id, account_id, commodity, month) do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit, base_debit = b.base_debit + excluded.base_debit, base_credit = b.base_credit + excluded.base_credit;
update plain.ledger set last_number = last_number + 1, head_hash = sha256('chain') where tenant_id = :t;
"""
SCRIPTS = {
    "plain": PLAIN_HEAD + PLAIN_TAIL + "commit;\n",
    "inserts": PLAIN_HEAD + "commit;\n",
    "function": r"""\set t random(1, :tenants)
\set n :n + 1
\set a random(100, 99999)
\set m 0 - :a
select outcome, number, chain_hash from books.post_entries(:t, now(), array[:run || '-' || :client_id || '-' || :n], array[sha256('request')], array[sha256('entry')], array['token:0199a000-0000-7000-8000-000000000000'], array['2026-01-15'::date], array[null::date], array['Sale'], array[''], array[null::jsonb], array['api'], array[null::bigint], array[null::text], array[2::smallint], array[1, 1], array[1, 2]::smallint[], array[1, 2]::bigint[], array['USD', 'USD'], array[:a, :m]::bigint[], array[:a, :m]::bigint[], array[null, null]::text[], array[null, null]::bigint[], array['', ''], array['USD'], array[2]::smallint[]);
""",
    "pgledger": r"""\set t random(1, :tenants)
\set a random(100, 99999)
select id from pgledger_create_transfer((select id from bench_account where place = 2 * :t - 1), (select id from bench_account where place = 2 * :t), :a);
""",
}
PLAIN_TABLES = """
create schema plain;
create table plain.journal_entry (like books.journal_entry including all);
create table plain.journal_line (like books.journal_line including all);
create table plain.account_balance (like books.account_balance including all);
create table plain.ledger (like books.ledger including all);
insert into plain.ledger (tenant_id, base_commodity) select tenant_id, base_commodity from platform.tenant;
"""


def posts_before(tenants):
    """As many entries of each tenant as the product has, by one call each."""
    entries, lines = ENTRIES_BEFORE, 2 * ENTRIES_BEFORE
    def same(value, count):
        return f"array_fill({value}, array[{count}])"
    call = ", ".join([
        "t", "now()", f"array(select 'before ' || g from generate_series(1, {entries}) g)", same("sha256('request')", entries),
        same("sha256('entry')", entries), same("'token:bench'::text", entries), same("date '2026-01-15'", entries),
        same("null::date", entries), same("'Sale'::text", entries), same("''::text", entries), same("null::jsonb", entries),
        same("'api'::text", entries), same("null::bigint", entries), same("null::text", entries), same("2::smallint", entries),
        f"array(select (g + 1) / 2 from generate_series(1, {lines}) g)",
        f"array(select (2 - g % 2)::smallint from generate_series(1, {lines}) g)",
        f"array(select (2 - g % 2)::bigint from generate_series(1, {lines}) g)", same("'USD'::text", lines),
        f"array(select (g % 2 * 2 - 1) * 100::bigint from generate_series(1, {lines}) g)",
        f"array(select (g % 2 * 2 - 1) * 100::bigint from generate_series(1, {lines}) g)", same("null::text", lines),
        same("null::bigint", lines), same("''::text", lines), "array['USD']", "array[2]::smallint[]"])
    return f"""
        set role accubooks_app;
        select count(*) from generate_series({min(tenants)}, {max(tenants)}) t, lateral books.post_entries({call}) \\g /dev/null
        reset role;
        insert into plain.journal_entry select * from books.journal_entry;
        insert into plain.journal_line select * from books.journal_line;"""


class Peers:
    """pgbench on the database `bench`."""

    def __init__(self, bench):
        self.bench, self.cluster = bench, bench.cluster
        self.runs = 0
        self.best = {}
        cluster = self.cluster
        cluster.make_database("bench")
        # As the system user who may be superuser, who need not be able to reach where the program lies.
        program = shutil.copy(bench.programs / "accubooks", cluster.folder / "accubooks")
        clusters.run(clusters.as_server([program, "migrate", "--database-url", f"postgresql:///bench?host={cluster.socket}&user=postgres"]),
                     "migrating the peers' database")
        tenants = cluster.make_tenants(TENANTS, "bench")
        if tenants != list(range(1, TENANTS + 1)):
            raise clusters.BenchError("the peers' tenants aren't 1 to 200")
        cluster.sql(PLAIN_TABLES, "bench")
        cluster.sql(posts_before(tenants), "bench")
        if bench.pgledger:
            for part in [*sorted(bench.pgledger.glob("vendor/*/*.sql")), bench.pgledger / "pgledger.sql"]:
                cluster.sql(part.read_text(encoding="utf-8"), "bench")
            cluster.sql(f"""create table bench_account as
                select g as place, (select id from pgledger_create_account('account ' || g, 'USD')) as id from generate_series(1, {2 * TENANTS}) g;
                create unique index on bench_account (place) include (id)""", "bench")
        for name, text in SCRIPTS.items():
            (cluster.folder / f"{name}.sql").write_text(text, encoding="utf-8")
            (cluster.folder / f"{name}.sql").chmod(0o644)

    def run(self, script, clients, seconds, tenants=TENANTS):
        self.runs += 1
        environment = clusters.own_environment()
        if script == "function":
            environment["PGOPTIONS"] = "-c role=accubooks_app"
        command = ["pgbench", "-h", self.cluster.socket, "-n", "-M", "prepared", "-c", clients, "-T", max(1, round(seconds)),
                   "-D", f"run={self.runs}", "-D", "n=0", "-D", f"tenants={tenants}", "-f", self.cluster.folder / f"{script}.sql", "bench"]
        before, used_before = self.cluster.cpu(), own_children()
        text = clusters.run(clusters.as_server([str(part) for part in command]), f"pgbench {script}", env=environment)
        generator = own_children() - used_before
        done = int(text.split("actually processed: ")[1].split()[0].split("/")[0])
        if done == 0 or "number of failed transactions: 0 " not in text:
            raise clusters.BenchError(f"pgbench {script}: {text}")
        return {"arm": script, "clients": clients, "per_s": float(text.split("tps = ")[1].split()[0]), "count": done,
                **cpu_per(before, self.cluster.cpu(), generator, done)}

    def best_clients(self, script, seconds):
        if script not in self.best:
            trials = {count: self.run(script, count, min(seconds, 2))["per_s"] for count in CLIENT_COUNTS}
            self.best[script] = max(trials, key=trials.get)
        return self.best[script]


def own_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_per(before, after, generator, operations):
    """CPU µs for one operation: of PostgreSQL, the program and the generator."""
    return {**{f"{part}_us": round(1e6 * (after[part] - before[part]) / operations, 1) for part in before},
            "generator_us": round(1e6 * generator / operations, 1)}


class Posts:
    """post_client against the program."""

    def __init__(self, bench):
        self.bench, self.cluster = bench, bench.cluster
        self.runs = 0
        tenants = self.cluster.make_tenants(TENANTS)
        self.many = self.cluster.make_targets(tenants, "targets")
        self.hot = self.cluster.folder / "hot"
        self.hot.write_text(self.many.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
        self.run("before", 4, 600, entries=ENTRIES_BEFORE, requests=TENANTS)

    def run(self, arm, clients, seconds, targets=None, **more):
        self.runs += 1
        before = self.cluster.cpu()
        text = clusters.run([self.bench.programs / "bench" / "post_client", self.cluster.port, targets or self.many, clients, seconds,
                             f"bench-{self.runs}-{time.time_ns()}", *(f"{name}={value}" for name, value in more.items())],
                            f"post_client {arm}")
        found = clusters.json.loads(text)
        return {"arm": arm, "clients": clients, **found,
                **cpu_per(before, self.cluster.cpu(), found["cpu_s"], found["answered"] * more.get("entries", 1))}


def parts_of(bench):
    """The two sides, made once for all rows."""
    if not hasattr(bench, "posting"):
        bench.posting = (Posts(bench), Peers(bench))
        clusters.settle(bench.cluster, "accubooks", "bench")
    return bench.posting


def row(name, what, peer, reach, ratios, rounds):
    return {"row": name, "what": what, "peer": peer, "reach": reach, "ratios": ratios, "rounds": rounds}


def posts(bench, rounds, seconds):
    product, peers = parts_of(bench)
    arms = ["plain", "inserts", "function", *(["pgledger"] if bench.pgledger else [])]
    clients = {arm: peers.best_clients(arm, seconds) for arm in arms}
    measured = []
    for _ in range(rounds):
        one = {}
        for arm in arms:
            # Beside each peer a turn of its own, so that what drifts, drifts for both.
            one[arm] = [product.run("http", CLIENTS, seconds), peers.run(arm, clients[arm], seconds)]
        measured.append(one)
    what = f"single posts over HTTP, {CLIENTS} clients, {TENANTS} tenants, per second"
    labels = {"plain": ("plain inserts of the same rows", ">= 2.0"), "inserts": ("inserts of entry and lines alone", ""),
              "function": ("books.post_entries, one entry a call", ">= 1.2"), "pgledger": ("pgledger, a transfer a call", ">= 2.0")}
    return [row(f"posts/{arm}", what, f"pgbench -c {clients[arm]}: {labels[arm][0]}", labels[arm][1],
                [one[arm][0]["per_s"] / one[arm][1]["per_s"] for one in measured], [one[arm] for one in measured]) for arm in arms]


def hot(bench, rounds, seconds):
    product, peers = parts_of(bench)
    measured = [[product.run("hot", CLIENTS, seconds, product.hot), peers.run("function", 16, seconds, tenants=1)] for _ in range(rounds)]
    return [row("hot", f"single posts of one tenant over HTTP, {CLIENTS} clients, per second", "pgbench -c 16: books.post_entries, same tenant",
                ">= 4", [ours["per_s"] / theirs["per_s"] for ours, theirs in measured], measured)]


def batches(bench, rounds, seconds):
    product, peers = parts_of(bench)
    clients = peers.best_clients("plain", seconds)
    measured = [[product.run("batch", 4, seconds, entries=500), peers.run("plain", clients, seconds)] for _ in range(rounds)]
    return [row("batches", "entries in batches of 500 over HTTP, 4 clients, per second", f"pgbench -c {clients}: plain inserts of the same rows",
                ">= 6", [500 * ours["per_s"] / theirs["per_s"] for ours, theirs in measured], measured)]


def latency(bench, rounds, seconds):
    product, peers = parts_of(bench)
    measured = [[product.run("one", 1, seconds), peers.run("function", 1, seconds)] for _ in range(rounds)]
    return [row("latency", "one post at a time over HTTP, mean time", "pgbench -c 1: books.post_entries", "<= 1.6",
                [theirs["per_s"] / ours["per_s"] for ours, theirs in measured], measured)]


def sizes(bench, rounds, seconds):
    """The truth about the change: the same load with pool 50 and with pool 200."""
    product, _ = parts_of(bench)
    cluster = bench.cluster
    measured = []
    for _ in range(rounds):
        one = []
        for least, most in ((10, 50), (20, 200)):
            cluster.command("config", "set", f"database.pool.min={least}", f"database.pool.max={most}", "--reason", "bench")
            one.append({"pool_max": most, **product.run(f"pool {most}", 256, seconds, reads=50)})
        measured.append(one)
    cluster.command("config", "set", "database.pool.min=10", "database.pool.max=50", "--reason", "bench")
    what = "256 clients, half posts and half reads, pool max 200"
    return [row("sizes/p95", f"{what}: request p95", "the same with pool max 50", "", [b["p95_ms"] / a["p95_ms"] for a, b in measured], measured),
            row("sizes/cpu", f"{what}: database CPU per request", "the same with pool max 50", "",
                [b["postgres_us"] / a["postgres_us"] for a, b in measured], measured)]


def tenants(bench, rounds, seconds):
    """50 000 tenants beside 50 of them, warm, at one rate."""
    product, _ = parts_of(bench)
    cluster = bench.cluster
    many = 500 if seconds <= 1 else 50_000
    made = cluster.make_tenants(many)
    all_of_them, few = cluster.make_targets(made, "all tenants"), cluster.folder / "few tenants"
    few.write_text("".join(line + "\n" for line in all_of_them.read_text(encoding="utf-8").splitlines()[::many // 50]), encoding="utf-8")
    product.run("warm up", CLIENTS, 600, all_of_them, requests=many)
    clusters.settle(cluster, "accubooks")
    rate = round(0.4 * product.run("closed loop", CLIENTS, min(seconds, 3), all_of_them, reads=30)["per_s"])
    measured = [[product.run(f"{count} tenants", CLIENTS, seconds, targets, reads=30, rate=rate)
                 for count, targets in ((many, all_of_them), (50, few))] for _ in range(rounds)]
    return [row("tenants", f"{many} tenants, 7 posts to 3 reads at {rate} a second: p95", "50 tenants, the same", "<= 1.2",
                [ours["p95_ms"] / theirs["p95_ms"] for ours, theirs in measured], measured)]


GROUPS = {"posts": posts, "hot": hot, "batches": batches, "latency": latency, "sizes": sizes, "tenants": tenants}
