"""What a program that serves survives: a database that is restarted, silent, out of reach or full, and a disk without room.
After each, what was acknowledged is there exactly once, nobody hangs, and the books verify. crash_test.py kills both."""
import concurrent.futures
import dataclasses
import os
import pathlib
import signal
import subprocess
import time

import program
import pytest
from fault_proxy import FaultProxy
from temporary_postgres import TemporaryPostgres
from tracked_books import PostingCrowd, TrackedBooks

CONNECTING_FAILS = "can't connect and goes on trying"


def server_process(data):
    """None while there is no server."""
    try:
        return int((data / "postgres/postmaster.pid").read_text().split("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def assert_verified(terminal):
    verified = terminal.run("verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.fixture(scope="module")
def server():
    """A database server that tests may do anything to, as long as it runs and is as large as before afterwards."""
    with TemporaryPostgres(synchronous_commit="on") as made:
        program.Terminal(("--database-url", made.create_database("migrated"))).result_of("migrate")
        yield made


@dataclasses.dataclass
class TerminalOf(program.Terminal):
    database: str = ""


@pytest.fixture
def terminal(server, request):
    """The commands on a migrated database of the test's own."""
    name = request.node.name[:60]
    return TerminalOf(("--database-url", server.create_database(name, template="migrated")), database=name)


def test_a_successor_keeps_the_database(folder):
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))
    with program.Serving("--data-dir", data) as serving:
        books = TrackedBooks(terminal, serving.port)
        books.post_until_acknowledged()
        terminal.result_of("restart")
        successor = int((data / "serve.pid").read_text().split()[0])
        try:
            assert serving.process.wait(program.PATIENCE) == 0
            killed = server_process(data)
            os.kill(killed, signal.SIGKILL)
            until = time.monotonic() + program.PATIENCE
            while not serving.is_ready() or server_process(data) in (None, killed):
                assert time.monotonic() < until, serving.output()
                time.sleep(0.05)
            books.post_until_acknowledged()
            books.settle()
        finally:
            os.kill(successor, signal.SIGTERM)
            until = time.monotonic() + program.PATIENCE
            while (data / "serve.pid").exists():
                assert time.monotonic() < until
                time.sleep(0.02)


def test_a_database_that_is_restarted_under_load_is_used_again_without_anybodys_help(server, terminal):
    with program.Serving(*terminal.where) as serving:
        books = [TrackedBooks(terminal, serving.port) for _ in range(2)]
        with PostingCrowd(books) as crowd:
            crowd.wait_for_more(50)
            server.restart()
            crowd.wait_for_more(50)
        serving.wait_until_ready()
        for each in books:
            each.settle()
        # A line a minute for each pool, not one for each request that it cost.
        assert len(serving.lines_with(CONNECTING_FAILS)) <= 4
        assert len(serving.lines_with('"code":"database.unavailable","reason"')) <= 2
        assert_verified(terminal)


def stop_one_that_posts(server, database):
    """The server process, which stands still in the middle of a transaction with ledgers locked. Met while it waits for a
    table: else it might hold what all who write need for a moment, such as a page of an index."""
    until = time.monotonic() + program.PATIENCE
    with server.in_transaction("lock table books.journal_entry in exclusive mode", database):
        while True:
            assert time.monotonic() < until, "none was met while it had a ledger locked"
            found = server.psql("select a.pid from pg_stat_activity a join pg_locks l using (pid) where a.datname = current_database() "
                                "and a.wait_event_type = 'Lock' and a.query like '%books.post_combined%' and l.mode = 'RowShareLock' "
                                "and l.relation = 'books.ledger'::regclass limit 1", database)
            if not found:
                time.sleep(0.01)
                continue
            os.kill(int(found), signal.SIGSTOP)
            while pathlib.Path(f"/proc/{found}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
                time.sleep(0.01)
            waits = server.psql(f"select wait_event_type from pg_stat_activity where pid = {found}", database)
            if waits == "Lock":
                return int(found)
            os.kill(int(found), signal.SIGCONT)


def test_a_backend_that_stands_still_holds_up_nobody_else(server, terminal):
    with program.Serving(*terminal.where, "--set", "posting.batch_timeout_ms=1000") as serving:
        books = [TrackedBooks(terminal, serving.port) for _ in range(4)]
        others = [TrackedBooks(terminal, serving.port) for _ in range(2)]
        with PostingCrowd(books) as crowd:
            crowd.wait_for_more(20)
            stopped = stop_one_that_posts(server, terminal.database)
            try:
                # It may hold the books of all who posted until now, which go on asking. The others are free.
                with PostingCrowd(others) as free:
                    free.wait_for_more(60)
            finally:
                os.kill(stopped, signal.SIGCONT)
            crowd.wait_for_more(20)
        serving.wait_until_ready()
        for each in books + others:
            each.settle()
        assert_verified(terminal)


def test_a_link_that_swallows_everything_hangs_nobody_and_is_left_when_it_is_cut(server, terminal):
    with FaultProxy(server.folder / ".s.PGSQL.5432") as proxy:
        url = f"postgresql://postgres@127.0.0.1:{proxy.port}/{terminal.database}"
        with program.Serving("--database-url", url, "--set", "posting.batch_timeout_ms=1000") as serving:
            books = TrackedBooks(terminal, serving.port)
            with PostingCrowd([books]) as crowd:
                crowd.wait_for_more(20)
                proxy.black_hole(True)
                serving.wait_until(lambda: not serving.is_ready(), "noticing")
                crowd.wait_for_failures(16)  # each client is told, and more than once
                proxy.black_hole(False)
                proxy.cut()
                crowd.wait_for_more(20)
            serving.wait_until_ready()
            books.settle()
            assert len(serving.lines_with(CONNECTING_FAILS)) <= 4
        assert_verified(terminal)


def test_a_read_whose_answer_was_lost_is_to_be_asked_again(server, terminal):
    with FaultProxy(server.folder / ".s.PGSQL.5432") as proxy:
        url = f"postgresql://postgres@127.0.0.1:{proxy.port}/{terminal.database}"
        with program.Serving("--database-url", url) as serving, concurrent.futures.ThreadPoolExecutor(1) as aside:
            books = TrackedBooks(terminal, serving.port)
            proxy.black_hole(True)
            reading = aside.submit(books.request, "GET", "/journal-entries")
            serving.wait_for_requests(1)
            proxy.cut()  # before anything that it has swallowed could come after all
            proxy.black_hole(False)
            status, problem, headers = reading.result()
            # A write would be told 500: nobody knows whether it was done.
            assert (status, problem["code"]) == (503, "database.unavailable") and headers["Retry-After"]


def test_a_name_server_that_is_silent_holds_nobody_up(server, terminal, name_server):
    with FaultProxy(server.folder / ".s.PGSQL.5432") as proxy:
        url = f"postgresql://postgres@database.test:{proxy.port}/{terminal.database}"
        name_server.hosts.write_text("127.0.0.1 database.test\n")
        with program.Serving("--database-url", url, **name_server.settings) as serving:
            books = TrackedBooks(terminal, serving.port)
            books.post_until_acknowledged()
            name_server.hosts.write_text("")
            proxy.cut()
            serving.wait_until(lambda: name_server.questions > 0, "asking where its database is")
            while books.post():
                proxy.cut()  # a connection whose host was found before
            for _ in range(3):
                assert not books.post()  # an answer, though the name server gave none
            serving.wait_for("no name server said in time where database.test is")
            serving.wait_until(lambda: not serving.is_ready(), "noticing")
            name_server.hosts.write_text("127.0.0.1 database.test\n")
            name_server.answers.set()
            serving.wait_until_ready()
            books.post_until_acknowledged()
            books.settle()
        assert_verified(terminal)


def test_a_name_server_that_is_silent_does_not_hold_up_the_end(server, terminal, name_server):
    with FaultProxy(server.folder / ".s.PGSQL.5432") as proxy:
        name_server.hosts.write_text("127.0.0.1 database.test\n")
        url = f"postgresql://postgres@database.test:{proxy.port}/{terminal.database}"
        with program.Serving("--database-url", url, **name_server.settings) as serving:
            name_server.hosts.write_text("")
            proxy.cut()
            serving.wait_for("no name server said in time where database.test is")
            assert serving.stop() == 0


def refused_connections(serving):
    """How many attempts to connect the server had no room for."""
    return sum(int(line.rsplit(" ", 1)[1]) for line in serving.metrics().splitlines()
               if line.startswith("accubooks_db_pool_connect_failures_total") and 'reason="no_room"' in line)


@pytest.fixture
def shrink(server):
    """Starts the server anew with room for so few connections; after the test it is as large as before."""
    usual = server.settings["max_connections"]

    def to(connections):
        server.stop()
        server.settings["max_connections"] = connections
        server.start()

    yield to
    to(usual)


def test_a_pool_larger_than_its_server_makes_do_with_what_there_is(terminal, shrink):
    with program.Serving(*terminal.where) as serving:
        books = [TrackedBooks(terminal, serving.port) for _ in range(12)]
        # A program isn't started on so small a server; under one that runs it may become that.
        shrink("12")
        serving.wait_until_ready()
        with PostingCrowd(books, clients=24) as crowd:
            crowd.wait_for_more(24)
            serving.wait_until(lambda: refused_connections(serving) > 0, "meeting the server's limit")
            failed = crowd.failures()
            crowd.wait_for_more(400)
            assert crowd.failures() == failed, "a request failed, though it had only to wait"
        assert len(serving.lines_with(CONNECTING_FAILS)) <= 4
        for each in books:
            each.settle()
        assert serving.stop() == 0
        assert_verified(terminal)


@pytest.fixture
def small_disk(folder):
    """A disk of its own with little room."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = folder / "disk"
    mounted.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800m,mode=755", "accubooks-test", mounted], text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield mounted
    subprocess.run(["umount", "--lazy", mounted], check=True)


def fill(disk):
    """Leaves no byte of room; the file that took it."""
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return ballast


def test_a_full_disk_costs_no_acknowledged_entry_and_is_over_when_there_is_room_again(small_disk):
    data = small_disk / "data"
    terminal = program.Terminal(("--data-dir", data))
    with program.Serving("--data-dir", data) as serving:
        books = TrackedBooks(terminal, serving.port)
        with PostingCrowd([books]) as crowd:
            crowd.wait_for_more(20)
            ballast = fill(small_disk)
            serving.wait_for("disk is full")
            crowd.wait_for_failures(40)
            ballast.unlink()
            crowd.wait_for_more(20)
        serving.wait_until_ready()
        books.settle()
        said = serving.lines_with("disk is full")
        assert 1 <= len(said) <= 3, said
        assert len(serving.lines_with("request failed")) <= 5
        assert_verified(terminal)
        assert serving.stop() == 0
