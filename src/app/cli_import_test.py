"""Journals written by others through `accubooks import`: figures equal hledger's, and what is refused leaves nothing."""
import csv
import decimal
import io
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import sys
import threading

import program
import pytest

sys.path.insert(0, str(program.ROOT / "bench"))
import make_journal  # noqa: E402

DATA = program.ROOT.parent / "shared/data/journals"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the journals of ../shared/data are not here")


def oracle_of(expected):
    """{(account, commodity): quantity} of an expected CSV."""
    with open(expected, encoding="utf-8", newline="") as file:
        return {(row["account"], row["commodity"]): decimal.Decimal(row["quantity"]) for row in csv.DictReader(file)}


def snippets(verdict):
    table = DATA / "snippets/EXPECTED.tsv"
    if not table.exists():
        return []
    with open(table, encoding="utf-8", newline="") as file:
        return [row["file"] for row in csv.DictReader(file, delimiter="\t") if row["verdict"].startswith(verdict)]


def accepted():
    found = sorted(str(file.relative_to(DATA)).removesuffix(".expected.csv") for file in DATA.rglob("*.expected.csv")
                   if "snippets" not in file.parts)
    return found + [f"snippets/{name}" for name in snippets("accept")]


def check_figures(terminal, tenant, name):
    expected = DATA / f"{name}.expected.csv"
    rows = terminal.rows(tenant)
    assert terminal.closings(tenant) == (oracle_of(expected) if expected.exists() else {})
    for row in rows:
        assert row["account_code"] == row["account"]
        opening, debit, credit, closing = (decimal.Decimal(row[key]) for key in ("opening", "debit", "credit", "closing"))
        assert opening == 0 and debit >= 0 and credit >= 0 and debit - credit == closing


def hledger(file, *arguments):
    done = subprocess.run(["hledger", "-f", file, *arguments],
                          capture_output=True, text=True, check=True, env=program.environment() | {"LC_ALL": "C.UTF-8"})
    return done.stdout


STATEMENTS = {  # ours, hledger's, and the types of accounts that are in it
    "income-statement": ("incomestatement", "type:RX", ("revenue", "cost_of_sales", "operating_expenses", "other_income",
                                                         "other_expenses")),
    "balance-sheet": ("balancesheet", "type:ACL", ("assets", "liabilities")),
}


def check_statement(terminal, tenant, file, name, ours=(), theirs=()):
    """Every amount equals hledger's, for the accounts whose type it knows."""
    report, types, sections = STATEMENTS[name]
    known = set(hledger(file, "accounts", types).splitlines())
    expected = {}
    for _, part, _ in json.loads(hledger(file, report, "--flat", "-O", "json", *theirs))["cbrSubreports"]:
        for row in part["prRows"]:
            for amount in row["prrTotal"]:
                quantity = amount["aquantity"]
                key = (row["prrName"], amount["acommodity"])
                expected[key] = expected.get(key, 0) + decimal.Decimal(quantity["decimalMantissa"]).scaleb(-quantity["decimalPlaces"])
    found = {(row["account"], row["commodity"]): decimal.Decimal(row["amount"])
             for row in terminal.statement(name, tenant, *ours) if row["account"] in known and row["section"] in sections}
    assert {key: amount for key, amount in found.items() if amount} == {key: amount for key, amount in expected.items() if amount}


def test_every_accepted_journal_is_here():
    assert len(accepted()) == 20 + 122


@pytest.mark.parametrize("name", accepted())
def test_figures_equal_hledgers(own, name):
    tenant = own.make_tenant("EUR")
    report = own.import_(tenant, DATA / name, "--like", "hledger")
    count = DATA / f"{name}.count"
    if count.exists():
        assert report["transactions"] == int(count.read_text())
    check_figures(own, tenant, name)
    for statement in STATEMENTS:
        check_statement(own, tenant, DATA / name, statement)


def test_statements_of_a_year_equal_hledgers(own):
    file, tenant = DATA / "hl-bcexample.journal", own.make_tenant()
    own.import_(tenant, file, "--like", "hledger")
    for first, last, end in (("2013-01-01", "2013-12-31", "2014-01-01"), ("2013-02-10", "2014-03-17", "2014-03-18")):
        check_statement(own, tenant, file, "income-statement", ("--from", first, "--to", last), ("-b", first, "-e", end))
        check_statement(own, tenant, file, "balance-sheet", ("--to", last), ("-e", end))


def test_an_account_statement_equals_hledgers_register(own):
    file, tenant, account = DATA / "hl-bcexample.journal", own.make_tenant(), "Assets:US:BofA:Checking"
    own.import_(tenant, file, "--like", "hledger")
    register = csv.DictReader(io.StringIO(hledger(file, "register", f"^{account}$", "-b", "2013-01-01", "-e", "2014-01-01", "-H",
                                                  "-O", "csv")))
    theirs = [(row["date"], row["description"].strip(), *(decimal.Decimal(row[name].split()[0]) for name in ("amount", "total")))
              for row in register]
    opening, *lines = own.statement("account-statement", tenant, "--account", account, "--from", "2013-01-01", "--to", "2013-12-31")
    ours = [(row["date"], row["description"].strip(), decimal.Decimal(row["debit"]) - decimal.Decimal(row["credit"]),
             decimal.Decimal(row["balance"])) for row in lines]
    assert len(ours) > 50 and ours == theirs
    assert opening["date"] == opening["number"] == "" and decimal.Decimal(opening["balance"]) == ours[0][3] - ours[0][2]


PROJECTS = """2024-01-15 sale  ; project: atlas
    assets:bank       100.00 EUR
    revenues:sales
2024-02-15 sale  ; project: zephyr
    assets:bank        50.00 EUR
    revenues:sales
2024-12-31 close  ; closing: 2024
    revenues:sales    150.00 EUR
    equity:retained
"""
LATE = """2024-01-20 rent, entered late  ; project: atlas
    expenses:rent      30.00 EUR
    assets:bank
"""


def test_a_part_of_the_books_equals_hledgers(own, folder):
    tenant, file = own.make_tenant("EUR"), folder / "projects.journal"
    file.write_text(PROJECTS, encoding="utf-8")
    own.import_(tenant, file)
    before = own.rows(tenant)
    file.write_text(PROJECTS + LATE, encoding="utf-8")
    assert own.import_(tenant, file)["posted"] == 1
    for name in STATEMENTS:
        check_statement(own, tenant, file, name, ("--tag", "project=atlas"), ("tag:project=^atlas$",))
        check_statement(own, tenant, file, name, (), ("not:tag:closing",))
        check_statement(own, tenant, file, name, ("--closing", "include"))
    assert own.rows(tenant, "--known-at", "3") == before != own.rows(tenant)
    refused = own.run("report", "balance-sheet", "--tenant", tenant, "--known-at", "5")
    assert refused.returncode == 1 and "number 4" in refused.stderr


def test_columns_of_before_equal_hledgers(own):
    file, tenant = DATA / "hl-bcexample.journal", own.make_tenant()
    own.import_(tenant, file, "--like", "hledger")
    rows = own.statement("income-statement", tenant, "--from", "2013-01-01", "--to", "2013-03-31", "--compare", "4")
    ours = [sum(decimal.Decimal(row[name]) for row in rows
                if row["account"].startswith("Expenses:") and row["commodity"] == "USD")
            for name in ("amount", "amount_1", "amount_2", "amount_3", "amount_4")]
    total = hledger(file, "balance", "^Expenses:", "cur:USD", "--quarterly", "-b", "2012-01-01", "-e", "2013-04-01", "--layout=bare",
                    "-O", "csv").splitlines()[-1]
    theirs = [decimal.Decimal(amount) for amount in next(csv.reader([total]))[2:]]
    assert len(theirs) == 5 and [amount.quantize(decimal.Decimal("0.01")) for amount in ours] == theirs[::-1]


def test_the_exact_reading_refuses_only_what_needs_hledgers_rounding(own):
    """hl-bcexample balances only at display precision; without --like its first such entry is named."""
    done = own.run("import", "--tenant", own.make_tenant(), DATA / "hl-bcexample.journal")
    assert done.returncode == 1
    assert re.search(r"hl-bcexample\.journal:\d+:\d+: ", done.stderr)


def invalid_files():
    """[(file, first acceptable line, last one)] of the table beside the files."""
    page = DATA / "invalid/EXPECTED.md"
    rows = re.findall(r"^\| (\S+\.journal) \| (\d+) \| (\d+)(?:-(\d+))?", page.read_text(), re.MULTILINE) if page.exists() else []
    return [(name, int(first), int(last or first)) for name, _, first, last in rows]


WARNED = "06-unclosed-comment.journal"


@pytest.mark.parametrize(("name", "first", "last"), [row for row in invalid_files() if row[0] != WARNED])
def test_an_invalid_journal_is_refused_with_its_line_and_leaves_nothing(own, name, first, last):
    check_refused(own, DATA / "invalid" / name, range(first, last + 1))


def check_refused(terminal, file, lines, *more):
    tenant = terminal.make_tenant("EUR")
    done = terminal.run("import", "--tenant", tenant, *more, file)
    assert (done.returncode, done.stdout) == (1, "")
    found = re.match(r"(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>[1-9]\d*): \S", done.stderr)
    assert found, done.stderr
    assert int(found["line"]) in lines, done.stderr
    assert found["file"].endswith(file.name)
    assert terminal.last_entry(tenant) == 0
    assert terminal.rows(tenant) == []
    return done.stderr


def test_an_unclosed_comment_is_imported_with_a_warning(own):
    tenant = own.make_tenant("EUR")
    done = own.run("import", "--tenant", tenant, DATA / "invalid" / WARNED)
    assert done.returncode == 0 and re.search(rf"warning: .*{WARNED}:5:1: ", done.stderr), done.stderr


def test_an_ambiguous_amount_shows_both_readings_and_follows_whom_one_says(own):
    file = DATA / "invalid/09-ambiguous-decimal.journal"
    message = check_refused(own, file, [2])
    assert "1.234" in message and "1234" in message
    for like, reading in (("hledger", "1.234"), ("ledger", "1234")):
        tenant = own.make_tenant("EUR")
        own.import_(tenant, file, "--like", like)
        assert decimal.Decimal(reading) in own.closings(tenant).values()


REFUSED = {  # ../shared/data/SOURCES.md, "journals/refused/"
    "hl-forecast.journal": 6, "hl-goal-budget.journal": 4, "hl-envelope-auto.journal": 9, "hl-templates.journal": 20,
    "hl-status.journal": 2, "lg-standard.journal": 148, "lg-drewr.journal": 3, "hfmt-cheatsheet.journal": 52,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_by_design_says_where(own, name):
    check_refused(own, DATA / "refused" / name, [REFUSED[name]], "--like", "hledger")


@pytest.mark.parametrize("name", snippets("refused"))
def test_a_snippet_with_a_virtual_posting_is_refused(own, name):
    file = DATA / "snippets" / name
    virtual = [at for at, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
               if re.match(r"\s+([!*]\s*)?\(", line)]
    check_refused(own, file, virtual[:1], "--like", "hledger")


def test_an_amount_past_64_bits_is_refused_with_its_line(own):
    (name,) = snippets("out-of-range")
    check_refused(own, DATA / "snippets" / name, [2], "--like", "hledger")


HOSTILE = {
    "a line of 10 MB": ("2024-01-01 " + "x" * 10_000_000 + "\n    a    1 EUR\n    b\n", [1]),
    "an account of 10 MB": ("2024-01-01 x\n    " + "a:" * 5_000_000 + "b  1 EUR\n    c\n", [2]),
    "a number of 100 000 digits": ("2024-01-01 x\n    a    " + "9" * 100_000 + " EUR\n    b\n", [2]),
    "an account of 10 000 parts": ("2024-01-01 x\n    " + "a:" * 10_000 + "b  1 EUR\n    c\n", [2]),
    "a folder": ("include .\n", [1]),
    "a device": ("include /dev/zero\n", [1]),
    "a file outside": ("include ../../../../etc/passwd\n", [1]),
    "a link outside": ("include link.journal\n", [1]),
    "itself": ("include hostile.journal\n", [1]),
    "a hundred thousand includes": ("include next/*.journal\n", [1]),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_journal_is_refused_at_once(own, folder, what):
    text, lines = HOSTILE[what]
    file = folder / "hostile.journal"
    file.write_text(text, encoding="utf-8")
    (folder / "link.journal").symlink_to("/etc/passwd")
    if "next" in text:
        deep = folder
        for _ in range(200):  # each includes the one below it
            deep /= "next"
            try:
                deep.mkdir()
            except OSError:
                break
            (deep / "a.journal").write_text("include next/*.journal\n", encoding="utf-8")
        message = own.run("import", "--tenant", own.make_tenant(), file, timeout=30)
        assert message.returncode == 1 and "root:" not in message.stderr
        return
    message = check_refused(own, file, lines)
    assert "root:" not in message and len(message) < 2000


def test_what_only_the_books_refuse_has_its_place_too(own, folder):
    tenant = own.make_tenant("EUR", "--chart", "us")
    first_file = folder / "first.journal"
    first_file.write_text("2024-01-01 x\n    a    1.00 X\n    b\n", encoding="utf-8")
    own.import_(tenant, first_file)
    file = folder / "second.journal"
    for text, place in (("2024-01-02 y\n    a    9000000000000000000 Y\n    b\n\n"
                         "2024-01-03 y\n    a    9000000000000000000 Y\n    b\n", "5:1"),  # the balance overflows
                        ("2024-01-02 y\n    a    1.125 X\n    b\n", "2:10"),  # finer than the books keep
                        ("2024-01-02 y\n    a    10 EUR @ 1.1 USD\n    b\n", "2:19")):
        file.write_text(text, encoding="utf-8")
        done = own.run("import", "--tenant", tenant, "--map", "EUR=USD", file)
        assert done.returncode == 1 and done.stderr.startswith(f"{file}:{place}: "), done.stderr
        assert own.last_entry(tenant) == 1


def test_nothing_of_a_journal_acts_on_the_terminal(own, folder):
    tenant = own.make_tenant("EUR")
    file = folder / "a\x1b[31m.journal"
    file.write_text("2024-01-01 \x1b[2J\n    a\x1b[1m\u202e:b    1 EUR\n    c\x07    -1 \"\x1b[5mX\"\n\n2024-01-02 y\n", encoding="utf-8")
    for arguments in (("import", "--tenant", tenant, file), ("report", "trial-balance", "--tenant", tenant)):
        done = own.run(*arguments)
        assert done.returncode == 0, done.stderr
        for act in ("\x1b", "\x07", "\u202e"):
            assert act not in done.stdout + done.stderr
        assert "\\x1b" in done.stdout + done.stderr
    assert ("a\x1b[1m\u202e:b", "EUR") in own.closings(tenant)
    file.write_text("2024-01-01 x\n    \x1b[1m\u202ea    1 EUR\n    b    2\x1b[5m\n", encoding="utf-8")
    done = own.run("import", "--tenant", tenant, file)
    assert done.returncode == 1 and "\x1b" not in done.stderr and "\u202e" not in done.stderr


def entries(first, count):
    return "".join(f"2024-02-{1 + at % 28:02} entry {at}\n    expenses:food    {at + 1}.00 EUR\n    assets:cash\n\n"
                   for at in range(first, first + count))


def test_the_same_entries_again_add_nothing_and_ten_more_add_ten(own, folder):
    tenant, file = own.make_tenant("EUR"), folder / "growing.journal"
    file.write_text(entries(0, 25), encoding="utf-8")
    assert own.import_(tenant, file)["posted"] == 25
    again = own.import_(tenant, file)
    assert (again["posted"], again["repeated"]) == (0, 25)
    file.write_text(entries(25, 10) + entries(0, 25), encoding="utf-8")  # wherever the new ones stand
    more = own.import_(tenant, file)
    assert (more["posted"], more["repeated"]) == (10, 25)
    assert own.last_entry(tenant) == 35


def test_equal_entries_of_one_file_are_as_many_as_it_has(own, folder):
    tenant, file = own.make_tenant("EUR"), folder / "same.journal"
    file.write_text(entries(0, 1) * 3, encoding="utf-8")
    assert own.import_(tenant, file)["posted"] == 3
    file.write_text(entries(0, 1) * 5, encoding="utf-8")
    assert own.import_(tenant, file)["posted"] == 2
    assert own.closings(tenant)[("expenses:food", "EUR")] == 5


def test_a_bad_last_line_keeps_nothing_of_a_long_file(own, folder):
    file = folder / "long.journal"
    file.write_text(entries(0, 2000) + "2024-03-01 bad\n    a    1 EUR\n    b    1 EUR\n", encoding="utf-8")
    check_refused(own, file, range(8001, 8004))


def test_a_large_journal_again_adds_nothing(own):
    tenant = own.make_tenant()
    first = own.import_(tenant, DATA / "hl-1ktxns.journal", "--like", "hledger")
    again = own.import_(tenant, DATA / "hl-1ktxns.journal", "--like", "hledger")
    assert (first["posted"], again["posted"], again["repeated"]) == (1000, 0, 1000)
    check_figures(own, tenant, "hl-1ktxns.journal")


def test_symbols_and_types_are_as_one_says(own, folder):
    file = folder / "options.journal"
    file.write_text("2024-01-01 x\n    box    $5.00\n    owed\n", encoding="utf-8")
    tenant = own.make_tenant()
    report = own.import_(tenant, file, "--map", "$=USD", "--type", "owed=liability")
    assert {key[1] for key in own.closings(tenant)} == {"USD"}
    assumed = [remark["text"] for remark in report["remarks"] if remark["kind"] == "assumed type"]
    assert len(assumed) == 1 and "box" in assumed[0]


def test_an_import_says_nothing_on_standard_output(own, folder):
    file = folder / "quiet.journal"
    file.write_text(entries(0, 1), encoding="utf-8")
    done = own.run("import", "--tenant", own.make_tenant("EUR"), file)
    assert (done.returncode, done.stdout) == (0, "") and "1 entries" in done.stderr


def test_assertions_are_judged_within_the_file_alone(own, folder):
    """What the books hold already is no part of a file's assertions, as if the file were read by hledger."""
    tenant, file = own.make_tenant("EUR"), folder / "asserts.journal"
    file.write_text("2024-01-01 x\n    cash    100.00 EUR = 100.00 EUR\n    sales\n", encoding="utf-8")
    assert own.import_(tenant, file)["posted"] == 1
    file.write_text("2024-01-02 y\n    cash    5.00 EUR = 105.00 EUR\n    sales\n", encoding="utf-8")
    refused = own.run("import", "--tenant", tenant, file)
    assert refused.returncode == 1 and "asserts.journal:2" in refused.stderr, refused.stderr
    file.write_text("2024-01-02 y\n    cash    5.00 EUR = 5.00 EUR\n    sales\n", encoding="utf-8")
    assert own.import_(tenant, file)["posted"] == 1
    assert own.closings(tenant)[("cash", "EUR")] == 105


FOR_NOTHING = """2026-01-01 a share received
    assets:shares    10 AAPL @@ 0 USD
    income:gifts      0 USD
2026-01-02 its base currency for nothing
    assets:cash    1 USD @@ 0 EUR
    assets:euros   0 EUR
2026-01-03 and alone
    assets:cash    2 USD @@ 0 EUR
2026-01-04 two prices that cancel
    assets:cash    5 USD @@ 4 EUR
    assets:bank   -3 USD @@ 4 EUR
"""


@pytest.mark.parametrize("base", ["USD", "EUR", "JPY"])
def test_an_exchange_for_nothing_has_hledgers_figures_and_can_be_proven(own, folder, base):
    tenant, file = own.make_tenant(base), folder / "nothing.journal"
    file.write_text(FOR_NOTHING, encoding="utf-8")
    assert own.import_(tenant, file, "--like", "hledger")["posted"] == 4
    assert own.closings(tenant) == {("assets:shares", "AAPL"): 10, ("assets:cash", "USD"): 8, ("assets:bank", "USD"): -3}
    assert own.run("verify", "--tenant", tenant).returncode == 0


def test_an_exchange_for_nothing_on_an_account_of_people_is_refused_with_its_line(own, folder):
    tenant, file = own.make_tenant("USD", "--chart", "us"), folder / "nothing.journal"
    file.write_text("2026-01-01 x\n    1000    1 EUR @@ 0 USD\n    1000    0 USD\n", encoding="utf-8")
    refused = own.run("import", "--tenant", tenant, file)
    assert refused.returncode == 1 and "nothing.journal:1" in refused.stderr, refused.stderr
    assert own.last_entry(tenant) == 0


@pytest.fixture(scope="module")
def generated():
    """A journal of 50 000 entries and one of 100 000: large ones that take seconds."""
    folder = program.temporary_folder("generated")
    files = {count: folder / f"{count}.journal" for count in (50_000, 100_000)}
    for count, file in files.items():
        make_journal.write(file, count)
    yield files
    program.remove_folder(folder)


# Starts the command from a small process: what the kernel calls a process's most memory begins with its parent's, and that
# of a test runner is more than an import's.
MEASURED = """
import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measured_import(terminal, file):
    """What the import of a file prints on a terminal, and the most memory it had, in MiB."""
    tenant = terminal.make_tenant("EUR")
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-S", "-c", MEASURED, program.BINARY, "import", *map(str, terminal.where),
                                "--tenant", str(tenant), str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=slave, env=program.environment(), start_new_session=True)
    os.close(slave)
    late = threading.Timer(300, os.killpg, (process.pid, signal.SIGKILL))
    late.start()
    shown = b""
    try:
        while part := os.read(master, 65536):
            shown += part
    except OSError:  # how Linux says that nobody has the terminal open any more
        pass
    os.close(master)
    memory, _ = process.communicate()
    late.cancel()
    assert process.returncode == 0, shown
    return shown.decode(), float(memory)


def test_an_import_has_bounded_memory_and_shows_its_progress(own, generated):
    shown, first = measured_import(own, generated[50_000])
    assert "Imported 50000 entries" in shown
    bars = re.findall(r"\rImporting \[(#*)(\.*)\] +(\d+) %", shown)
    assert len(bars) > 3 and {len(done) + len(rest) for done, rest, _ in bars} == {30}
    percents = [int(percent) for _, _, percent in bars]
    assert percents == sorted(percents) and percents[-1] > 50
    assert shown.count("\x1b[K") == 1 and shown.rindex("%") < shown.index("\x1b[K")  # wiped away at the end
    _, second = measured_import(own, generated[100_000])
    print(f"memory of an import: {first:.0f} MiB, {second:.0f} MiB at double the size")
    assert first < 256
    assert (second - first) * 2**20 / 50_000 < 128  # bytes for one more entry: less than its text


def test_a_missing_file_and_a_folder_are_one_sentence(own, folder):
    for file in (folder / "nowhere.journal", folder):
        done = own.run("import", "--tenant", own.make_tenant(), file)
        assert done.returncode == 1 and str(file) in done.stderr and done.stdout == ""


def test_an_unknown_tenant_is_refused(own, folder):
    file = folder / "good.journal"
    file.write_text(entries(0, 1), encoding="utf-8")
    done = own.run("import", "--tenant", 999999, file)
    assert done.returncode == 1 and done.stdout == ""


def test_imports_into_the_private_cluster(served):
    tenant = served.make_tenant()
    served.import_(tenant, DATA / "hl-multicurrency.journal", "--like", "hledger")
    check_figures(served, tenant, "hl-multicurrency.journal")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_the_journal_is_read_by_who_asks_not_by_the_database(served):
    """A file that the system user postgres can't read is no obstacle."""
    folder = program.temporary_folder("private")
    try:
        file = folder / "private.journal"
        file.write_text(entries(0, 1), encoding="utf-8")
        pathlib.Path(folder).chmod(0o700)
        assert served.import_(served.make_tenant("EUR"), file)["posted"] == 1
    finally:
        program.remove_folder(folder)
