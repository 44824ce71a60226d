"""The program and its database are killed again and again under load: nothing that was acknowledged is lost, nothing is
posted twice, and nobody hangs. ACCUBOOKS_CRASH_ROUNDS (default 5) and ACCUBOOKS_SEED (default 1) choose the rounds."""
import os
import random
import signal
import subprocess
import sys
import time

import program
from temporary_postgres import BIN, as_server_account
from tracked_books import PostingCrowd, TrackedBooks

ROUNDS = int(os.environ.get("ACCUBOOKS_CRASH_ROUNDS", "5"))
SEED = int(os.environ.get("ACCUBOOKS_SEED", "1"))


class Crashes:
    def __init__(self, folder):
        self.data, self.ports = folder / "data", (program.free_port(), program.free_port())
        self.serving = None
        self.database_crashes = 0  # since the program was started
        self.start()

    def start(self):
        self.serving = program.Serving("--data-dir", self.data, ports=self.ports)
        self.database_crashes = 0
        self.serving.wait_until_ready()

    def postmaster(self):
        return int((self.data / "postgres/postmaster.pid").read_text().split("\n")[0])

    def kill_program(self):
        self.serving.kill()
        self.start()

    def kill_database(self):
        self._after_the_end_of(lambda pid: os.kill(pid, signal.SIGKILL))

    def stop_database_at_once(self):
        self._after_the_end_of(lambda _: subprocess.run(
            as_server_account([BIN / "pg_ctl", "--pgdata", self.data / "postgres", "--mode=immediate", "stop"]),
            check=True, cwd="/", stdout=subprocess.DEVNULL))

    def kill_both(self):
        os.kill(self.postmaster(), signal.SIGKILL)
        self.kill_program()

    def _after_the_end_of(self, end):
        before = self.postmaster()
        end(before)
        self.database_crashes += 1
        self.serving.wait_for_lines("The database server runs again", self.database_crashes)
        assert self.postmaster() != before
        self.serving.wait_until_ready()

    def crash_of(self, round_):
        """In turns. A database that dies time and again is given up by a program that has seen it five times."""
        kinds = [self.kill_database, self.stop_database_at_once, self.kill_program, self.kill_both]
        return kinds[round_ % len(kinds)]


def test_what_was_acknowledged_outlives_any_crash_exactly_once(folder):
    crashes = Crashes(folder)
    terminal = program.Terminal(("--data-dir", crashes.data))
    try:
        all_books = []
        for at in range(ROUNDS):
            seed = SEED + at
            chance = random.Random(seed)
            books = [TrackedBooks(terminal, crashes.ports[0]) for _ in range(2)]
            all_books += books
            crash = crashes.crash_of(at)
            with PostingCrowd(books, seed=seed) as crowd:
                crowd.wait_for_more(20)
                time.sleep(chance.random())  # a moment of the round's own, anywhere in a batch
                crash()
                crowd.wait_for_more(20)
            settled = sum(each.settle() for each in books)
            print(f"round {at + 1} of {ROUNDS}, seed {seed}: {crash.__name__}, {crowd.acknowledged()} entries, "
                  f"{settled} unknown and settled", file=sys.stderr)
            # One line for each death, not one for each request that it cost.
            assert len(crashes.serving.lines_with("The database server has died")) == crashes.database_crashes
        for each in all_books:
            each.assert_right()
        verified = terminal.run("verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert crashes.serving.stop() == 0
        assert not (crashes.data / "postgres/postmaster.pid").exists()
    except BaseException:
        print(f"Replay: ACCUBOOKS_SEED={SEED} ACCUBOOKS_CRASH_ROUNDS={ROUNDS} pytest src/app/crash_test.py", file=sys.stderr)
        raise
    finally:
        crashes.serving.kill()
