"""Backups of the private cluster by the real pgBackRest: taken, checked, damaged, restored to a moment, cut off."""
import datetime
import json
import signal
import subprocess
import time
import urllib.request

import program
import pytest
from temporary_postgres import BIN, as_server_account
from tracked_books import TrackedBooks


def now():
    """The machine's time, after every commit so far and before every later one."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def superuser(data, sql):
    """Runs SQL as the server's own account, as the superuser that the program never is."""
    socket = (data / "socket_dir").read_text().strip()
    done = subprocess.run(as_server_account([str(BIN / "psql"), "--no-psqlrc", "-qAtX", "-U", "postgres", "-h", socket, "-d", "accubooks",
                                             "-c", sql]), cwd="/", text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def metric(serving, name):
    """The value of a series without labels, or none."""
    for line in serving.metrics().splitlines():
        if line.startswith(name + " "):
            return float(line.split()[1])
    return None


def state(serving):
    with urllib.request.urlopen(f"http://127.0.0.1:{serving.ops_port}/api/health/backup", timeout=30) as answer:
        return json.load(answer)


def refused(done, *words):
    assert done.returncode == 1, done.stdout + done.stderr
    sentences = [line for line in done.stderr.splitlines() if line.startswith("accubooks: ")]
    assert len(sentences) == 1, done.stderr
    for word in words:
        assert word in sentences[0], done.stderr


def leftovers(data):
    return [path.name for path in data.iterdir() if path.name.startswith(("backup-check-", "postgres.", "restore"))
            and path.name != "postgres.log"]


def test_books_come_back_as_they_were_at_a_moment_between_two_entries(folder):
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))
    with program.Serving("--data-dir", data) as serving:
        assert metric(serving, "accubooks_backup_last_good_timestamp_seconds") is None  # unknown is absent
        assert state(serving)["last_backup"] is None
        books = TrackedBooks(terminal, serving.port)
        for _ in range(3):
            books.post_until_acknowledged()
        taken = json.loads(terminal.result_of("backup", "run", "--json"))
        listed = json.loads(terminal.result_of("backup", "list", "--json"))["backups"]
        assert [one["label"] for one in listed] == [taken["label"]]
        assert listed[0]["bytes"] > listed[0]["stored_bytes"] > 0
        books.post_until_acknowledged()
        checked = json.loads(terminal.result_of("backup", "check", "--json"))
        assert checked["label"] == taken["label"] and checked["breach_count"] == 0 and checked["entries"] >= 3
        serving.wait_until(lambda: metric(serving, "accubooks_backup_check_last_result") == 1, "telling of the check")
        assert metric(serving, "accubooks_backup_last_good_timestamp_seconds") > time.time() - 600
        assert metric(serving, "accubooks_backup_size_bytes") == taken["bytes"]
        assert metric(serving, "accubooks_backup_point_in_time_broken") == 0
        assert state(serving)["last_good_check"]["label"] == taken["label"]

        moment = now()
        time.sleep(0.01)
        for _ in range(2):
            books.post_until_acknowledged()
        receipt = books.request("GET", "/journal-entries/5")[1]
        sign_an_act(terminal, data)
        refused(terminal.run("backup", "restore", "--to", moment), str(data))  # while it serves
        assert serving.stop() == 0

    printed = terminal.result_of("backup", "restore", "--to", moment, "--reason", "Two entries too many")
    assert f"tenant {books.tenant}: epoch 2 continues after entry 4; before, entry 6 was the last." in printed
    verified = json.loads(terminal.result_of("verify", "--json"))
    assert (verified["entries"], verified["breach_count"]) == (4, 0)
    epoch, = verified["epochs"]
    assert (epoch["epoch"], epoch["after_number"], epoch["replaced_number"]) == (2, 4, 6)
    assert epoch["restored_to"][:23] == moment[:23] and epoch["reason"] == "Two entries too many"
    assert len([name for name in leftovers(data) if name.startswith("postgres.before-")]) == 1  # and nothing else
    assert len(leftovers(data)) == 1
    assert checkpoint(data)[0].endswith("/launch-audit/2")  # the log goes on, which was signed beyond that moment

    with program.Serving("--data-dir", data) as serving:
        assert state(serving)["last_restore"]["outcome"] == "good"
        books.port = serving.port
        books.post_until_acknowledged()
        entry = books.request("GET", "/journal-entries/5")[1]
        assert entry["hash"] != receipt["hash"]
        assert "epoch 2 continues after entry 4" in terminal.result_of("verify")
        # The log of the new line is archived too: a second restore follows it.
        moment = now()
        time.sleep(0.01)
        books.post_until_acknowledged()
        assert serving.stop() == 0
    assert "epoch 3 continues after entry 5; before, entry 6 was the last." in terminal.result_of("backup", "restore", "--to", moment)
    assert [epoch["after_number"] for epoch in json.loads(terminal.result_of("verify", "--json"))["epochs"]] == [4, 5]
    refused(terminal.run("backup", "restore", "--to", "2020-01-01T00:00:00Z"), "oldest backup")
    refused(terminal.run("backup", "restore", "--to", "2999-01-01T00:00:00Z"), "future")


def checkpoint(data):
    """Origin, size and root of the last one that was signed."""
    return (data / "audit/last-checkpoint").read_text().splitlines()[:3]


def sign_an_act(terminal, data):
    """Something that the audit log has signed when this returns."""
    size = int(checkpoint(data)[1])
    terminal.result_of("user", "create", "--email", "ann@example.com", "--password-file", "-", stdin="a good long password\n")
    terminal.result_of("user", "totp", "enrol", "--user", "ann@example.com", "--out", data.parent / "totp")
    until = time.monotonic() + program.PATIENCE
    while int(checkpoint(data)[1]) == size:
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def backed_up(folder):
    """A folder with books that nobody serves, and one backup of them."""
    terminal = program.Terminal(("--data-dir", folder / "data"))
    terminal.make_tenant()
    terminal.result_of("backup", "run")
    return terminal, folder / "data"


def test_a_damaged_backup_is_found_and_told_of(backed_up):
    terminal, data = backed_up
    base = next((data / "backup/backup/accubooks").glob("*F"))
    victim = max(base.rglob("*.lz4"), key=lambda path: path.stat().st_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xff
    victim.write_bytes(content)
    refused(terminal.run("backup", "check"), "damaged", "backup run")
    assert leftovers(data) == []
    before = superuser_state(terminal, data)
    assert before == [("check", "failed")]
    # A restore from it leaves the books as they are.
    refused(terminal.run("backup", "restore", "--to", "latest"), "damaged")
    assert terminal.run("verify").returncode == 0


def superuser_state(terminal, data):
    """[(kind, outcome)] of the checks that the database remembers."""
    with program.Serving("--data-dir", data):
        rows = superuser(data, "select kind, outcome from platform.backup_event where kind = 'check' order by event_id")
    return [tuple(row.split("|")) for row in rows.splitlines()]


def test_a_backup_that_was_killed_leaves_a_usable_repository(folder):
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))
    with program.Serving("--data-dir", data):
        terminal.make_tenant()
        terminal.result_of("backup", "run")
        # A backup of some size, cut off as soon as it copies.
        superuser(data, "create table public.ballast as select repeat(md5(i::text), 30) from generate_series(1, 200000) i")
        running = subprocess.Popen([program.BINARY, "backup", "run", "--data-dir", data], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=program.environment())
        known = {path.name for path in (data / "backup/backup/accubooks").iterdir()}
        until = time.monotonic() + program.PATIENCE
        while {path.name for path in (data / "backup/backup/accubooks").iterdir()} == known:
            assert running.poll() is None and time.monotonic() < until
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert len(json.loads(terminal.result_of("backup", "list", "--json"))["backups"]) == 1
        until = time.monotonic() + program.PATIENCE
        while (done := terminal.run("backup", "run")).returncode != 0:
            assert "under way" in done.stderr and time.monotonic() < until, done.stderr  # what was cut off ends in order
        assert len(json.loads(terminal.result_of("backup", "list", "--json"))["backups"]) == 2
        terminal.result_of("backup", "check")


def test_a_restore_that_was_killed_is_put_back_and_the_folder_refused_until_then(backed_up):
    terminal, data = backed_up
    verified = terminal.result_of("verify", "--json")
    # As a restore leaves it that ends between its two steps.
    aside = data / "postgres.before-20260101T000000Z"
    (data / "restore").write_text(aside.name + "\n")
    (data / "postgres").rename(aside)
    done = terminal.run("verify")
    assert done.returncode == 78 and "backup restore" in done.stderr
    assert not (data / "postgres").exists()  # nobody makes an empty one in its place
    terminal.result_of("backup", "restore", "--to", "latest")
    assert json.loads(terminal.result_of("verify", "--json"))["entries"] == json.loads(verified)["entries"]
    assert not aside.exists()


def test_log_that_cannot_be_archived_waits_is_told_of_and_is_thrown_away_past_the_bound(folder):
    data = folder / "data"
    terminal = program.Terminal(("--data-dir", data))
    environment = program.environment(ACCUBOOKS_BACKUP_ARCHIVE_QUEUE_MB="64")
    with program.Serving("--data-dir", data, env=environment) as serving:
        tenant = terminal.make_tenant()
        terminal.result_of("backup", "run")
        archive = data / "backup/archive"
        archive.rename(data / "moved")
        archive.write_text("no folder")  # as a disk that went away

        def switch():
            superuser(data, "create table if not exists public.x (); drop table public.x; select pg_switch_wal()")

        switch()
        serving.wait_until(lambda: metric(serving, "accubooks_backup_archive_failing") == 1, "telling that it fails")
        assert metric(serving, "accubooks_backup_archive_waiting_bytes") >= 16 << 20
        assert state(serving)["archiver"]["failing_segment"]
        assert state(serving)["point_in_time_broken"] is None
        assert "can't be archived" in serving.output()
        assert serving.is_ready()
        for _ in range(5):
            switch()
        serving.wait_until(lambda: metric(serving, "accubooks_backup_point_in_time_broken") == 1, "giving up")
        assert "thrown away" in state(serving)["point_in_time_broken"]["detail"]
        assert "thrown away" in serving.output()
        serving.wait_until(lambda: not list((data / "postgres/pg_wal/archive_status").glob("*.ready")), "free of it")

        archive.unlink()
        (data / "moved").rename(archive)
        terminal.result_of("backup", "run")
        serving.wait_until(lambda: metric(serving, "accubooks_backup_point_in_time_broken") == 0, "whole again")
        assert state(serving)["point_in_time_broken"] is None
        assert tenant


def test_a_full_disk_of_backups_says_so(folder):
    terminal = program.Terminal(("--data-dir", folder / "data"))
    terminal.make_tenant()
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,mode=0755", "tmpfs", small], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting takes root")
    try:
        done = terminal.run("backup", "run", env=program.environment(ACCUBOOKS_BACKUP_DIRECTORY=str(small / "backup")), timeout=180)
        refused(done, "full", "backup.directory")
    finally:
        terminal.run("verify")  # whoever holds a file there ends
        subprocess.run(["umount", "--lazy", small], check=True)


def test_of_an_own_server_backups_are_not_ours(own):
    for act in (("run",), ("list",), ("check",), ("restore", "--to", "latest")):
        refused(own.run("backup", *act), "own")


def test_without_a_backup_there_is_nothing_to_check_or_restore(folder):
    terminal = program.Terminal(("--data-dir", folder / "data"))
    terminal.make_tenant()
    assert json.loads(terminal.result_of("backup", "list", "--json")) == {"backups": []}
    refused(terminal.run("backup", "check"), "backup run")
    refused(terminal.run("backup", "restore", "--to", "latest"), "backup run")
    assert terminal.run("backup", "restore", "--to", "yesterday").returncode == 2
