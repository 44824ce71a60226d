"""What is answered when there is too much to do, or no database."""
import concurrent.futures
import subprocess
import threading
import time

import pytest
from client import Books, Client, program
from temporary_postgres import BIN, TemporaryPostgres

# PosterLimits of src/ledger/posting.h: a batch under way, and entries of one tenant that wait behind it.
UNDER_WAY, WAITING = 512, 2048


@pytest.fixture
def server():
    with TemporaryPostgres() as started:
        yield started


@pytest.fixture
def books(server):
    where = ("--database-url", server.create_database("books"))
    with program.Serving(*where, "--ungoverned") as serving:
        yield Books(Client(serving, where))


class LockedLedger:
    """Holds the row that posting locks, so that what is posted waits."""

    def __init__(self, url, tenant):
        self.session = subprocess.Popen(
            [BIN / "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--dbname", url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.session.stdin.write(f"begin; select 'locked' from books.ledger where tenant_id = {tenant} for update;\n")
        self.session.stdin.flush()
        assert self.session.stdout.readline() == "locked\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.communicate("rollback;\n")


def test_past_its_bound_the_queue_refuses_before_any_work_is_done(server, books):
    where, number = {"tenant_id": books.a.id}, books.post()

    def batch_of(size):
        return books.client.send("postEntries", where, body={"entries": [books.entry()] * size},
                                 headers={**books.as_("owner"), "Idempotency-Key": books.key()})

    def refused_of(futures):
        """The one batch that found the queue full; the others wait."""
        done, rest = concurrent.futures.wait(futures, timeout=30, return_when=concurrent.futures.FIRST_COMPLETED)
        (refused,) = done
        answer = refused.result()
        assert (answer.status, answer.json["code"]) == (503, "ledger.queue_full")
        assert int(answer.header("Retry-After")) >= 1
        return rest

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        with LockedLedger(server.url("books"), books.a.id):
            accepted = refused_of([threads.submit(batch_of, 1000) for _ in range(3)])
            left = WAITING - (2 * 1000 - UNDER_WAY)
            accepted |= refused_of([threads.submit(batch_of, left) for _ in range(2)])
            for name, path, content in (("postEntry", where, books.entry()),
                                        ("reverseEntry", {**where, "number": number}, {"reason": "x"})):
                answer = books.client.send(name, path, body=content,
                                           headers={**books.as_("owner"), "Idempotency-Key": books.key()})
                assert (answer.status, answer.json["code"]) == (503, "ledger.queue_full")
                assert int(answer.header("Retry-After")) >= 1
            other = books.client.send("postEntry", {"tenant_id": books.b.id}, body=books.entry(books.b, currency="EUR"),
                                      headers={**books.as_("owner", books.b), "Idempotency-Key": books.key()})
            assert other.status == 201  # one tenant's queue is nobody else's
        for future in accepted:
            assert {item["status"] for item in future.result().json["items"]} == {201}
    assert books.post() > number + 2000


def test_operations_are_served_while_the_tenants_pool_is_exhausted(server, books):
    program.result_of("config", "set", "database.pool.min=1", "database.pool.max=1", "--reason", "a test", *books.client.where)

    def pools():
        figures = books.client.exchange("GET", "/api/health/metrics", is_ops=True).json
        return figures["pool"], figures["operations_pool"]

    def keep_posting():
        while not over.is_set():
            books.client.send("postEntry", {"tenant_id": books.a.id}, body=books.entry(),
                              headers={**books.as_("owner"), "Idempotency-Key": books.key()})

    serving, over = books.client.serving, threading.Event()
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        with LockedLedger(server.url("books"), books.a.id):
            posting = [threads.submit(keep_posting) for _ in range(4)]
            try:
                serving.wait_until(lambda: pools()[0]["used"] == 1, "exhausted")
                served = pools()[1]["use_ms"]["count"]
                serving.wait_until(lambda: pools()[1]["use_ms"]["count"] > served and pools()[0]["used"] == 1, "served beside it")
                assert serving.is_ready()
            finally:
                over.set()
        for each in posting:
            each.result()
    assert books.post() > 0


def test_without_a_database_everything_says_so_and_readiness_tells(server, books):
    server.stop()
    for name in ("getTenant", "listAccounts", "listEntries", "getTrialBalance"):
        answer = books.client.send(name, {"tenant_id": books.a.id}, headers=books.as_("owner"))
        assert answer.status in (500, 503), name
        assert "postgres" not in answer.json["detail"] and str(server.folder) not in answer.body.decode()
    until = time.monotonic() + 30
    while (answer := books.client.send("getReadiness")).status != 503 and time.monotonic() < until:
        time.sleep(0.2)
    assert (answer.status, answer.json["status"]) == (503, "not_ready")
    assert books.client.send("getHealth").status == 200  # the process itself is well
    server.start()
    until = time.monotonic() + 30
    while books.client.send("getReadiness").status != 200 and time.monotonic() < until:
        time.sleep(0.2)
    assert books.post() > 0
