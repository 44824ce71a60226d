"""Books whose every post is remembered with what its client was told, so that a test can hold them to it after any fault."""
import http.client
import json
import random
import threading
import time
import uuid

PATIENCE = 60
BATCH = 4


class TrackedBooks:
    """One tenant of whatever answers on `port`. Each entry's description is its name, by which it is found again. For any
    number of threads."""

    def __init__(self, terminal, port):
        self.port, self.tenant = port, terminal.make_tenant()
        self.token = terminal.result_of("token", "create", "--tenant", self.tenant, "--role", "owner")
        self.accounts = [self.request("POST", "/accounts", {"code": code, "name": code, "type": "asset"})[1]["id"]
                         for code in ("bank", "sales")]
        self.acknowledged = {}  # number by entry
        self.unknown = {}  # entries by key, of requests that nobody knows the end of
        self.failures = 0  # requests that weren't acknowledged, whole
        self.lock = threading.Lock()

    def request(self, method, path, body=None, key=None):
        """Status, body and headers; OSError or HTTPException when there was no answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, f"/api/v1/tenants/{self.tenant}{path}", json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None, answer.headers
        finally:
            connection.close()

    def _entry(self, name):
        return {"date": "2026-01-31", "description": name, "lines": [
            {"account_id": self.accounts[0], "amount": "1.00", "currency": "USD"},
            {"account_id": self.accounts[1], "amount": "-1.00", "currency": "USD"}]}

    def post(self, count=1, key=None):
        """One try at one entry, or at a batch of several under one key; whether all were acknowledged. Never raises for what
        a fault may cause: no answer, 500 and 503."""
        key = key or str(uuid.uuid4())
        names = [f"{key} {at}" for at in range(count)]
        try:
            if count == 1:
                status, body, _ = self.request("POST", "/journal-entries", self._entry(names[0]), key)
                answers = [(status, body)]
            else:
                status, body, _ = self.request("POST", "/journal-entries:batch",
                                               {"entries": [self._entry(name) for name in names]}, key)
                answers = [(item["status"], item) for item in body["items"]] if status == 200 else [(status, body)] * count
        except TimeoutError:
            raise AssertionError(f"no answer within {PATIENCE} s") from None
        except (OSError, http.client.HTTPException):
            answers = [(None, None)] * count
        with self.lock:
            for name, (status, body) in zip(names, answers):
                assert status in (None, 201, 500, 503), (status, body)
                if status == 201:
                    assert self.acknowledged.setdefault(name, body["number"]) == body["number"], name
            if all(status == 201 for status, _ in answers):
                self.unknown.pop(key, None)
                return True
            self.unknown[key] = names
            self.failures += 1
            return False

    def post_until_acknowledged(self, count=1):
        key, until = str(uuid.uuid4()), time.monotonic() + PATIENCE
        while not self.post(count, key):
            assert time.monotonic() < until, "no entry could be posted any more"
            time.sleep(0.05)

    def entries(self):
        """{name: [numbers]} of all there are."""
        found, cursor = {}, ""
        while cursor is not None:
            status, page, _ = self.request("GET", f"/journal-entries?limit=1000{cursor}")
            assert status == 200, page
            for entry in page["items"]:
                found.setdefault(entry["description"], []).append(entry["number"])
            cursor = f"&cursor={page['next']}" if page["next"] else None
        return found

    def settle(self):
        """Everything that was acknowledged is there exactly once, under the number that was told; what nobody knows is there
        once or not at all, and asking again with the key makes it once. How many keys were unknown."""
        self.assert_right()
        unknown = dict(self.unknown)
        for key, names in unknown.items():
            until = time.monotonic() + PATIENCE
            while not self.post(len(names), key):
                assert time.monotonic() < until, f"{key} can't be settled"
                time.sleep(0.05)
        self.assert_right()
        assert not self.unknown
        return len(unknown)

    def assert_right(self):
        there = self.entries()
        assert all(len(numbers) == 1 for numbers in there.values()), "an entry is there twice"
        for name, number in self.acknowledged.items():
            assert there.get(name) == [number], f"{name} was acknowledged as {number}, and is {there.get(name)}"
        posted = {name for names in self.unknown.values() for name in names} | set(self.acknowledged)
        assert set(there) <= posted, "an entry is there that nobody posted"
        numbers = sorted(number for numbers in there.values() for number in numbers)
        assert numbers == list(range(1, len(numbers) + 1)), "numbers have a gap"


class PostingCrowd:
    """Clients that post to books, a tenth of the requests batches, until the `with` ends; each goes on with new entries after
    a failure."""

    def __init__(self, books, clients=8, seed=1):
        self.books, self.over = books, threading.Event()
        self.threads = [threading.Thread(target=self._post, args=(random.Random(seed * 1000 + at),), daemon=True)
                        for at in range(clients)]
        self.broken = []

    def _post(self, chance):
        try:
            while not self.over.is_set():
                if not self.books[chance.randrange(len(self.books))].post(BATCH if chance.random() < 0.1 else 1):
                    self.over.wait(0.2)
        except BaseException as failure:
            self.broken.append(failure)

    def acknowledged(self):
        return sum(len(each.acknowledged) for each in self.books)

    def failures(self):
        return sum(each.failures for each in self.books)

    def wait_for_more(self, count):
        """Until so many more entries are acknowledged."""
        self._wait_for_more(self.acknowledged, count, "is acknowledged any more")

    def wait_for_failures(self, count):
        """Until so many more requests have failed."""
        self._wait_for_more(self.failures, count, "fails")

    def _wait_for_more(self, number, count, what):
        enough, until = number() + count, time.monotonic() + PATIENCE
        while number() < enough:
            assert not self.broken, self.broken
            assert time.monotonic() < until, f"nothing {what}"
            time.sleep(0.01)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)
        hang = [thread for thread in self.threads if thread.is_alive()]
        assert kind or not hang, f"{len(hang)} clients hang"
        assert kind or not self.broken, self.broken
