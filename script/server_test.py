"""script/server and `script/web dev`, as people start them."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src/testing"))
import program  # noqa: E402

PATIENCE = 120
PRESET = os.environ.get("PRESET", "dev")


class Script:
    """A script that goes on until it is told to end; a process group of its own, as in a terminal."""

    def __init__(self, folder, *command, **settings):
        self.file = folder / "output"
        self.log = open(self.file, "w")
        # Ctrl-C ends it, also where whoever runs the tests in the background has them ignore that.
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), env=program.environment(**settings))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(PATIENCE)
        self.log.close()

    def output(self):
        return self.file.read_text()

    def wait_until(self, holds, patience=PATIENCE):
        until = time.monotonic() + patience
        while not holds():
            assert self.process.poll() is None and time.monotonic() < until, self.output()
            time.sleep(0.05)


@pytest.fixture
def folder():
    made = program.temporary_folder("server")
    yield made
    program.remove_folder(made)


def built():
    """When what is built was last written: the program, the browser client's bundle and its packages."""
    files = [ROOT / "build" / PRESET / "accubooks", ROOT / "web/node_modules/.package-lock.json", ROOT / "web/src/shared/api/schema.ts",
             *(ROOT / "web/dist").rglob("*")]
    return {str(file.relative_to(ROOT)): file.stat().st_mtime_ns for file in files}


def start_of_server(folder):
    """What script/server says until it is ready; the first one builds what has changed since the last build."""
    command = [ROOT / "script/server", "--data-dir", folder / "data", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]
    with Script(folder, *command, PRESET=PRESET, ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch")) as server:
        server.wait_until(lambda: "AccuBooks is ready on http://127.0.0.1:" in server.output(), patience=3600)
    assert server.process.returncode == 0, server.output()
    return server.output()


def test_a_second_start_builds_nothing_and_makes_nothing_anew(folder):
    first = start_of_server(folder)
    assert "Making a PostgreSQL cluster" in first
    before = built()
    second = start_of_server(folder)
    steps = [step for step in re.findall(r"^\[\d+/\d+\] (.*)", second, re.MULTILINE) if not step.startswith("Re-checking globbed")]
    assert steps == [] and "ninja: no work to do." in second, second
    assert built() == before
    assert "Making a PostgreSQL cluster" not in second and "Installing" not in second


def answer_of(url, token=None):
    """Status, type and text of what is there."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers.get_content_type(), refusal.read().decode()


def is_there(port):
    try:
        program.bind_and_close(port)
        return False
    except OSError:
        return True


def test_web_dev_serves_the_sources_in_front_of_a_running_server(folder):
    where = ("--data-dir", folder / "data")
    with program.Serving(*where) as serving:
        tenant = program.result_of("tenant", "create", "--name", "Seen through Vite", "--currency", "USD", *where)
        token = program.result_of("token", "create", "--tenant", tenant, "--role", "viewer", *where)
        port = program.free_port()
        own, served = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{serving.port}"
        with Script(folder, ROOT / "script/web", "dev", "--port", port, ACCUBOOKS_SERVER=served) as vite:
            vite.wait_until(lambda: is_there(port))
            # The page and its first script are the sources, as Vite gives them to a browser.
            status, kind, page = answer_of(f"{own}/")
            assert (status, kind) == (200, "text/html") and "/@vite/client" in page and 'src="/src/main.tsx' in page
            status, kind, script = answer_of(f"{own}/src/main.tsx")
            assert (status, kind) == (200, "text/javascript") and "createRoot" in script
            # And the API is the server's, with and without a right.
            tenants = f"/api/v1/tenants/{tenant}"
            through = answer_of(own + tenants, token)
            assert through == answer_of(served + tenants, token) and through[0] == 200 and "Seen through Vite" in through[2]
            assert answer_of(own + tenants)[:2] == (401, "application/problem+json")
        assert not is_there(port), "Ctrl-C ends it"
