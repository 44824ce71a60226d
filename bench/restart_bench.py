"""How soon an instance serves as before when its PostgreSQL is restarted under load: an open-loop load at one rate, a fast
restart in its middle, and the time from the server's taking connections again to the first second with 95 % of the
throughput from before. Ends with 1 when any round took longer than --within, or a request was answered wrongly."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "src/testing"))
import program  # noqa: E402
from temporary_postgres import TemporaryPostgres  # noqa: E402

TENANTS = 8
BEFORE, AFTER = 6, 15  # seconds of load
SECOND = 1.0


class Counter(threading.Thread):
    """How many requests were answered rightly by when."""

    def __init__(self, serving):
        super().__init__(daemon=True)
        self.url, self.samples, self.over = f"http://127.0.0.1:{serving.ops_port}/api/health/metrics", [], threading.Event()

    def run(self):
        while not self.over.wait(0.05):
            with urllib.request.urlopen(self.url, timeout=30) as answer:
                figures = json.load(answer)
            self.samples.append((time.monotonic(), figures["requests"] - figures["errors"]))

    def stop(self):
        self.over.set()
        self.join()

    def between(self, start, end):
        return self._at(end) - self._at(start)

    def _at(self, moment):
        """Interpolated."""
        for (t0, n0), (t1, n1) in zip(self.samples, self.samples[1:]):
            if t0 <= moment <= t1:
                return n0 + (n1 - n0) * (moment - t0) / (t1 - t0)
        raise ValueError("nothing was counted then")


def measure(server, serving, tokens, rate):
    """Seconds until as before, seconds of the restart itself, requests a second before it, the load's result."""
    counter = Counter(serving)
    counter.start()
    load = subprocess.Popen([program.BINARY, "load", "--url", f"http://127.0.0.1:{serving.port}", "--token-file", tokens,
                             "--rate", str(rate), "--duration", f"{BEFORE + AFTER}s", "--max-error-rate", "1", "--json", "-"],
                            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment())
    time.sleep(BEFORE)
    begun = time.monotonic()
    server.restart()
    back = time.monotonic()
    printed, said = load.communicate(timeout=120)
    result = json.loads(printed)
    counter.stop()
    if result["errors_by_kind"].get("wrong_answer"):
        sys.exit(f"an answer was wrong:\n{said}")
    before = min(rate, counter.between(begun - 3, begun) / 3)
    moment = back
    while counter.between(moment, moment + SECOND) / SECOND < 0.95 * before:
        moment += 0.05
        if moment + SECOND > counter.samples[-1][0]:
            sys.exit(f"not back at 95 % of {before:.0f}/s within {AFTER} s")
    return moment - back, back - begun, before, result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rate", type=int, default=100, help="requests a second")
    parser.add_argument("--within", type=float, default=3.0, help="seconds")
    options = parser.parse_args()
    took = []
    with TemporaryPostgres(fsync="on", synchronous_commit="on", full_page_writes="on") as server:
        terminal = program.Terminal(("--database-url", server.create_database("books")))
        terminal.result_of("migrate")
        tokens = server.folder / "tokens"
        tokens.write_text("".join(
            terminal.result_of("token", "create", "--tenant", terminal.make_tenant(), "--role", "owner") + "\n"
            for _ in range(TENANTS)))
        tokens.chmod(0o600)
        with program.Serving(*terminal.where) as serving:
            for at in range(options.rounds):
                seconds, restart, before, result = measure(server, serving, tokens, options.rate)
                took.append(seconds)
                print(f"round {at + 1}: {before:.0f}/s before, restart {restart:.2f} s, back to 95 % after {seconds:.2f} s; "
                      f"{result['errors']} of {result['requests']} requests failed {result['errors_by_kind']}", flush=True)
        verified = terminal.run("verify")
        if verified.returncode != 0:
            sys.exit(verified.stdout + verified.stderr)
    print(f"back to 95 % of the throughput: median {statistics.median(took):.2f} s, longest {max(took):.2f} s, "
          f"at most {options.within} s wanted")
    sys.exit(0 if max(took) <= options.within else 1)


if __name__ == "__main__":
    main()
