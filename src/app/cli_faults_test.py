"""What a program that serves survives: a database that is killed under it, and a disk that is full."""
import concurrent.futures
import http.client
import json
import os
import signal
import time
import uuid

import program


class Books:
    """A tenant of a serving program, with two accounts and what was posted between them."""

    def __init__(self, serving, terminal):
        self.serving, self.tenant = serving, terminal.make_tenant()
        self.token = terminal.result_of("token", "create", "--tenant", self.tenant, "--role", "owner")
        self.accounts = [self.request("POST", "/accounts", {"code": code, "name": code, "type": "asset"})[1]["id"]
                         for code in ("bank", "sales")]
        self.acknowledged = {}  # number by key

    def request(self, method, path, body=None, key=None):
        """Status, body and headers; no status when there was no answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.serving.port, timeout=program.PATIENCE)
        try:
            connection.request(method, f"/api/v1/tenants/{self.tenant}{path}", json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None, answer.headers
        finally:
            connection.close()

    def post(self, key=None, description="x"):
        """One try; what was acknowledged is remembered."""
        key = key or str(uuid.uuid4())
        status, body, headers = self.request("POST", "/journal-entries", {
            "date": "2026-01-31", "description": description, "lines": [
                {"account_id": self.accounts[0], "amount": "1.00", "currency": "USD"},
                {"account_id": self.accounts[1], "amount": "-1.00", "currency": "USD"}]}, key)
        if status == 201:
            self.acknowledged[key] = body["number"]
        return status, body, headers

    def post_until_it_succeeds(self, description="x"):
        key = str(uuid.uuid4())
        until = time.monotonic() + program.PATIENCE
        while (status := self.post(key, description)[0]) != 201:
            assert status in (500, 503), status  # not done, or nobody knows: the key makes asking again right
            assert time.monotonic() < until, self.serving.output()
            time.sleep(0.05)

    def assert_each_once(self):
        """All that was acknowledged is there, under one number each, and no number is missing."""
        assert len(set(self.acknowledged.values())) == len(self.acknowledged)
        numbers, cursor = [], ""
        while cursor is not None:
            status, page, _ = self.request("GET", f"/journal-entries?limit=500{cursor}")
            assert status == 200, page
            numbers += [entry["number"] for entry in page["items"]]
            cursor = f"&cursor={page['next']}" if page["next"] else None
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert set(self.acknowledged.values()) <= set(numbers)


def server_process(data):
    return int((data / "postgres/postmaster.pid").read_text().split("\n")[0])


def lines_with(serving, words):
    return [line for line in serving.output().splitlines() if words in line]


def test_a_database_that_is_killed_comes_back_and_no_entry_is_lost(folder):
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))
    with program.Serving("--data-dir", data) as serving:
        books = Books(serving, terminal)
        for _ in range(2):  # the second time it is a server that was started again
            killed = server_process(data)
            with concurrent.futures.ThreadPoolExecutor(4) as clients:
                before = [clients.submit(books.post_until_it_succeeds) for _ in range(40)]
                os.kill(killed, signal.SIGKILL)
                for each in before:
                    each.result()
            serving.wait_until(serving.is_ready, "ready again")
            assert server_process(data) != killed
        books.assert_each_once()
        assert len(books.acknowledged) == 80
        assert len(lines_with(serving, "The database server has died")) == 2
        assert len(lines_with(serving, "The database server runs again")) == 2
        verified = terminal.run("verify")
        assert verified.returncode == 0, verified.stderr
        assert serving.stop() == 0
    assert not (data / "postgres/postmaster.pid").exists()


def test_a_successor_keeps_the_database(folder):
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))
    with program.Serving("--data-dir", data) as serving:
        books = Books(serving, terminal)
        books.post_until_it_succeeds()
        terminal.result_of("restart")
        successor = int((data / "serve.pid").read_text().split()[0])
        try:
            assert serving.process.wait(program.PATIENCE) == 0
            killed = server_process(data)
            os.kill(killed, signal.SIGKILL)
            until = time.monotonic() + program.PATIENCE
            while not serving.is_ready() or killed == server_process(data):
                assert time.monotonic() < until, serving.output()
                time.sleep(0.05)
            books.post_until_it_succeeds()
            books.assert_each_once()
        finally:
            os.kill(successor, signal.SIGTERM)
            until = time.monotonic() + program.PATIENCE
            while (data / "serve.pid").exists():
                assert time.monotonic() < until
                time.sleep(0.02)
