"""The figures of the books: trial balance over HTTP and import of a large journal, each beside hledger on the same file.

Every round runs both sides one after the other; a ratio is formed within its round, and the table gives the median and the
range of the rounds. A round whose books don't verify, or whose figures differ from hledger's, has no figure: it fails the run.
"""
import argparse
import csv
import datetime
import decimal
import http.client
import io
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import make_journal

# Without one of these a committed entry may be lost, and a figure says nothing.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
HERE = pathlib.Path(__file__).resolve().parent
REQUESTS_PER_ROUND = 60


def timed(command, **options):
    """Runs a command; gives its output, wall seconds, CPU seconds and peak resident bytes (of it and what it waited for)."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} {command[1]} failed: {errors[-2000:]}")
    return output, time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Server:
    """The program on a data folder of its own."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.process = subprocess.Popen(
            [binary, "serve", "--data-dir", folder, "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=open(os.path.join(folder, "bench.log"), "w"), text=True,
        )
        for line in self.process.stdout:
            if "ready on" in line:
                self.port = int(line.rsplit(":", 1)[1])
                return
        raise SystemExit("the server did not start")

    def run(self, *arguments):
        return timed([self.binary, *arguments, "--data-dir", self.folder])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def settings_of(folder):
    """The settings of durability that the server has, as the application's role finds them. Fails when one of them is off."""
    where = f"host={pathlib.Path(folder, 'socket_dir').read_text().strip()} dbname=accubooks user=accubooks_app"
    query = f"select name, setting from pg_settings where name in {DURABLE}"
    told = subprocess.run(["psql", "--no-psqlrc", "--csv", "--tuples-only", "--dbname", where, "--command", query],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise SystemExit(f"the server's settings can't be read: {told.stderr}")
    settings = dict(csv.reader(io.StringIO(told.stdout)))
    off = [name for name in DURABLE if settings.get(name) != "on"]
    if off:
        raise SystemExit(f"no figures while these aren't on: {', '.join(off)}")
    return settings


def hledger_balances(text):
    found = {}
    for account, commodity, quantity in list(csv.reader(io.StringIO(text)))[1:]:
        found[account, commodity] = decimal.Decimal(quantity)
    return {key: value for key, value in found.items() if value}


def our_balances(text):
    return {
        (row["account"], row["commodity"]): decimal.Decimal(row["closing"])
        for row in csv.DictReader(io.StringIO(text))
        if row["account_code"] and decimal.Decimal(row["closing"])
    }


def trial_balance_times(port, tenant, token):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for _ in range(REQUESTS_PER_ROUND):
        began = time.monotonic()
        connection.request("GET", f"/api/v1/tenants/{tenant}/reports/trial-balance", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.monotonic() - began)
        if answer.status != 200 or not json.loads(body)["balanced"]:
            raise SystemExit(f"trial balance: {answer.status} {body[:300]!r}")
    return times


def one_round(server, journal):
    """Both sides once; returns what was measured."""
    output, hledger_wall, hledger_cpu, hledger_peak = timed(
        ["hledger", "-f", journal, "balance", "--flat", "-N", "--no-elide", "--layout=bare", "-O", "csv"])
    tenant = server.run("tenant", "create", "--name", "bench", "--currency", "EUR")[0].strip()
    token = server.run("token", "create", "--tenant", tenant, "--role", "viewer")[0].strip()
    _, import_wall, import_cpu, import_peak = server.run("import", "--tenant", tenant, journal)
    _, verify_wall, _, _ = server.run("verify", "--tenant", tenant)
    figures = server.run("report", "trial-balance", "--tenant", tenant, "--format", "csv")[0]
    if our_balances(figures) != hledger_balances(output):
        raise SystemExit("the figures differ from hledger's")
    times = trial_balance_times(server.port, tenant, token)
    return {
        "hledger_s": hledger_wall, "hledger_cpu_s": hledger_cpu, "hledger_peak_mib": hledger_peak / 2**20,
        "import_s": import_wall, "verify_s": verify_wall, "import_cpu_s": import_cpu, "import_peak_mib": import_peak / 2**20,
        "trial_balance_ms": statistics.median(times) * 1000,
    }


FIGURES = {
    "trial balance over HTTP, times faster than hledger balance": (lambda r: r["hledger_s"] / (r["trial_balance_ms"] / 1000), ">= 1000"),
    "import and verify, × hledger balance": (lambda r: (r["import_s"] + r["verify_s"]) / r["hledger_s"], "<= 2"),
    "import alone, × hledger balance": (lambda r: r["import_s"] / r["hledger_s"], ""),
    "peak memory of the importing program, × hledger": (lambda r: r["import_peak_mib"] / r["hledger_peak_mib"], "<= 0.05"),
}


def summary(rounds):
    rows = []
    for name, (ratio, reach) in FIGURES.items():
        ratios = sorted(ratio(measured) for measured in rounds)
        rows.append({"figure": name, "median": statistics.median(ratios), "least": ratios[0], "most": ratios[-1], "reach": reach})
    return rows


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--binary", required=True)
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--results", default=str(HERE / "results"))
    given = options.parse_args()
    binary = os.path.abspath(given.binary)
    with tempfile.TemporaryDirectory(prefix="accubooks-bench-") as folder:
        os.chmod(folder, 0o755)
        journal = os.path.join(folder, "journal")
        data = os.path.join(folder, "data")
        os.mkdir(data)
        make_journal.write(journal, given.entries)
        server = Server(binary, data)
        try:
            settings = settings_of(data)
            rounds = []
            for number in range(given.rounds):
                rounds.append(one_round(server, journal))
                print(f"round {number + 1}: " + ", ".join(f"{key} {value:.3g}" for key, value in rounds[-1].items()), file=sys.stderr)
        finally:
            server.stop()
    rows = summary(rounds)
    for row in rows:
        print(f"{row['figure']}: {row['median']:.3g} ({row['least']:.3g} to {row['most']:.3g}){'  reach ' + row['reach'] if row['reach'] else ''}")
    report = {
        "date": datetime.date.today().isoformat(), "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "settings": settings, "entries": given.entries, "rounds": rounds, "figures": rows,
    }
    results = pathlib.Path(given.results)
    results.mkdir(exist_ok=True)
    (results / f"{report['date']}-books.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
