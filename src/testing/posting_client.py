"""A client that posts entries one by one over a kept connection, for tests that do something to the server meanwhile."""
import http.client
import json
import threading
import time
import uuid

PATIENCE = 60


class PostingClient(threading.Thread):
    """`failures` says which requests got no good answer; each is sent again with its key until it gets one, which `numbers`
    holds with all others."""

    def __init__(self, port, tenant, token):
        super().__init__(daemon=True)
        self.port, self.tenant = port, tenant
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.failures, self.numbers, self.over = [], [], threading.Event()
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.accounts = self._two_accounts()

    def _two_accounts(self):
        self.connection.request("GET", f"/api/v1/tenants/{self.tenant}/accounts?limit=1000", headers=self.headers)
        items = json.loads(self.connection.getresponse().read())["items"]
        parents = {item.get("parent_id") for item in items}
        leaves = {item["type"]: item["id"] for item in items if item["id"] not in parents}
        return leaves["asset"], leaves["revenue"]

    def run(self):
        while not self.over.is_set():
            key = str(uuid.uuid4())
            until = time.monotonic() + PATIENCE
            while (number := self._post(key)) is None and time.monotonic() < until:
                time.sleep(0.05)
            self.numbers.append(number)
        self.connection.close()

    def _post(self, key):
        """The entry's number, or none and a line in `failures`."""
        debit, credit = self.accounts
        body = {"date": "2026-01-31", "description": "Load", "lines": [
            {"account_id": debit, "amount": "1.00", "currency": "USD"},
            {"account_id": credit, "amount": "-1.00", "currency": "USD"}]}
        try:
            self.connection.request("POST", f"/api/v1/tenants/{self.tenant}/journal-entries", json.dumps(body),
                                    {**self.headers, "Idempotency-Key": key})
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as failure:
            self.failures.append(repr(failure))
            self.connection.close()
            return None
        if answer.status != 201:
            self.failures.append(f"{answer.status} {text}")
            return None
        return json.loads(text)["number"]

    def wait_for_more(self, count):
        """Until so many more entries are posted."""
        enough = len(self.numbers) + count
        until = time.monotonic() + PATIENCE
        while len(self.numbers) < enough:
            assert time.monotonic() < until, f"{self.failures[-1:]}"
            time.sleep(0.02)

    def stop(self):
        self.over.set()
        self.join(PATIENCE)
