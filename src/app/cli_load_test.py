"""The load tool against the real program, and against a server that lies."""
import contextlib
import hashlib
import http.server
import json
import os
import pty
import re
import secrets
import subprocess
import threading
import time

import program
import pytest

KEYS = ["requests", "errors", "error_rate", "errors_by_kind", "throughput_per_s", "latency_ms", "longest_gap_ms",
        "duration_s", "seed", "mix"]
MIX = {"post": 40, "batch": 5, "entry": 25, "entries": 15, "account": 5, "accounts": 5, "trial_balance": 5}


def token_file(folder, tokens):
    path = folder / "tokens"
    path.write_text("".join(token + "\n" for token in tokens), encoding="utf-8")
    path.chmod(0o600)
    return path


def books(terminal, currencies=("USD", "JPY")):
    """A tenant and its token for each currency."""
    tenants = [terminal.result_of("tenant", "create", "--name", f"Load {currency}", "--currency", currency)
               for currency in currencies]
    return tenants, [terminal.result_of("token", "create", "--tenant", tenant, "--role", "accountant") for tenant in tenants]


def load(port, tokens, *options, code=0):
    done = program.run("load", "--url", f"http://127.0.0.1:{port}", "--token-file", tokens, "--json", "-", *options)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout), done.stderr


# ------------------------------------------------------------------------------------------------------ the real server


def test_five_hundred_requests_of_fifty_workers_fail_none(served, folder):
    tenants, tokens = books(served)
    result, said = load(served.serving.port, token_file(folder, tokens), "--requests", 500, "--concurrency", 50)
    assert list(result) == KEYS
    assert list(result["latency_ms"]) == ["p50", "p75", "p95", "p99", "max"]
    assert (result["requests"], result["errors"], result["error_rate"], result["errors_by_kind"]) == (500, 0, 0, {})
    assert (result["mix"], result["seed"]) == (MIX, 1)
    latency = list(result["latency_ms"].values())
    assert latency == sorted(latency) and latency[0] > 0
    assert 0 < result["longest_gap_ms"] <= result["duration_s"] * 1000
    assert result["throughput_per_s"] == pytest.approx(500 / result["duration_s"], rel=0.01)
    assert not any(token in said for token in tokens)
    for tenant in tenants:
        served.result_of("verify", "--tenant", tenant)
    # A second run finds the accounts that the first one made.
    again, _ = load(served.serving.port, token_file(folder, tokens), "--requests", 20)
    assert again["errors"] == 0


def test_two_hundred_tenants_take_turns(postgres, own, folder):
    tokens = ["ab_" + secrets.token_hex(32) for _ in range(200)]
    tenants = postgres.psql("select platform.create_tenant('Load', 'USD', 2::smallint, 'US dollar') from generate_series(1, 200)",
                            "own").split()
    rows = ",".join(f"(decode('{hashlib.sha256(token.encode()).hexdigest()}', 'hex'), gen_random_uuid(), {tenant}, 'accountant',"
                    " 'load', 'test')" for tenant, token in zip(tenants, tokens))
    postgres.psql(f"insert into platform.api_token (token_digest, token_id, tenant_id, role, label, created_by) values {rows}", "own")
    with program.Serving(*own.where) as serving:
        result, _ = load(serving.port, token_file(folder, tokens), "--mix", write_mix(folder, post=1), "--requests", 600)
    assert (result["requests"], result["errors"]) == (600, 0)
    posted = postgres.psql(f"select count(*) from books.journal_entry where tenant_id in ({','.join(tenants)}) group by tenant_id",
                           "own").split()
    assert posted == ["4"] * 200  # the one of the preparation, and three of the run


def test_a_rate_is_held_to_the_request(served, folder):
    _, tokens = books(served, ("USD",))
    result, _ = load(served.serving.port, token_file(folder, tokens), "--rate", 50, "--duration", "2s")
    assert (result["requests"], result["errors"]) == (100, 0)
    assert result["duration_s"] >= 99 / 50


def test_a_mix_file_says_what_is_asked_for(served, folder):
    _, tokens = books(served, ("USD",))
    (folder / "mix.toml").write_text("post = 1\ntrial_balance = 3\n", encoding="utf-8")
    result, _ = load(served.serving.port, token_file(folder, tokens), "--mix", folder / "mix.toml", "--requests", 40,
                     "--seed", 7)
    assert (result["errors"], result["seed"]) == (0, 7)
    assert {name: weight for name, weight in result["mix"].items() if weight} == {"post": 1, "trial_balance": 3}


def test_the_table_is_for_people_and_the_json_for_programs(served, folder):
    _, tokens = books(served, ("USD",))
    done = program.run("load", "--url", f"http://127.0.0.1:{served.serving.port}/", "--token-file", "-", "--requests", 30,
                       "--json", folder / "result.json", stdin=tokens[0] + "\n")
    assert done.returncode == 0, done.stderr
    assert "requests    30\n" in done.stdout and "p95" in done.stdout
    assert json.loads((folder / "result.json").read_text(encoding="utf-8"))["requests"] == 30


def test_a_killed_server_is_errors_by_kind_and_a_gap(folder):
    with program.Serving("--data-dir", folder / "data") as serving:
        terminal = program.Terminal(("--data-dir", folder / "data"))
        _, tokens = books(terminal, ("USD",))
        killed = []

        def kill_soon():
            # The preparation is ten requests or so; the run is under way well before a hundred.
            serving.wait_until(lambda: answered(serving) >= 100, "busy")
            serving.kill()
            killed.append(time.monotonic())

        killer = threading.Thread(target=kill_soon)
        killer.start()
        result, said = load(serving.port, token_file(folder, tokens), "--rate", 100, "--duration", "8s",
                            "--concurrency", 8, code=1)
        ended = time.monotonic()
        killer.join()
    # Requests went on at their time though nobody answered.
    assert result["requests"] == 800
    assert 0 < result["errors"] < 800
    assert set(result["errors_by_kind"]) <= {"connect", "closed"} and result["errors_by_kind"]["connect"] > 0
    assert sum(result["errors_by_kind"].values()) == result["errors"]
    assert result["longest_gap_ms"] <= (ended - killed[0] + 1) * 1000
    assert result["longest_gap_ms"] >= result["errors_by_kind"]["connect"] / 100 * 1000 / 2
    assert "doesn't take the connection" in said or "connection" in said


def answered(serving):
    lines = [line for line in serving.metrics().splitlines()
             if line.startswith("http_server_request_duration_seconds_count") and "/api/v1/" in line]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


# ----------------------------------------------------------------------------------------------------- refused at the door


@pytest.mark.parametrize("options, code, words", [
    (("--url", "ftp://127.0.0.1"), 1, ["http://127.0.0.1:8080"]),
    (("--token-file", "/nowhere/tokens"), 1, ["/nowhere/tokens", "can't be read"]),
    (("--mix", "/nowhere/mix"), 1, ["/nowhere/mix"]),
    (("--duration", "soon"), 2, ["10m"]),
    (("--rate", "0"), 2, ["--rate"]),
    (("--requests", "99999999"), 2, ["--requests"]),
])
def test_what_can_not_run_is_refused_with_a_sentence(folder, options, code, words):
    given = {"--url": "http://127.0.0.1:1", "--token-file": token_file(folder, ["t"]), options[0]: options[1]}
    done = program.run("load", *[word for pair in given.items() for word in pair])
    assert (done.returncode, done.stdout) == (code, "")
    for word in words:
        assert word in done.stderr, done.stderr


def test_more_tokens_than_it_has_room_for_are_refused(folder):
    done = program.run("load", "--url", "http://127.0.0.1:1", "--token-file", token_file(folder, ["t"] * 100_001))
    assert (done.returncode, done.stdout) == (1, "")
    assert "more than 100000 tokens" in done.stderr


def test_a_name_that_leads_nowhere_is_said(folder):
    done = program.run("load", "--url", "http://books.invalid", "--token-file", token_file(folder, ["t"]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "nobody knows where books.invalid is" in done.stderr or "said in time where books.invalid is" in done.stderr


def test_a_name_server_that_is_silent_is_said(folder, name_server):
    done = program.run("load", "--url", "http://books.test", "--token-file", token_file(folder, ["t"]), **name_server.settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no name server said in time where books.test is" in done.stderr


def test_a_server_that_is_not_there_is_said_before_anything_is_measured(folder):
    done = program.run("load", "--url", f"http://127.0.0.1:{program.free_port()}", "--token-file",
                       token_file(folder, ["secret-token"]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "doesn't take the connection" in done.stderr and "secret-token" not in done.stderr


def test_a_token_that_opens_nothing_is_said_and_not_shown(served, folder):
    done = program.run("load", "--url", f"http://127.0.0.1:{served.serving.port}", "--token-file",
                       token_file(folder, ["secret-token"]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "401" in done.stderr and "secret-token" not in done.stderr


def test_a_token_file_that_others_can_read_is_told(served, folder):
    _, tokens = books(served, ("USD",))
    path = token_file(folder, tokens)
    path.chmod(0o644)
    _, said = load(served.serving.port, path, "--requests", 5)
    assert "chmod 600" in said


# ------------------------------------------------------------------------------------------------------ a server that lies


class Liar(http.server.BaseHTTPRequestHandler):
    """Keeps no books: it has the four accounts, numbers what is posted, and shows it as its `lie` wants."""
    protocol_version = "HTTP/1.1"
    lie = staticmethod(lambda entry: entry)
    stall = staticmethod(lambda number: None)
    codes = ["load-bank", "load-receivables", "load-sales", "load-costs"]

    def setup(self):
        super().setup()
        self.connection.settimeout(30)

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        if self.path == "/api/v1/session":
            self.answer(200, {"tenants": [{"tenant_id": 1, "base_currency": "USD"}]})
        elif "/accounts" in self.path:
            self.answer(200, {"items": [{"id": at + 1, "code": code} for at, code in enumerate(self.codes)], "next": None})
        else:
            self.answer(200, self.lie(self.server.posted[int(self.path.rsplit("/", 1)[1])]))

    def do_POST(self):
        entry = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            number = len(self.server.posted) + 1
            self.server.posted[number] = {**entry, "number": number, "hash": f"{number:064x}"}
        self.stall(number)
        self.answer(201, {"number": number, "hash": f"{number:064x}"})


@contextlib.contextmanager
def liar(**behaviour):
    handler = type("Behaving", (Liar,), {name: staticmethod(what) for name, what in behaviour.items()})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.posted, server.lock = {}, threading.Lock()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def write_mix(folder, **weights):
    (folder / "mix.json").write_text(json.dumps(weights), encoding="utf-8")
    return folder / "mix.json"


def test_an_honest_fake_passes(folder):
    with liar() as port:
        result, _ = load(port, token_file(folder, ["t"]), "--mix", write_mix(folder, post=1, entry=1), "--requests", 50)
    assert result["errors"] == 0


def test_a_server_may_have_a_name(folder):
    with liar() as port:
        done = program.run("load", "--url", f"http://localhost:{port}", "--token-file", token_file(folder, ["t"]), "--mix",
                           write_mix(folder, post=1), "--requests", 20)
    assert done.returncode == 0, done.stderr


PROGRESS = r"[0-9]+ s: [0-9]+ requests, 0 errors, [0-9]+ a second"


def test_progress_is_a_line_every_five_seconds(folder):
    with liar() as port:
        _, said = load(port, token_file(folder, ["t"]), "--mix", write_mix(folder, post=1), "--rate", 20, "--duration", "6s")
    assert [bool(re.fullmatch(PROGRESS, line)) for line in said.splitlines()].count(True) == 1, said


def test_progress_is_written_over_on_a_terminal(folder):
    master, slave = pty.openpty()
    try:
        with liar() as port:
            done = subprocess.run(
                [program.BINARY, "load", "--url", f"http://127.0.0.1:{port}", "--token-file", token_file(folder, ["t"]), "--mix",
                 write_mix(folder, post=1), "--rate", "20", "--duration", "3s"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave, env=program.environment(), timeout=program.PATIENCE,
                check=False)
        shown = os.read(master, 10_000).decode()
    finally:
        os.close(slave)
        os.close(master)
    assert done.returncode == 0, shown
    assert re.fullmatch("(\r\x1b\\[K" + PROGRESS + ")+\r\x1b\\[K", shown), shown


def test_a_line_that_is_not_what_was_posted_is_a_wrong_answer(folder):
    def one_cent_less(entry):
        first, *rest = entry["lines"]
        return {**entry, "lines": [{**first, "amount": first["amount"] + ".01"}, *rest]}

    with liar(lie=one_cent_less) as port:
        result, said = load(port, token_file(folder, ["t"]), "--mix", write_mix(folder, entry=1), "--requests", 10, code=1)
        assert result["errors_by_kind"] == {"wrong_answer": 10}
        assert (result["error_rate"], result["throughput_per_s"]) == (1, 0)
        assert "another amount than was posted" in said
        load(port, token_file(folder, ["t"]), "--mix", write_mix(folder, entry=1), "--requests", 10,
             "--max-error-rate", 1)


def test_a_stall_is_felt_by_all_who_were_meant_to_ask_meanwhile(folder):
    """An open loop on one connection: one answer takes a second, and half a hundred requests were due by then."""
    with liar(stall=lambda number: time.sleep(1) if number == 20 else None) as port:
        options = ["--mix", write_mix(folder, post=1), "--concurrency", 1]
        opened, _ = load(port, token_file(folder, ["t"]), *options, "--rate", 50, "--duration", "2s")
    assert opened["requests"] == 100
    assert opened["latency_ms"]["p75"] > 300
