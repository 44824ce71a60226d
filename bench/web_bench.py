"""The figures of the browser client, each beside its reach: in headless Chromium against the real program, several rounds taking turns.

The books are those of the other benches: one tenant with the journal of `reports`, one with 10 000 entries, and one with 5 000 accounts.
What is measured in the browser is in web/bench/; the launch that is watched there is the demo's, on a server of its own. Sizes are the
bundle's, and the time of the tests is that of the last `script/test web`.
"""
import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import cluster as clusters
import engine_bench
import make_journal
import reports_bench

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
GROUPS = ("paint", "scroll", "typing", "four-lines", "trial-balance", "live", "memory", "second-start", "sizes", "tests")
ROWS = {  # what a measurement is called -> what it is, its unit, its reach
    "first_paint": ("first paint, local, cold", "ms", "<= 800"),
    "largest_paint": ("largest paint, local, cold", "ms", "<= 1200"),
    "first_paint_dashboard": ("first paint of the dashboard, cold", "ms", "<= 800"),
    "largest_paint_dashboard": ("largest paint of the dashboard, cold", "ms", "<= 1200"),
    "wheel_fps": ("10 000-row journal, wheel", "frames/s", ">= 58"),
    "wheel_worst": ("its longest frame", "ms", "<= 34"),
    "keys_fps": ("10 000-row journal, key held down", "frames/s", ">= 58"),
    "keys_worst": ("its longest frame", "ms", "<= 34"),
    "key_to_paint": ("key press to paint, 50-line entry, 5 000 accounts, p95", "ms", "<= 50"),
    "keystrokes": ("four-line entry, keystrokes beyond its content", "", "<= 30"),
    "clicks": ("four-line entry, clicks", "", "<= 0"),
    "trial_balance": ("trial balance of the large tenant, press to figures", "ms", "<= 400"),
    "live_event": ("live event, server to another's screen, p95", "ms", "<= 250"),
    "memory": ("memory after an hour of live view, growth", "MB", "<= 20"),
    "second_start": ("script/server, second start until it is ready", "s", "<= 5"),
    "initial_js": ("first page, JavaScript, gzip", "KB", "<= 200"),
    "initial_css": ("first page, CSS, gzip", "KB", "<= 32"),
    "tests": ("script/test, web part", "min", "<= 15"),
}
ACCOUNTS = 5000
JOURNAL = 10_000
PERSON = {"email": "bench@example.com", "password": "correct horse bench staple"}


def make_person(cluster, tenants):
    """One bookkeeper of all these tenants."""
    secret = cluster.folder / "password"
    secret.write_text(PERSON["password"], encoding="utf-8")
    secret.chmod(0o600)
    first, *others = tenants
    cluster.command("user", "create", "--email", PERSON["email"], "--name", "Bench", "--password-file", secret, "--tenant", first, "--role", "accountant")
    for tenant in others:
        cluster.sql("insert into platform.membership (user_id, tenant_id, role) "
                    f"select user_id, {tenant}, 'accountant' from platform.app_user where email = '{PERSON['email']}'")


def make_tenants(cluster, entries):
    """Their numbers: the large one, the journal, and the chart that is searched while an entry is typed."""
    big = reports_bench.Books(cluster, entries).tenant
    short = cluster.folder / "short"
    make_journal.write(short, JOURNAL)
    journal = cluster.command("tenant", "create", "--name", "journal", "--currency", "EUR").strip()
    cluster.command("import", "--tenant", journal, short)
    accounts = cluster.command("tenant", "create", "--name", "accounts", "--currency", "EUR").strip()
    cluster.sql(f"""
        select set_config('app.tenant_id', '{accounts}', false);
        insert into books.account (tenant_id, account_id, code, name, type)
        select {accounts}, number, (10000 + number)::text, 'Cost centre ' || number % 97 || ' ' || (array['Berlin', 'Lyon', 'Porto'])[1 + number % 3], 'expense'
          from generate_series(1, {ACCOUNTS}) number;
        update books.counter set value = {ACCOUNTS} where tenant_id = {accounts} and name = 'account'""")
    clusters.settle(cluster, "accubooks")
    return {"big": int(big), "journal": int(journal), "accounts": int(accounts)}


def browser_figures(cluster, given, groups):
    """What the browser measured: a list of {name: value}."""
    tenants = make_tenants(cluster, given.entries)
    make_person(cluster, list(tenants.values()))
    setting = {"url": f"http://127.0.0.1:{cluster.port}", "person": PERSON, "tenants": tenants, "rounds": given.rounds, "groups": groups}
    environment = clusters.own_environment(PRESET=given.programs.name, PATH=f"{ROOT}/.cache/tools/node_modules/.bin:{os.environ['PATH']}")
    measured = []
    with subprocess.Popen(["node", ROOT / "web/bench/measure.ts", json.dumps(setting)], text=True, stdout=subprocess.PIPE, env=environment) as node:
        for line in node.stdout:
            told = json.loads(line)
            print(f"{datetime.datetime.now():%H:%M:%S} {told['group']}: "
                  + ", ".join(f"{name} {value:.1f}" for name, value in told["figures"].items()), file=sys.stderr)
            measured.append(told["figures"])
    if node.returncode != 0:
        raise clusters.BenchError("the browser's part failed; its message is above")
    return measured


def second_starts(given):
    """Seconds from the command to its last line, when the sources are built and the demo's books are there."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="accubooks-bench-", dir="/tmp") as made:
        folder = pathlib.Path(made)
        folder.chmod(0o755)
        environment = clusters.own_environment(PRESET=given.programs.name, ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch"))
        command = [ROOT / "script/server", "--data-dir", folder / "data", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]
        for _ in range(1 + given.rounds):
            began = time.monotonic()
            with subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env=environment) as server:
                said = []
                for line in server.stdout:
                    said.append(line)
                    if line.startswith("AccuBooks is ready"):
                        measured.append({"second_start": time.monotonic() - began})
                        server.terminate()
            if server.returncode != 0:
                raise clusters.BenchError(f"script/server ended with {server.returncode}: {''.join(said)[-1500:]}")
    return measured[1:]


def sizes():
    """Zipped bytes of what the first page of the books loads."""
    script = ("import * as sizes from './web/tool/sizes.ts'; console.log(JSON.stringify(sizes.firstPage(sizes.readManifest())))")
    environment = clusters.own_environment(PATH=f"{ROOT}/.cache/tools/node_modules/.bin:{os.environ['PATH']}")
    told = json.loads(clusters.run(["node", "--input-type=module", "--eval", script], "node", env=environment, cwd=ROOT))
    return {"initial_js": told["js"] / 1024, "initial_css": told["css"] / 1024}


def tests():
    """Minutes that the last `script/test web` took; nothing where it hasn't run."""
    files = list((ROOT / "build/dev/test-results").glob("web-*.xml"))
    seconds = [float(xml.etree.ElementTree.parse(file).getroot().get("time")) for file in files]
    return {"tests": sum(seconds) / 60} if len(seconds) == 2 else {}


def summaries_of(measured):
    found = []
    for row, (what, unit, reach) in ROWS.items():
        values = sorted(one[row] for one in measured if row in one)
        if values:
            median = statistics.median(values)
            found.append({"row": row, "what": what, "unit": unit, "reach": reach, "median": round(median, 3), "least": round(values[0], 3),
                          "most": round(values[-1], 3), "met": "met" if engine_bench.is_met(reach, median) else "not met"})
        else:
            found.append({"row": row, "what": what, "unit": unit, "reach": reach, "met": "no data"})
    return found


def table_of(summaries):
    head = ("figure", "measured", "range", "reach", "")
    lines = [(s["what"], f"{s['median']:.4g} {s['unit']}", f"{s['least']:.4g} to {s['most']:.4g}", s["reach"], s["met"]) if "median" in s else
             (s["what"], "–", "–", s["reach"], s["met"]) for s in summaries]
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in [head, *lines])


def main():
    parser = argparse.ArgumentParser(prog="script/bench web", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; none: all")
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the large tenant")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results", help="folder for the raw rounds")
    given = parser.parse_args()
    if unknown := [name for name in given.groups if name not in GROUPS]:
        parser.error(f"no such group: {', '.join(unknown)}")
    groups = given.groups or list(GROUPS)
    report = {"date": datetime.date.today().isoformat(), "machine": engine_bench.machine(), "entries": given.entries}
    measured = []
    if browser := [name for name in groups if name not in ("second-start", "sizes", "tests")]:
        with clusters.Cluster(given.programs / "accubooks") as cluster:
            report["postgres"] = cluster.facts()
            measured += browser_figures(cluster, given, browser)
            cluster.verify()
    if "second-start" in groups:
        measured += second_starts(given)
    if "sizes" in groups:
        measured.append(sizes())
    if "tests" in groups:
        measured.append(tests())
    report["machine"]["load_after"] = os.getloadavg()[0]
    report["figures"] = summaries_of(measured)
    report["raw"] = measured
    print(table_of(report["figures"]))
    given.results.mkdir(exist_ok=True)
    (given.results / f"{report['date']}-web.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (clusters.BenchError, subprocess.SubprocessError) as why:
        raise SystemExit(f"bench: {why}") from why
