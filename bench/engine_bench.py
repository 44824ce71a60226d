"""The figures of the engine: posting and the pool, each beside its peer on the same cluster in the same run.

Arms take turns (A B A B …), a ratio is formed within its round, and the table gives the median and the range of the rounds. The
generator, the program and PostgreSQL share this machine, so each round keeps what an operation cost each of them in CPU time. A run
whose books don't verify, or whose server doesn't sync, has no figures.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

import cluster as clusters
import pool_rows
import posting_rows

HERE = pathlib.Path(__file__).resolve().parent
# Group of rows -> what measures it: a function (bench, rounds, seconds) that gives the rows as dictionaries
#   row, what, peer, reach ("" or ">= 2.0"), ratios (one a round), rounds (what was measured, raw)
GROUPS = {**posting_rows.GROUPS, **pool_rows.GROUPS}
assert len(GROUPS) == len(posting_rows.GROUPS) + len(pool_rows.GROUPS), "two groups of one name: one of them would never run"


class Bench:
    """What every row may use."""

    def __init__(self, cluster, programs, pgledger):
        self.cluster, self.programs, self.pgledger = cluster, programs, pgledger


def is_met(reach, value):
    bound = float(reach.split()[1])
    return value >= bound if reach.startswith(">=") else value <= bound


def summary_of(row):
    ratios = sorted(row["ratios"])
    median = statistics.median(ratios)
    return {"row": row["row"], "what": row["what"], "peer": row["peer"], "median": round(median, 3), "least": round(ratios[0], 3),
            "most": round(ratios[-1], 3), "reach": row["reach"],
            "met": "" if not row["reach"] else "met" if is_met(row["reach"], median) else "not met"}


def table_of(summaries):
    head = ("figure", "peer", "ratio", "range", "reach", "")
    lines = [(s["what"], s["peer"], f"{s['median']:.2f}", f"{s['least']:.2f}–{s['most']:.2f}", s["reach"], s["met"]) for s in summaries]
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in [head, *lines])


def machine():
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
                  if line.startswith("model name")), platform.machine())
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short=12", "HEAD"], text=True, capture_output=True, check=False)
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(), "load_before": os.getloadavg()[0],
            "commit": commit.stdout.strip()}


def options():
    parser = argparse.ArgumentParser(prog="script/bench engine", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(GROUPS)}; none: all")
    parser.add_argument("--rounds", type=int, help="default 5; slow rows take fewer")
    parser.add_argument("--seconds", type=float, help="of each arm in each round; default 6")
    parser.add_argument("--quick", action="store_true", help="one round of one second: that it works, no figures")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the program, such as posting.combined_batches=2")
    parser.add_argument("--pgledger", type=pathlib.Path, help="a checkout of github.com/pgr0ss/pgledger; without it there is no such row")
    parser.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results", help="folder for the raw rounds")
    given = parser.parse_args()
    if unknown := [row for row in given.rows if row not in GROUPS]:
        parser.error(f"no such row: {', '.join(unknown)}")
    if given.pgledger and not (given.pgledger / "pgledger.sql").exists():
        parser.error(f"{given.pgledger} is no checkout of pgledger")
    given.rounds = given.rounds or (1 if given.quick else 5)
    given.seconds = given.seconds or (1 if given.quick else 6)
    return given


def main():
    given = options()
    report = {"date": datetime.date.today().isoformat(), "machine": machine(), "rounds": given.rounds, "seconds": given.seconds}
    rows = []
    settings = dict(pair.split("=", 1) for pair in given.set)
    report["settings"] = settings
    with clusters.Cluster(given.programs / "accubooks", settings) as cluster:
        report["postgres"] = cluster.facts()
        bench = Bench(cluster, given.programs, given.pgledger)
        for name in given.rows or GROUPS:
            print(f"{datetime.datetime.now():%H:%M:%S} {name}", file=sys.stderr)
            rows += GROUPS[name](bench, given.rounds, given.seconds)
        cluster.verify()
        report["machine"]["load_after"] = os.getloadavg()[0]
    report["figures"] = [summary_of(row) for row in rows]
    report["raw"] = {row["row"]: row["rounds"] for row in rows}
    print(table_of(report["figures"]))
    if not given.quick:
        given.results.mkdir(exist_ok=True)
        path = given.results / f"{report['date']}-engine.json"
        path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(f"raw rounds: {path}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except clusters.BenchError as why:
        raise SystemExit(f"bench: {why}") from why
