"""Restarts that nobody notices: a successor takes over sockets, data folder and clients of a program that serves."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import threading
import time

import pytest

import program
from certificate import make_certificate, trusting
from posting_client import PostingClient

PATIENCE = 60


def restart(folder, *more, **options):
    return program.run("restart", "--data-dir", folder / "data", *more, **options)


def pid_of(folder):
    return int((folder / "data/serve.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def made():
    """One data folder, whose cluster is made once."""
    made = program.temporary_folder("restart")
    yield made
    program.remove_folder(made)


@pytest.fixture
def folder(made):
    """Nobody serves it."""
    yield made
    end(made)


@pytest.fixture
def serving(folder):
    with program.Serving("--data-dir", folder / "data") as running:
        yield running


def end(folder):
    """Successors are nobody's children here: asked to stop, and waited for, by their number."""
    try:
        pid = pid_of(folder)
    except FileNotFoundError:
        return
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the second where it went between opening and reading
        return False


def test_no_request_fails_while_successors_take_over(folder, serving):
    terminal = program.Terminal(("--data-dir", folder / "data"))
    tenant = terminal.make_tenant("USD", "--chart", "us")
    token = terminal.result_of("token", "create", "--tenant", tenant, "--role", "accountant")
    postmaster = (folder / "data/postgres/postmaster.pid").read_text().split()[0]
    clients = [PostingClient(serving.port, tenant, token) for _ in range(4)]
    for client in clients:
        client.start()
    for _ in range(3):
        before = pid_of(folder)
        done = restart(folder)
        assert done.returncode == 0, done.stderr
        assert pid_of(folder) != before
        for client in clients:
            client.wait_for_more(20)
    for client in clients:
        client.stop()
    assert [failure for client in clients for failure in client.failures] == []
    numbers = sorted(number for client in clients for number in client.numbers)
    assert numbers == list(range(1, len(numbers) + 1))
    assert (folder / "data/postgres/postmaster.pid").read_text().split()[0] == postmaster, "the database was restarted"
    assert "0 breaches" in terminal.run("verify").stdout + terminal.run("verify").stderr
    second = program.run("serve", "--data-dir", folder / "data", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0")
    assert second.returncode == 78 and f"process {pid_of(folder)}" in second.stderr


def test_the_last_of_the_line_stops_the_database(folder):
    with program.Serving("--data-dir", folder / "data"):
        assert restart(folder).returncode == 0
        end(folder)
    assert not (folder / "data/postgres/postmaster.pid").exists()
    assert not (folder / "data/serve.pid").exists()


def test_a_successor_that_cannot_start_changes_nothing(folder):
    binary = folder / "accubooks"
    shutil.copy(program.BINARY, binary)
    ports = program.free_port(), program.free_port()
    with open(folder / "log", "w") as log:
        running = subprocess.Popen([binary, "serve", "--data-dir", folder / "data", "--listen", f"127.0.0.1:{ports[0]}",
                                    "--ops-listen", f"127.0.0.1:{ports[1]}"], stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log, env=program.environment(), start_new_session=True)
    try:
        wait_for(folder / "data/serve.pid")
        broken = folder / "broken"
        broken.write_text("#!/bin/sh\nexit 7\n")
        broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
        broken.rename(binary)
        done = subprocess.run([program.BINARY, "restart", "--data-dir", folder / "data"], text=True, capture_output=True,
                              check=False, timeout=PATIENCE, env=program.environment())
        assert done.returncode == 1
        assert "ended with code 7" in done.stderr and "serves on" in done.stderr
        assert running.poll() is None and status_of(ports[1], "/api/health/ready") == 200
    finally:
        running.terminate()
        assert running.wait(PATIENCE) == 0


def wait_for(path):
    until = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < until, f"no {path}"
        time.sleep(0.02)


def status_of(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    return connection.getresponse().status


def test_nothing_to_restart_is_said(tmp_path):
    folder = tmp_path
    (folder / "data").mkdir()
    done = restart(folder)
    assert done.returncode == 1 and "Nothing serves there" in done.stderr
    # A number that another process has been given since is not signalled.
    other = subprocess.Popen(["sleep", "1000"])
    try:
        (folder / "data/serve.pid").write_text(f"{other.pid}\n")
        done = restart(folder)
        assert done.returncode == 1 and "has ended" in done.stderr
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_systemd_opens_the_sockets(folder):
    ports = program.free_port(), program.free_port()
    with open(folder / "log", "w") as log:
        activated = subprocess.Popen(
            ["systemd-socket-activate", "-l", f"127.0.0.1:{ports[0]}", "-l", f"127.0.0.1:{ports[1]}",
             "--fdname=api:operations", program.BINARY, "serve", "--data-dir", folder / "data",
             "--listen", "127.0.0.1:1", "--ops-listen", "127.0.0.1:1"],  # where it must not listen
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=program.environment(), start_new_session=True)
    try:
        until = time.monotonic() + PATIENCE
        while not is_answered(ports[1], "/api/health/ready"):  # the first connection starts the program
            assert time.monotonic() < until and activated.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        assert status_of(ports[0], "/api/v1/tenants/1/accounts") == 401
        done = restart(folder)
        assert done.returncode == 0, done.stderr
        assert status_of(ports[1], "/api/health/ready") == 200
        assert status_of(ports[0], "/api/v1/tenants/1/accounts") == 401
    finally:
        end(folder)
        activated.kill()
        activated.wait()


def is_answered(port, path):
    try:
        return status_of(port, path) == 200
    except (OSError, http.client.HTTPException):
        return False


def test_a_stop_says_not_ready_first_and_answers_meanwhile(folder):
    with program.Serving("--data-dir", folder / "data", "--drain-delay-ms", "3000") as running:
        kept = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
        kept.request("GET", "/api/v1/tenants/1/accounts")
        kept.getresponse().read()
        running.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while status_of(running.ops_port, "/api/health/ready") == 200:
            assert time.monotonic() < until
        kept.request("GET", "/api/v1/tenants/1/accounts")
        answer = kept.getresponse()
        assert answer.status == 401 and answer.headers["Connection"] == "close"
        assert status_of(running.port, "/api/v1/tenants/1/accounts") == 401, "a new connection is served too"
        assert running.process.wait(PATIENCE) == 0


def test_a_successor_serves_the_web_client_as_it_is_now(folder):
    web = program.temporary_folder("web")
    try:
        (web / "assets").mkdir()
        (web / "index.html").write_text("__CSP_NONCE__")
        (web / "assets/app-1.js").write_text("1")
        with program.Serving("--data-dir", folder / "data", "--set", f"web.directory={web}") as serving:
            (web / "assets/app-1.js").rename(web / "assets/app-2.js")
            assert statuses(serving, "/assets/app-1.js", "/assets/app-2.js") == [200, 404], "it is in memory"
            assert restart(folder).returncode == 0
            assert statuses(serving, "/assets/app-1.js", "/assets/app-2.js") == [404, 200]
            end(folder)
    finally:
        program.remove_folder(web)


def statuses(serving, *paths):
    found = []
    for path in paths:
        connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=30)
        connection.request("GET", path)
        found.append(connection.getresponse().status)
        connection.close()
    return found


def test_no_connection_by_tls_fails_while_a_successor_takes_over(folder):
    made = program.temporary_folder("tls")
    where, context = make_certificate(made), trusting(made)
    failures, stopped, answered = [], threading.Event(), threading.Semaphore(0)

    def keep_asking(port):
        while not stopped.is_set():
            try:
                connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
                connection.request("GET", "/api/v1/session")
                assert connection.getresponse().status == 401
                connection.close()
                answered.release()
            except (OSError, http.client.HTTPException, AssertionError) as failure:
                failures.append(failure)
                stopped.set()

    try:
        with program.Serving("--data-dir", folder / "data", *where) as serving:
            clients = [threading.Thread(target=keep_asking, args=(serving.port,)) for _ in range(3)]
            for client in clients:
                client.start()
            done = restart(folder)
            serving.process.wait(PATIENCE)
            while answered.acquire(blocking=False):
                pass
            answered.acquire(timeout=PATIENCE)  # the successor's
            stopped.set()
            for client in clients:
                client.join()
            assert (done.returncode, failures) == (0, [])
            end(folder)
    finally:
        program.remove_folder(made)
