"""The command line as people and scripts meet it: what it prints, how it ends, and what it survives."""
import fcntl
import http.client
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time

import program
import pytest
from temporary_postgres import BIN, psql

COMMANDS = [(), ("serve",), ("migrate",), ("tenant",), ("tenant", "create"), ("user",), ("user", "create"),
            ("key",), ("key", "create"), ("key", "enrol"), ("key", "revoke"), ("user", "totp", "enrol"), ("user", "token"), ("user", "token", "create"), ("token",),
            ("token", "create"), ("token", "list"), ("token", "revoke"), ("invitation",), ("invitation", "create"), ("invitation", "list"), ("invitation", "withdraw"), ("invitation", "accept"), ("mapping", "remove"), ("attachment",), ("attachment", "add"), ("attachment", "list"), ("attachment", "save"), ("attachment", "remove"), ("tenant", "audit"), ("import",), ("report",), ("report", "trial-balance"), ("report", "income-statement"),
            ("report", "balance-sheet"), ("report", "general-ledger"), ("report", "account-statement"),
            ("report", "late-entries"), ("verify",), ("load",), ("routes",),
            ("selfcheck",)]
IS_ROOT = os.geteuid() == 0
ANY_PORTS = ("--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0")


def refused(done, code, *words):
    """One sentence on standard error, nothing on standard output."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    sentences = [line for line in done.stderr.splitlines() if line.startswith("accubooks: ")]
    assert len(sentences) == 1, done.stderr
    for word in words:
        assert str(word) in sentences[0], done.stderr
    return sentences[0]


def request(port, method, target, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, target, json.dumps(body) if body is not None else None,
                           {"Content-Type": "application/json", **(headers or {})})
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text else None
    finally:
        connection.close()


# ------------------------------------------------------------------------------------------------------- help and usage


def test_the_version_is_the_contracts():
    contract = (program.ROOT / "api/openapi.yaml").read_text(encoding="utf-8")
    assert program.result_of("--version") == "accubooks " + re.search(r"^  version: (\S+)$", contract, re.MULTILINE)[1]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "accubooks")
def test_help_is_everywhere(command):
    done = program.run(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage:" in done.stdout and "--help" in done.stdout
    assert "password=" not in done.stdout.lower() and not re.search(r"--(password|token|secret)\s", done.stdout)


@pytest.mark.parametrize("arguments", [(), ("bake",), ("serve", "--fast"), ("tenant",), ("tenant", "create"),
                                       ("report", "trial-balance", "--tenant", "one"), ("import", "--tenant", "1"),
                                       ("report", "trial-balance", "--tenant", "1", "--from", "2024-02-30"),
                                       ("report", "trial-balance", "--tenant", "1", "--format", "xml"),
                                       ("report", "balance-sheet", "--tenant", "1", "--currency", "gold"),
                                       ("report", "account-statement", "--tenant", "1"),
                                       ("report", "trial-balance", "--tenant", "1", "--compare", "13"),
                                       ("report", "trial-balance", "--tenant", "1", "--tag", "project"),
                                       ("report", "trial-balance", "--tenant", "1", "--known-at", "0"),
                                       ("report", "general-ledger", "--tenant", "1", "--compare", "1"),
                                       ("import", "--tenant", "1", "--like", "gnucash", "x.journal"),
                                       ("tenant", "create", "--name", "x", "--currency", "USD", "--chart", "mars"),
                                       ("serve", "--listen", "8080"), ("serve", "--listen", "127.0.0.1:99999"),
                                       ("user", "create", "--email", "a@example.com", "--password", "x"),
                                       ("verify", "--data-dir", "x", "--database-url", "postgresql://y")],
                         ids=" ".join)
def test_a_wrong_command_line_is_told_with_exit_code_2(arguments):
    sentence = refused(program.run(*arguments), 2)
    assert "--help" in sentence


@pytest.mark.parametrize("arguments", [("bake",), ("tenant", "bake"), ("bake", "--hot")], ids=" ".join)
def test_a_command_that_does_not_exist_is_named(arguments):
    refused(program.run(*arguments), 2, "there is no command bake")


# ----------------------------------------------------------------------------------------------- tenants, tokens, people


def test_a_tenant_is_a_number_without_accounts(served):
    done = served.run("tenant", "create", "--name", "Ünïcode & Söhne", "--currency", "EUR")
    assert done.returncode == 0 and re.fullmatch(r"[1-9]\d*\n", done.stdout), done.stdout
    assert served.rows(int(done.stdout)) == []
    assert accounts_of(served, int(done.stdout)) == []


def accounts_of(terminal, tenant):
    token = terminal.result_of("token", "create", "--tenant", tenant, "--role", "viewer")
    status, page = request(terminal.serving.port, "GET", f"/api/v1/tenants/{tenant}/accounts?limit=500",
                           {"Authorization": f"Bearer {token}"})
    assert status == 200
    return page["items"]


@pytest.mark.parametrize("chart", ["us", "minimal"])
def test_a_chart_comes_when_it_is_asked_for(served, chart):
    accounts = accounts_of(served, served.make_tenant("USD", "--chart", chart))
    assert {account["type"] for account in accounts} == {"asset", "liability", "equity", "revenue", "expense"}
    assert len({account["code"] for account in accounts}) == len(accounts)


@pytest.mark.parametrize(("arguments", "word"), [
    (("tenant", "create", "--name", "x", "--currency", "QQQ"), "QQQ"),
    (("tenant", "create", "--name", "", "--currency", "USD"), "name"),
    (("token", "create", "--tenant", "999999", "--role", "owner"), "tenant"),
    (("report", "trial-balance", "--tenant", "999999"), "books"),
    (("report", "trial-balance", "--tenant", "1", "--from", "2024-02-01", "--to", "2024-01-01"), "range"),
    (("report", "income-statement", "--tenant", "1", "--compare", "1"), "period"),
])
def test_what_is_refused_is_one_sentence(served, arguments, word):
    refused(served.run(*arguments), 1, word)


def test_a_token_is_printed_alone_and_opens_its_tenant(served):
    tenant = served.make_tenant()
    done = served.run("token", "create", "--tenant", tenant, "--role", "accountant", "--label", "till")
    assert re.fullmatch(r"ab_[0-9a-f]{64}\n", done.stdout)
    status, caller = request(served.serving.port, "GET", "/api/v1/session", {"Authorization": f"Bearer {done.stdout.strip()}"})
    assert status == 200 and [(one["tenant_id"], one["role"]) for one in caller["tenants"]] == [(tenant, "accountant")]


def test_an_unknown_role_is_refused(served):
    tenant = served.make_tenant()
    for arguments in (("token", "create", "--tenant", tenant, "--role", "king"),
                      ("user", "create", "--email", "king@example.com", "--tenant", tenant, "--role", "king")):
        refused(served.run(*arguments), 2, "owner, accountant")  # before a password is asked for


def sign_in(serving, email, password):
    return request(serving.port, "POST", "/api/v1/session", body={"email": email, "password": password})[0]


def test_a_password_comes_from_standard_input_or_a_file(served, folder):
    tenant = served.make_tenant()
    secret = folder / "password"
    secret.write_text("a password of a file\n", encoding="utf-8")
    made = served.result_of("user", "create", "--email", "stdin@example.com", "--tenant", tenant, "--role", "owner",
                            stdin="a password of a pipe\n")
    assert re.fullmatch(r"[0-9a-f-]{36}", made)
    served.result_of("user", "create", "--email", "file@example.com", "--password-file", secret)
    served.result_of("user", "create", "--email", "dash@example.com", "--password-file", "-", stdin="a password of a dash\n")
    assert sign_in(served.serving, "stdin@example.com", "a password of a pipe") == 201
    assert sign_in(served.serving, "file@example.com", "a password of a file") == 201
    assert sign_in(served.serving, "dash@example.com", "a password of a dash") == 201
    assert sign_in(served.serving, "file@example.com", "a password of a pipe") == 401


def test_a_password_is_asked_for_on_a_terminal_without_echo(served):
    master, slave = pty.openpty()
    process = subprocess.Popen([program.BINARY, "user", "create", *map(str, served.where), "--email", "tty@example.com"],
                               stdin=slave, stdout=subprocess.PIPE, stderr=slave, env=program.environment(), text=True,
                               start_new_session=True)
    os.close(slave)
    shown = b""
    while b"Password" not in shown:
        assert select.select([master], [], [], 30)[0], shown
        shown += os.read(master, 1000)
    os.write(master, b"typed by a person\n")
    output, _ = process.communicate(timeout=30)
    while select.select([master], [], [], 0.2)[0]:
        try:
            shown += os.read(master, 1000)
        except OSError:
            break
    os.close(master)
    assert process.returncode == 0 and re.fullmatch(r"[0-9a-f-]{36}\n", output)
    assert b"typed by a person" not in shown
    assert sign_in(served.serving, "tty@example.com", "typed by a person") == 201


@pytest.mark.parametrize(("stdin", "word"), [("short\n", "12 characters"), ("", "line"), ("\n", "line")])
def test_a_bad_password_is_refused(served, stdin, word):
    refused(served.run("user", "create", "--email", "bad@example.com", stdin=stdin), 1, word)


def test_one_address_is_one_user(served):
    served.result_of("user", "create", "--email", "one@example.com", stdin="correct horse battery\n")
    refused(served.run("user", "create", "--email", "One@Example.com", stdin="correct horse battery\n"), 1, "exists")


def test_a_user_of_an_unknown_tenant_is_not_made(served):
    arguments = ("user", "create", "--email", "nowhere@example.com", "--role", "owner")
    refused(served.run(*arguments, "--tenant", 999999, stdin="correct horse battery\n"), 1, "books")
    served.result_of(*arguments, "--tenant", served.make_tenant(), stdin="correct horse battery\n")


# --------------------------------------------------------------------------------------------------------------- reports


@pytest.fixture(scope="module")
def year(served):
    """A tenant with entries in two months, one account with a comma in its name."""
    folder = program.temporary_folder("year")
    file = folder / "year.journal"
    file.write_text("2024-01-15 x\n    assets:cash, petty   100.00 EUR\n    equity\n\n"
                    "2024-02-10 y\n    expenses:food    30.50 EUR\n    assets:cash, petty\n", encoding="utf-8")
    tenant = served.make_tenant("EUR")
    served.import_(tenant, file)
    program.remove_folder(folder)
    return tenant


def test_the_trial_balance_as_csv(served, year):
    assert served.result_of("report", "trial-balance", "--tenant", year, "--format", "csv").splitlines() == [
        "account_code,account,commodity,opening,debit,credit,closing",
        '"assets:cash, petty","assets:cash, petty",EUR,0.00,100.00,30.50,69.50',
        "equity,equity,EUR,0.00,0.00,100.00,-100.00",
        "expenses:food,expenses:food,EUR,0.00,30.50,0.00,30.50",
        ",Debits equal credits. As of entry 2.,,,,,",
    ]


@pytest.mark.parametrize(("range_", "cash"), [
    (("--from", "2024-02-01"), ("100.00", "0.00", "30.50", "69.50")),
    (("--to", "2024-01-31"), ("0.00", "100.00", "0.00", "100.00")),
    (("--from", "2024-01-15", "--to", "2024-01-15"), ("0.00", "100.00", "0.00", "100.00")),
    (("--from", "2024-01-16", "--to", "2024-02-09"), ("100.00", "0.00", "0.00", "100.00")),
    (("--from", "2024-01-16", "--to", "2024-02-10"), ("100.00", "0.00", "30.50", "69.50")),
    (("--from", "2025-01-01"), ("69.50", "0.00", "0.00", "69.50")),
])
def test_the_trial_balance_of_a_range(served, year, range_, cash):
    (row,) = [row for row in served.rows(year, *range_) if row["account"] == "assets:cash, petty"]
    assert (row["opening"], row["debit"], row["credit"], row["closing"]) == cash


def test_what_earlier_years_left_unclosed_is_a_row_of_the_trial_balance(served, year):
    rows = served.rows(year, "--from", "2025-03-01")
    assert [(row["account_code"], row["account"], row["opening"], row["closing"]) for row in rows[-1:]] == [
        ("retained_unclosed", "Retained (unclosed)", "30.50", "30.50")]
    assert "expenses:food" not in [row["account"] for row in rows]
    assert "\n      Retained (unclosed) " in "\n" + served.result_of("report", "trial-balance", "--tenant", year, "--from", "2025-03-01")
    assert "retained_unclosed" not in [row["account_code"] for row in served.rows(year, "--from", "2024-02-01")]


def test_the_trial_balance_as_table_and_json_ends_with_its_assertion(served, year):
    table = served.result_of("report", "trial-balance", "--tenant", year)
    assert "Debits equal credits." in table and "As of entry 2." in table
    balance = json.loads(served.result_of("report", "trial-balance", "--tenant", year, "--format", "json"))
    assert balance["balanced"] is True and balance["last_entry"] == 2
    assert balance["totals"] == {"opening": "0.00", "debit": "130.50", "credit": "130.50", "closing": "0.00"}


def test_the_income_statement_and_the_balance_sheet(served, year):
    income = json.loads(served.result_of("report", "income-statement", "--tenant", year, "--from", "2024-02-01", "--format", "json"))
    totals = {section["name"]: section["base_amounts"] for section in income["sections"]}
    assert (totals["operating_expenses"], totals["net_income"]) == (["30.50"], ["-30.50"])
    assert income["balanced"] is True and income["last_entry"] == 2
    sheet = served.result_of("report", "balance-sheet", "--tenant", year, "--to", "2024-02-09")
    assert re.search(r"Equity +EUR +100\.00$", sheet, re.MULTILINE) and "as of 2024-02-09" in sheet
    assert sheet.endswith("Assets equal liabilities and equity. As of entry 2.")
    rows = served.statement("balance-sheet", year)
    assert [(row["section"], row["base_amount"]) for row in rows if row["account"] == ""] == [
        ("assets", "69.50"), ("liabilities", "0.00"), ("equity_accounts", "100.00"), ("prior_years_unclosed", "0.00"),
        ("current_year_earnings", "-30.50"), ("equity", "69.50"), ("liabilities_and_equity", "69.50")]


def test_a_statement_of_no_account_is_refused(served, year):
    refused(served.run("report", "account-statement", "--tenant", year, "--account", "nowhere"), 1, "account")


def test_the_general_ledger_and_an_account_statement(served, year):
    table = served.result_of("report", "general-ledger", "--tenant", year, "--from", "2024-02-01")
    lines = [re.split(r" {2,}", line.strip()) for line in table.splitlines()]
    assert ["assets:cash, petty, EUR"] in lines and ["Opening", "100.00"] in lines
    assert ["2024-02-10", "2", "y", "expenses:food", "0.00", "30.50", "69.50"] in lines
    assert table.endswith("The lines lead from opening to closing, and debits equal credits. As of entry 2.")
    rows = served.statement("account-statement", year, "--account", "assets:cash, petty")
    assert [(row["date"], row["number"], row["counter_account_code"], row["debit"], row["credit"], row["balance"])
            for row in rows] == [("", "", "", "0.00", "0.00", "0.00"), ("2024-01-15", "1", "equity", "100.00", "0.00", "100.00"),
                                 ("2024-02-10", "2", "expenses:food", "0.00", "30.50", "69.50")]


def test_a_full_standard_output_is_an_error(served, year):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([program.BINARY, "report", "trial-balance", *map(str, served.where), "--tenant", str(year)],
                              stdout=full, stderr=subprocess.PIPE, text=True, env=program.environment(), check=False)
    assert done.returncode == 1 and "standard output" in done.stderr


# ------------------------------------------------------------------------------------------------- databases of all kinds


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/x", "postgresql://nobody@/x?host=/nowhere",
                                 "postgresql://nobody@no-such-host.invalid/x", "hello", "http://example.com/"])
@pytest.mark.parametrize("command", [("verify",), ("serve",), ("migrate",)], ids=" ".join)
def test_a_wrong_url_is_one_sentence(command, url):
    sentence = refused(program.run(*command, "--database-url", url, timeout=30), 78)
    assert "secret" not in sentence


def test_a_password_in_a_url_is_never_repeated():
    done = program.run("verify", "--database-url", "postgresql://nobody:secret@127.0.0.1:1/x", timeout=30)
    assert done.returncode == 78 and "secret" not in done.stderr


def test_a_database_that_is_not_there_or_not_migrated_is_one_sentence(postgres):
    refused(program.run("verify", "--database-url", postgres.url("nowhere")), 78, "nowhere")
    url = postgres.create_database("empty")
    refused(program.run("tenant", "create", "--name", "x", "--currency", "USD", "--database-url", url), 78, "migrate")


def test_migrate_says_what_it_did_and_does_nothing_the_second_time(postgres):
    url = postgres.create_database("twice")
    first, second = (program.run("migrate", "--database-url", url) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert "0001_" in first.stderr and "0001_" not in second.stderr
    assert first.stdout == second.stdout == ""


def test_a_database_of_a_newer_program_is_refused(postgres):
    url = postgres.create_database("newer")
    program.result_of("migrate", "--database-url", url)
    psql(url, "insert into platform.schema_migration (name, checksum) values ('9999_future.sql', sha256(''))")
    for command in ("migrate", "verify", "serve"):
        done = program.run(command, "--database-url", url, timeout=30)
        assert done.returncode != 0 and "9999_future.sql" in done.stderr and "newer" in done.stderr, command


def test_serve_works_on_a_server_of_ones_own_and_leaves_it_running(own, postgres):
    tenant = own.make_tenant()
    token = own.result_of("token", "create", "--tenant", tenant, "--role", "viewer")
    with program.Serving(*own.where) as serving:
        status, page = request(serving.port, "GET", f"/api/v1/tenants/{tenant}/accounts", {"Authorization": f"Bearer {token}"})
        assert (status, page) == (200, {"items": [], "next": None})
        assert serving.stop() == 0
    assert postgres.psql("select 1") == "1"


@pytest.mark.parametrize("which", ["--listen", "--ops-listen"])
def test_a_taken_port_is_one_sentence(served, own, which):
    taken = f"127.0.0.1:{served.serving.port}"
    free = [f"127.0.0.1:{program.free_port()}" for _ in range(2)]
    addresses = {"--listen": free[0], "--ops-listen": free[1], which: taken}
    done = program.run("serve", *own.where, *[word for pair in addresses.items() for word in pair], timeout=30)
    refused(done, 78, taken)


@pytest.mark.parametrize("which", ["--listen", "--ops-listen"])
def test_no_data_folder_is_made_for_a_port_that_is_taken(served, folder, which):
    data = folder / "data"
    taken = f"127.0.0.1:{served.serving.port}"
    other = f"127.0.0.1:{program.free_port()}"
    pairs = {"--listen": other, "--ops-listen": other, which: taken}
    for addresses in (pairs, {"--listen": other, "--ops-listen": other}):
        done = program.run("serve", "--data-dir", data, *[word for pair in addresses.items() for word in pair], timeout=30)
        refused(done, 78, taken if taken in addresses.values() else other)
        assert done.stderr.count("\n") == 1
        assert not data.exists()


def test_the_environment_names_the_database_when_no_option_does(own, postgres):
    url = own.where[1]
    with_url = program.environment(ACCUBOOKS_DATABASE_URL=url)
    assert int(program.result_of("tenant", "create", "--name", "x", "--currency", "USD", env=with_url)) > 0


def test_an_option_wins_over_the_environment(served):
    elsewhere = program.environment(ACCUBOOKS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/x")
    assert int(served.result_of("tenant", "create", "--name", "x", "--currency", "USD", env=elsewhere)) > 0
    refused(program.run("verify", env=elsewhere), 78)


def test_a_demo_that_was_interrupted_is_made_whole(postgres, folder):
    """On a server of one's own the sign-in is printed once and written nowhere."""
    url = postgres.create_database("demo")
    printed = []
    for _ in range(2):
        with program.Serving("--database-url", url, "--demo", cwd=folder) as serving:
            serving.wait_for("is ready on")
            printed.append(re.findall(r"Sign in as (\S+) with the password (\S+)", serving.output()))
            (email, password), = printed[0]
            assert sign_in(serving, email, password) == 201
        # As before the membership was made: nobody could take it away again, since a tenant keeps an owner.
        assert psql(url, "set session_replication_role = replica; "
                         "with gone as (delete from platform.membership returning role) select role from gone") == "owner"
    assert [len(one) for one in printed] == [1, 0]
    assert psql(url, "select count(*) from platform.tenant") == "1"
    assert list(folder.iterdir()) == []


# ------------------------------------------------------------------------------------------------ the private cluster's life


def test_a_second_serve_on_the_same_folder_is_refused_and_hurts_nobody(served):
    done = program.run("serve", *served.where, "--listen", f"127.0.0.1:{program.free_port()}",
                       "--ops-listen", f"127.0.0.1:{program.free_port()}", timeout=30)
    refused(done, 78)
    assert served.serving.is_ready()


def post_entry(serving, terminal, tenant):
    """An entry over HTTP on two accounts of its own; its number."""
    token = terminal.result_of("token", "create", "--tenant", tenant, "--role", "owner")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "cli"}
    ids = []
    for code in ("bank", "sales"):
        status, account = request(serving.port, "POST", f"/api/v1/tenants/{tenant}/accounts",
                                  {"Authorization": f"Bearer {token}"}, {"code": code, "name": code, "type": "asset"})
        assert status == 201, account
        ids.append(account["id"])
    status, posted = request(serving.port, "POST", f"/api/v1/tenants/{tenant}/journal-entries", headers, {
        "date": "2026-01-01", "description": "x", "lines": [
            {"account_id": ids[0], "amount": "1.00", "currency": "USD"},
            {"account_id": ids[1], "amount": "-1.00", "currency": "USD"}]})
    assert status == 201, posted
    return posted["number"]


def server_process(data):
    return int((data / "postgres/postmaster.pid").read_text().split("\n")[0])


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_life_of_a_data_folder(folder):
    """Made where nothing was, stopped by Ctrl-C, killed, killed with its database, and still the same books."""
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))

    with program.Serving("--data-dir", data) as serving:
        assert "Verified 0 tenants" in terminal.run("verify").stderr  # no demo books
        tenant = terminal.make_tenant()
        assert post_entry(serving, terminal, tenant) == 1
        database = server_process(data)
        # A terminal sends Ctrl-C to the whole group: the cluster must not take it for its own.
        os.killpg(serving.process.pid, signal.SIGINT)
        assert serving.process.wait(timeout=30) == 0
        assert not is_alive(database) and not (data / "postgres/postmaster.pid").exists()
    assert (data / "postgres").stat().st_mode & 0o077 == 0

    # Nothing serves: a command starts the cluster for its call and stops it again.
    assert terminal.last_entry(tenant) == 1
    assert not (data / "postgres/postmaster.pid").exists()

    began = time.monotonic()
    with program.Serving("--data-dir", data) as serving:
        assert time.monotonic() - began < 30
        serving.kill()
    with program.Serving("--data-dir", data) as serving:  # takes over what the killed one left
        assert terminal.last_entry(tenant) == 1
        os.kill(server_process(data), signal.SIGKILL)
        serving.kill()
    with program.Serving("--data-dir", data) as serving:  # the database recovers by itself
        assert terminal.run("verify").returncode == 0
        assert terminal.last_entry(tenant) == 1
        assert serving.stop(signal.SIGTERM) == 0
    assert not (data / "postgres/postmaster.pid").exists()


@pytest.mark.parametrize(
    "command",
    [("verify",), ("report", "trial-balance", "--tenant", "1"), ("import", "--tenant", "1", "books.journal"),
     ("token", "create", "--tenant", "1", "--role", "owner")],
)
def test_a_mistyped_folder_is_refused_and_not_made(folder, command):
    refused(program.run(*command, "--data-dir", folder / "absent", timeout=60), 78, "There are no books in")
    assert not (folder / "absent").exists()


def test_a_folder_of_a_newer_version_is_refused_and_left_alone(folder):
    data = folder / "data"
    data.mkdir(mode=0o755)
    (data / "version").write_text("99\n", encoding="utf-8")
    for command in (("serve",), ("verify",)):
        refused(program.run(*command, "--data-dir", data, timeout=60), 78, "newer")
    assert [entry.name for entry in data.iterdir() if entry.name == "postgres"] == []
    assert (data / "version").read_text() == "99\n"


def test_a_folder_of_a_newer_postgresql_is_refused(folder):
    (folder / "data/postgres").mkdir(parents=True)
    (folder / "data/postgres/PG_VERSION").write_text("99\n", encoding="utf-8")
    refused(program.run("serve", "--data-dir", folder / "data", *ANY_PORTS, timeout=60), 78, "PostgreSQL 99")


def test_a_file_for_a_folder_is_one_sentence(folder):
    (folder / "data").write_text("x", encoding="utf-8")
    refused(program.run("serve", "--data-dir", folder / "data", *ANY_PORTS, timeout=60), 78, folder / "data")


@pytest.mark.skipif(not IS_ROOT, reason="only as root the cluster is another user's")
def test_a_folder_that_the_database_can_not_enter_is_one_sentence(folder):
    folder.chmod(0o700)
    refused(program.run("serve", "--data-dir", folder / "data", *ANY_PORTS, timeout=60), 78, "--data-dir")


@pytest.mark.skipif(not IS_ROOT, reason="only as root the cluster is another user's")
def test_data_that_the_database_can_not_reach_goes_to_var_lib_and_that_is_said(folder):
    """In a namespace whose /var/lib is the test's own."""
    folder.chmod(0o700)
    script = 'mount -t tmpfs tmpfs /var/lib && cd "$1" && "$2" migrate && "$2" verify && ls /var/lib'
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", folder, program.BINARY], capture_output=True,
                          text=True, timeout=120, env=program.environment(), check=False)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("this machine gives no namespace of one's own")
    assert done.returncode == 0, done.stderr
    assert "which can't read this folder; the data is in /var/lib/accubooks." in done.stderr
    assert done.stdout == "accubooks\n"
    assert not (folder / "var/postgres").exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root may mount a small disk")
def test_a_full_disk_is_one_sentence(folder):
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine mounts no small disk")
    try:
        disk.chmod(0o755)
        refused(program.run("serve", "--data-dir", disk / "data", *ANY_PORTS, timeout=60), 78, "space")
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


def test_two_commands_at_once_on_a_folder_that_nobody_serves(folder):
    """The cluster is one command's; another one at that moment works too or says in one sentence why not."""
    data = folder / "data"
    program.result_of("migrate", "--data-dir", data)
    commands = [subprocess.Popen([program.BINARY, "tenant", "create", "--data-dir", data, "--name", f"T{at}", "--currency", "USD"],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 env=program.environment()) for at in range(2)]
    printed = [command.communicate(timeout=60) for command in commands]
    done = [subprocess.CompletedProcess(command.args, command.returncode, *texts) for command, texts in zip(commands, printed)]
    assert any(one.returncode == 0 for one in done), printed
    for one in done:
        if one.returncode != 0:
            assert one.stderr.count("accubooks: ") == 1 and one.stdout == ""
    assert f"Verified {sum(one.returncode == 0 for one in done)} tenants" in program.run("verify", "--data-dir", data).stderr


def test_the_last_one_out_stops_the_cluster(folder):
    """Whoever started it: one that still works keeps the cluster that it joined."""
    data = folder / "data"
    running = data / "postgres/postmaster.pid"
    terminal = program.Terminal(("--data-dir", data))
    terminal.make_tenant()
    assert not running.exists()
    with open(data / "users", "r+b") as other_user, open(data / "lock", "r+b") as other_holder:
        fcntl.flock(other_user, fcntl.LOCK_SH)
        terminal.make_tenant()  # starts it, and isn't the last one
        assert running.exists()

        owner = f"host={(data / 'socket_dir').read_text().strip()} dbname=accubooks user=accubooks_owner"
        with subprocess.Popen([BIN / "psql", "--quiet", "--no-psqlrc", "--tuples-only", owner], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as session:
            session.stdin.write("begin; lock table platform.tenant; select 'locked';\n")
            session.stdin.flush()
            assert "locked" in session.stdout.readline()
            fcntl.lockf(other_holder, fcntl.LOCK_EX)
            with subprocess.Popen([program.BINARY, "tenant", "create", "--data-dir", data, "--name", "x", "--currency", "USD"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
                until = time.monotonic() + program.PATIENCE
                while psql(owner, "select count(*) from pg_locks where not granted") == "0":
                    assert command.poll() is None and time.monotonic() < until, command.stderr.read()
                fcntl.lockf(other_holder, fcntl.LOCK_UN)
                fcntl.flock(other_user, fcntl.LOCK_UN)
                session.communicate("commit;\n", timeout=program.PATIENCE)
                printed = command.communicate(timeout=program.PATIENCE)
                assert command.returncode == 0 and printed == ("3\n", "")  # it started nothing
    assert not running.exists()
    assert "Verified 3 tenants" in terminal.run("verify").stderr


def test_a_signal_while_serve_still_starts_ends_it_cleanly(folder):
    with program.Serving("--data-dir", folder / "data", ready=False) as serving:
        serving.wait_for("Making a PostgreSQL cluster")
        assert serving.stop() == 0
        assert "is ready" not in serving.output()
    assert not (folder / "data/postgres/postmaster.pid").exists()


def test_a_second_signal_cuts_running_requests_off(folder):
    data = folder / "data"
    with program.Serving("--data-dir", data) as serving, socket.create_connection(("127.0.0.1", serving.port)) as client:
        client.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")
        serving.wait_for_requests(1)
        serving.process.send_signal(signal.SIGINT)
        serving.wait_for("running requests finish first")
        assert serving.stop() == 1
        assert "Stopping at once." in serving.output()
    assert not (data / "postgres/postmaster.pid").exists()


def test_secrets_are_in_no_log(served):
    tenant = served.make_tenant()
    token = served.result_of("token", "create", "--tenant", tenant, "--role", "viewer")
    request(served.serving.port, "GET", f"/api/v1/tenants/{tenant}", {"Authorization": f"Bearer {token}"})
    sign_in(served.serving, "nobody@example.com", "a secret in a body")
    log = served.serving.output()
    assert f'"tenant":"{tenant}"' in log
    assert token not in log and token[3:] not in log and "a secret in a body" not in log
    for line in log.splitlines():
        if line.startswith("{"):
            json.loads(line)


def test_the_calculations_come_to_what_they_must():
    results = json.loads(program.result_of("selfcheck", "--json"))
    assert results["failed"] == 0 and results["passed"] == len(results["vectors"]) >= 30
    assert re.fullmatch("[0-9a-f]{64}", results["digest"])
    assert f"{results['passed']} of {results['passed']} calculations are right" in program.result_of("selfcheck")
