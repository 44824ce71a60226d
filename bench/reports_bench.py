"""The figures of the reports on one large journal: each over HTTP beside hledger with the same query, the time that it takes in the
database beside the best SQL that we can write by hand for it, the first page of the journal beside a late one, and verify beside
`hledger check`.

Every round runs both sides of a figure one after the other. What a report answers is compared with hledger's first, and the books
must verify: otherwise there are no figures.
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
import re
import statistics
import subprocess
import sys
import time
import urllib.parse

import cluster as clusters
import engine_bench
import make_journal

HERE = pathlib.Path(__file__).resolve().parent
REQUESTS = 20  # of each report in each round; the median counts
PAGE = 100
TAG = ("dept", "sales")
KNOWN_SHARE = 0.7
MIDDLE = {"from": "2020-03-17", "to": "2023-09-16"}
YEAR = {"from": "2022-01-01", "to": "2022-12-31"}
INCOME = ("revenue", "cost_of_sales", "operating_expenses", "other_income", "other_expenses")


def day_after(day):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


class Books:
    """The journal in the program, and hledger on the files of it."""

    def __init__(self, cluster, entries):
        self.cluster, self.entries = cluster, entries
        self.journal = cluster.folder / "journal"
        make_journal.write(self.journal, entries, tagged=True)
        self.known_at = int(entries * KNOWN_SHARE)
        self.known = cluster.folder / "known"
        make_journal.write(self.known, entries, tagged=True, last=self.known_at)
        self.tenant = cluster.command("tenant", "create", "--name", "bench", "--currency", "EUR").strip()
        self.token = cluster.command("token", "create", "--tenant", self.tenant, "--role", "viewer").strip()
        cluster.command("import", "--tenant", self.tenant, self.journal)
        clusters.settle(cluster, "accubooks")

    def get(self, path, **query):
        """The body of an answer as JSON."""
        return self._ask(path, query)[1]

    def seconds_of(self, path, query):
        """The median of several answers, each read whole."""
        return statistics.median(self._ask(path, query)[0] for _ in range(REQUESTS))

    def _ask(self, path, query):
        if not hasattr(self, "connection") or self.connection.port != self.cluster.port:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.cluster.port, timeout=60)
        began = time.monotonic()
        self.connection.request("GET", f"/api/v1/tenants/{self.tenant}/{path}?{urllib.parse.urlencode(query)}",
                                headers={"Authorization": f"Bearer {self.token}"})
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.monotonic() - began
        if answer.status != 200:
            raise clusters.BenchError(f"{path}: {answer.status} {body[:300]!r}")
        return took, json.loads(body)


def hledger(file, *words):
    """What it printed, and its seconds."""
    began = time.monotonic()
    printed = clusters.run(["hledger", "-f", file, *words], "hledger", env=clusters.own_environment(LC_ALL="C.UTF-8"))
    return printed, time.monotonic() - began


def balances_of(text):
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return {(account, commodity): decimal.Decimal(amount) for account, commodity, amount in rows if decimal.Decimal(amount)}


def statement_of(text):
    found = {}
    for _, part, _ in json.loads(text)["cbrSubreports"]:
        for row in part["prRows"]:
            for amount in row["prrTotal"]:
                quantity = amount["aquantity"]
                value = decimal.Decimal(quantity["decimalMantissa"]).scaleb(-quantity["decimalPlaces"])
                if value:
                    found[row["prrName"], amount["acommodity"]] = value
    return found


class Report:
    """One report as both sides have it. `sql` is the hand-written peer of what the program asks the database for."""

    BALANCE = ("balance", "--flat", "-N", "--no-elide", "--layout=bare", "-O", "csv")

    def __init__(self, row, what, name, query, words, reach, sql, known=False):
        self.row, self.what, self.path, self.query = row, what, f"reports/{name}", query
        self.words, self.reach, self.sql, self.known = words, reach, sql, known

    def theirs(self, books):
        printed, seconds = hledger(books.known if self.known else books.journal, *self.words)
        return (balances_of(printed) if self.words[0] == "balance" else statement_of(printed)), seconds

    def ours(self, books):
        answer = books.get(self.path, **self.query)
        if "items" in answer:
            moved = {(row["account"], row["commodity"]): decimal.Decimal(row["debit"]) - decimal.Decimal(row["credit"])
                     for row in answer["items"]}
            return {key: amount for key, amount in moved.items() if amount}
        sections = INCOME if self.path.endswith("income-statement") else ("assets", "liabilities")
        return {(item["account"], item["commodity"]): decimal.Decimal(item["amounts"][0])
                for section in answer["sections"] if section["name"] in sections for item in section["items"]
                if decimal.Decimal(item["amounts"][0])}


# By hand, with the columns that the report shows: what is kept for whole months, entries for the rest of the first and the last; of
# the openings what stood before the first day's fiscal year, too.
SQL_MIDDLE = """
select account_id, commodity, sum(opening), sum(debit), sum(credit), sum(base_opening), sum(base_debit), sum(base_credit),
       sum(earlier), sum(base_earlier) from (
    select account_id, commodity, sum(debit - credit) as opening, 0 as debit, 0 as credit,
           sum(base_debit - base_credit) as base_opening, 0 as base_debit, 0 as base_credit,
           sum(debit - credit) filter (where month < '2020-01-01') as earlier,
           sum(base_debit - base_credit) filter (where month < '2020-01-01') as base_earlier
      from books.account_balance where tenant_id = {tenant} and month < '2020-03-01' group by 1, 2
    union all
    select account_id, commodity, 0, sum(debit), sum(credit), 0, sum(base_debit), sum(base_credit), 0, 0
      from books.account_balance where tenant_id = {tenant} and month between '2020-04-01' and '2023-08-01' group by 1, 2
    union all
    select l.account_id, l.commodity, sum(l.amount) filter (where is_before),
           sum(l.amount) filter (where not is_before and l.amount > 0), -sum(l.amount) filter (where not is_before and l.amount < 0),
           sum(l.base_amount) filter (where is_before),
           sum(l.base_amount) filter (where not is_before and l.base_amount > 0), -sum(l.base_amount) filter (where not is_before and l.base_amount < 0),
           0, 0
      from (select number, entry_date < '2020-03-17' as is_before from books.journal_entry
             where tenant_id = {tenant}
               and (entry_date between '2020-03-01' and '2020-03-31' or entry_date between '2023-09-01' and '2023-09-16')) e
      join books.journal_line l on l.tenant_id = {tenant} and l.number = e.number
     group by 1, 2) part group by 1, 2"""
SQL_TAG = """
select l.account_id, l.commodity, sum(l.amount) filter (where l.amount > 0), -sum(l.amount) filter (where l.amount < 0),
       sum(l.base_amount) filter (where l.base_amount > 0), -sum(l.base_amount) filter (where l.base_amount < 0)
  from books.journal_entry e join books.journal_line l using (tenant_id, number)
 where tenant_id = {tenant} and e.tags @> '{{"dept": "sales"}}' group by 1, 2"""
SQL_KNOWN = """
select account_id, commodity, sum(debit), sum(credit), sum(base_debit), sum(base_credit) from (
    select account_id, commodity, sum(debit) as debit, sum(credit) as credit, sum(base_debit) as base_debit, sum(base_credit) as base_credit
      from books.account_balance where tenant_id = {tenant} group by 1, 2
    union all
    select account_id, commodity, -sum(amount) filter (where amount > 0), sum(amount) filter (where amount < 0),
           -sum(base_amount) filter (where base_amount > 0), sum(base_amount) filter (where base_amount < 0)
      from books.journal_line where tenant_id = {tenant} and number > {known_at} group by 1, 2) part group by 1, 2"""
SQL_INCOME = """
select account_id, commodity, sum(credit - debit), sum(base_credit - base_debit) from books.account_balance
 where tenant_id = {tenant} and month between '2022-01-01' and '2022-12-01' group by 1, 2"""
SQL_SHEET = """
select account_id, commodity, sum(debit - credit), sum(base_debit - base_credit) from books.account_balance
 where tenant_id = {tenant} and month <= '2022-12-01' group by 1, 2"""


def reports_of(books):
    middle = ("-b", MIDDLE["from"], "-e", day_after(MIDDLE["to"]))
    return [
        Report("middle", "trial balance from mid-month to mid-month", "trial-balance", MIDDLE, (*Report.BALANCE, *middle), ">= 50", SQL_MIDDLE),
        Report("tag", "trial balance by tag", "trial-balance", {"tag": "=".join(TAG)},
               (*Report.BALANCE, f"tag:{TAG[0]}=^{TAG[1]}$"), ">= 50", SQL_TAG),
        Report("known-at", f"trial balance as known at entry {books.known_at}", "trial-balance", {"known_at": books.known_at},
               Report.BALANCE, ">= 50", SQL_KNOWN, known=True),
        Report("income", "income statement of one year", "income-statement", YEAR,
               ("incomestatement", "--flat", "-O", "json", "-b", YEAR["from"], "-e", day_after(YEAR["to"])), ">= 500", SQL_INCOME),
        Report("sheet", "balance sheet at the end of that year", "balance-sheet", {"to": YEAR["to"]},
               ("balancesheet", "--flat", "-O", "json", "-e", day_after(YEAR["to"])), ">= 500", SQL_SHEET),
    ]


class DatabaseLog:
    """Milliseconds that the database says it took for the program's statements of reports."""

    TOOK = re.compile(r"duration: ([0-9.]+) ms  (?:parse|bind|execute) reports\.")

    def __init__(self, cluster):
        # A new connection takes what its role is given; the program's are new after its restart.
        cluster.sql("alter role accubooks_app set log_min_duration_statement = 0")
        cluster.start()
        self.cluster = cluster
        self.file = pathlib.Path(cluster.sql("select case when left(pg_current_logfile(), 1) = '/' then '' else current_setting('data_directory')"
                                             " || '/' end || pg_current_logfile()") or cluster.data / "postgres.log")

    def median_of(self, ask):
        took = []
        for _ in range(REQUESTS):
            start = self.file.stat().st_size
            ask()
            with self.file.open("rb") as log:
                log.seek(start)
                took.append(sum(float(found) for found in self.TOOK.findall(log.read().decode("utf-8", "replace"))))
        if not all(took):
            raise clusters.BenchError(f"the database's log {self.file} doesn't tell how long reports took")
        return statistics.median(took)

    def median_of_sql(self, text):
        printed = self.cluster.sql("\\timing on\n" + f"{text};\n" * REQUESTS)
        return statistics.median(float(found) for found in re.findall(r"^Time: ([0-9.]+) ms", printed, re.MULTILINE))


def figure(row, what, peer, reach, rounds, ratio):
    return {"row": row, "what": what, "peer": peer, "reach": reach, "rounds": rounds, "ratios": [ratio(one) for one in rounds]}


def against_hledger(books, rounds):
    for report in reports_of(books):
        measured = []
        for _ in range(rounds):
            theirs, hledger_s = report.theirs(books)
            if report.ours(books) != theirs:
                raise clusters.BenchError(f"{report.what}: the figures differ from hledger's")
            measured.append({"hledger_s": hledger_s, "ours_s": books.seconds_of(report.path, report.query)})
        yield figure(report.row, report.what, "hledger, times faster", report.reach, measured, lambda one: one["hledger_s"] / one["ours_s"])


def against_sql(books, rounds):
    log = DatabaseLog(books.cluster)
    for report in reports_of(books):
        text = report.sql.format(tenant=books.tenant, known_at=books.known_at)
        measured = [{"sql_ms": log.median_of_sql(text), "ours_ms": log.median_of(lambda asked=report: books.get(asked.path, **asked.query))}
                    for _ in range(rounds)]
        yield figure(f"{report.row}-sql", f"{report.what}, database time", "SQL by hand", "<= 1.5", measured,
                     lambda one: one["ours_ms"] / one["sql_ms"])


def pages(books, rounds):
    late = {"limit": PAGE, "cursor": books.entries - 2 * PAGE}
    if books.get("journal-entries", **late)["items"][0]["number"] != books.entries - 2 * PAGE + 1:
        raise clusters.BenchError("the late page isn't the page that was asked for")
    measured = [{"first_s": books.seconds_of("journal-entries", {"limit": PAGE}), "late_s": books.seconds_of("journal-entries", late)}
                for _ in range(rounds)]
    yield figure("pages", f"page {books.entries // PAGE - 1} of the journal", "its first page", "<= 1.5", measured,
                 lambda one: one["late_s"] / one["first_s"])


def verification(books, rounds):
    measured = []
    for _ in range(rounds):
        _, hledger_s = hledger(books.journal, "check")
        began = time.monotonic()
        books.cluster.command("verify", "--tenant", books.tenant)
        measured.append({"hledger_s": hledger_s, "ours_s": time.monotonic() - began})
    yield figure("verify", f"verify of {books.entries} entries", "hledger check", "<= 1", measured, lambda one: one["ours_s"] / one["hledger_s"])


GROUPS = {"hledger": against_hledger, "pages": pages, "verify": verification, "sql": against_sql}


def main():
    parser = argparse.ArgumentParser(prog="script/bench reports", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; none: all")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=pathlib.Path, default=HERE / "results", help="folder for the raw rounds")
    given = parser.parse_args()
    if unknown := [name for name in given.groups if name not in GROUPS]:
        parser.error(f"no such group: {', '.join(unknown)}")
    report = {"date": datetime.date.today().isoformat(), "machine": engine_bench.machine(), "entries": given.entries}
    rows = []
    with clusters.Cluster(given.programs / "accubooks") as cluster:
        report["postgres"] = cluster.facts()
        books = Books(cluster, given.entries)
        for name in given.groups or GROUPS:
            print(f"{datetime.datetime.now():%H:%M:%S} {name}", file=sys.stderr)
            for row in GROUPS[name](books, given.rounds):
                print(f"{datetime.datetime.now():%H:%M:%S}   {row['what']}: {statistics.median(row['ratios']):.3g}", file=sys.stderr)
                rows.append(row)
        cluster.verify()
        report["machine"]["load_after"] = os.getloadavg()[0]
    report["figures"] = [engine_bench.summary_of(row) for row in rows]
    report["raw"] = {row["row"]: row["rounds"] for row in rows}
    print(engine_bench.table_of(report["figures"]))
    given.results.mkdir(exist_ok=True)
    (given.results / f"{report['date']}-reports.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (clusters.BenchError, subprocess.SubprocessError) as why:
        raise SystemExit(f"bench: {why}") from why
