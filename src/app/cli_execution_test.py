"""A change carried out on a real server, as people do it at the command line: rehearsed, rolled back, proven."""
import hashlib
import json
import os
import pty
import random
import re
import shutil
import subprocess
import time

import program
import pytest
from launch_plan import PATIENT, write_plan
from launch_scene import PRIOR, LaunchScene, done


class Launch(LaunchScene):
    """On one server, whose backups are its own."""

    def __init__(self, folder):
        super().__init__(folder, program.Terminal(("--data-dir", folder / "data")))

    def serve(self, **options):
        environment = program.environment(ACCUBOOKS_LAUNCH_DIRECTORY=str(self.folder / "launch"),
                                          ACCUBOOKS_LAUNCH_PLAN=str(self.folder / "plan.yaml"))
        self.served_by(program.Serving("--data-dir", self.folder / "data", env=environment, **options))
        return self.serving

    def back_up(self):
        self.terminal.result_of("backup", "run")
        self.terminal.result_of("backup", "check")


@pytest.fixture(scope="module")
def launch():
    folder = program.temporary_folder("execution")
    try:
        world = Launch(folder)
        write_plan(folder / "plan.yaml", *PATIENT)
        with world.serve():
            world.approve()
            yield world
    finally:
        program.remove_folder(folder)


def test_a_rehearsal_goes_through_and_proves_itself(launch):
    refused = launch.lea.launch("start", "phase1", "--override-window", "It is a test of the guards")
    assert refused.returncode == 1
    assert "launch.rollback_unrehearsed" in refused.stderr or "launch.notice_undelivered" in refused.stderr
    number = launch.start()
    assert launch.eve.launch("start", "phase1").returncode == 1
    with launch.follow() as watch:
        execution = launch.wait_for_end(number)
        assert execution["state"] == "rehearsed", json.dumps(execution)
        lines, complaint = watch.communicate(timeout=60)
    assert watch.returncode == 0, complaint
    states = [line.split()[1] for line in lines.splitlines()]
    assert {"baseline", "sustained", "rollback_verify"} <= set(states) and states[-1] == "rehearsed"
    assert "criteria pass" in lines and "are measured." in lines
    assert lines.count("ok    backup: It is ") == 1, "a pre-check is told once, when it is known"
    assert "Waiting for error_rate: " in lines
    assert launch.status(number)[0] == "approved", "the approval is left as it was"
    for gate in ("launch.submitted", "launch.decision", "launch.ended"):
        launch.wait_until_anchored(gate)
    assert launch.values() == PRIOR
    bundle = launch.bundle(execution)
    judged = len((bundle / "verdicts.jsonl").read_text().splitlines())
    for folder in (bundle, launch.evidence()):
        replayed = program.run("launch", "replay", folder)
        assert replayed.returncode == 0, replayed.stderr
        assert f"{bundle.name}: {judged} verdicts of " in replayed.stdout and "ended rehearsed, a rehearsal" in replayed.stdout
    assert judged >= 4, "three stages, and the rollback"


def test_a_person_rolls_it_back(launch):
    number = launch.start()
    execution = launch.wait_for(number, lambda one: one["order"] is not None)
    assert not execution["ended"], execution
    said = launch.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here")
    assert said.returncode == 0, said.stderr
    execution = launch.wait_for_end(number)
    assert execution["state"] == "rolled_back", json.dumps(execution)
    assert launch.values() == PRIOR
    again = launch.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here")
    assert again.returncode == 1 and "launch.nothing_runs" in again.stderr


def test_what_has_ended_is_told_and_proven(launch):
    """Behind the others: the newest execution is the one that somebody rolled back."""
    watched = launch.eve.launch("watch", "phase1")
    assert watched.returncode == 4, watched.stderr
    assert watched.stdout.rstrip().endswith("rolled_back"), watched.stdout
    view = json.loads(launch.eve.launch("watch", "phase1", "--json").stdout)
    assert view["execution"]["ended"] and view["why_not_yet"] == ""
    attempt, bundle = view["execution"]["attempt"], launch.bundle(view["execution"])
    page = done(launch.lea.launch("report", "phase1"))
    assert "ROLLED BACK" in page and "Answers feel slow here" in page
    content = launch.lea.launch("report", "phase1", "--json").stdout
    assert (bundle / "report.json").read_text() == content
    refused = launch.lea.sign("report", "phase1", "--sign")
    assert refused.returncode == 1 and "launch.rehearsal_report" in refused.stderr
    assert launch.eve.launch("report", "phase1", "--sign").returncode == 2, "nothing is signed without a key"
    record = done(launch.eve.launch("record", "phase1"))
    assert f"Rehearsal {attempt} of revision 1" in record and hashlib.sha256(content.encode()).hexdigest() in record

    policy = launch.folder / "launch/policy.json"
    proven = program.run("audit", "verify", launch.evidence(), "--policy", policy)
    assert proven.returncode == 0, proven.stderr
    assert f"attempt {attempt} (a rehearsal): rolled_back" in proven.stdout and "UNWITNESSED" in proven.stdout
    assert "missing:" not in proven.stdout, proven.stdout
    measurements = bundle / "measurements.jsonl"
    good = measurements.read_text()
    measurements.write_text(good.replace('"errors":0', '"errors":1', 1))
    assert program.run("audit", "verify", launch.evidence(), "--policy", policy).returncode == 3
    measurements.write_text(good)


def test_watching_on_a_terminal_draws_one_page_anew(launch):
    """Of what has ended, the last page alone."""
    master, slave = pty.openpty()
    try:
        watched = subprocess.run(
            [program.BINARY, "launch", "watch", "phase1", "--url", f"http://127.0.0.1:{launch.serving.port}"],
            stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.PIPE, text=True, timeout=program.PATIENCE, check=False,
            env=program.environment(ACCUBOOKS_TOKEN_FILE=str(launch.eve.folder / "token")))
        shown = os.read(master, 10_000).decode()
    finally:
        os.close(slave)
        os.close(master)
    assert watched.returncode == 4, watched.stderr
    assert shown.startswith("\x1b[H\x1b[J") and "rolled_back" in shown and "pre-checks: " in shown, shown


def test_a_verdict_of_a_real_bundle_comes_out_again_or_is_named(launch):
    """Of the rehearsal that went through; whoever changes what was measured, or what was judged of it, is found by the verdicts alone."""
    bundle = launch.evidence() / json.loads((launch.evidence() / "manifest.json").read_text())["attempts"][0]["folder"]
    for name, changed in (("verdicts.jsonl", lambda text: text.replace('"outcome":"pass"', '"outcome":"fail"', 1)),
                          ("measurements.jsonl", lambda text: text.replace('"pool_max":200', '"pool_max":100'))):
        good = (bundle / name).read_text()
        assert changed(good) != good
        (bundle / name).write_text(changed(good))
        replayed = program.run("launch", "replay", bundle)
        (bundle / name).write_text(good)
        assert replayed.returncode == 3 and "verdicts.jsonl doesn't come out again" in replayed.stderr, replayed.stderr
    assert program.run("launch", "replay", bundle).returncode == 0


def test_lint_draws_from_what_an_attempt_measured(launch):
    """Of a rehearsal's baseline for a rehearsal; the real thing needs more requests than a rehearsal sends."""
    lint = ("launch", "lint", launch.folder / "plan.yaml", "--baseline", launch.evidence())
    found = json.loads(program.run(*lint, "--time-scale", 300, "--json").stdout)
    baseline = found["baseline"]
    assert baseline["source"].startswith("CHG-0001-1-") and baseline["source"].endswith("-rehearsal")
    assert baseline["latencies"] >= 30 and baseline["error_rate_ppm"] == 0 and len(baseline["sha256"]) == 64
    assert 0 <= found["operating_characteristics"]["false_rollback_ppm"] <= 1_000_000
    page = program.run(*lint, "--time-scale", 300)
    assert page.returncode == 0 and f"\nbaseline {baseline['source']}, {baseline['from']} to {baseline['to']}\n" in page.stdout
    assert baseline["sha256"] in page.stdout
    refused = program.run(*lint)
    assert refused.returncode == 1 and "where 9000 are needed" in refused.stderr and refused.stdout == ""


def test_a_p0_before_anything_is_changed_pauses_until_the_executive_resumes(launch):
    number = launch.start()
    launch.wait_for_state(number, "baseline")
    opened = json.loads(done(launch.olu.run("incident", "open", "--severity", "p0", "--title", "Nobody can post", "--json")))
    execution = launch.wait_for_state(number, "paused")
    assert execution["cause"] == "incident" and execution["order"] is None, json.dumps(execution)
    assert execution["why"] == f"The P0 incident {opened['id']} is open: “Nobody can post”."
    resume = ("resume", "phase1", "--reason", "It is over, go on")
    assert "launch.p0_open" in launch.eve.launch(*resume).stderr
    launch.close_incidents()
    refused = launch.lea.launch(*resume)
    assert refused.returncode == 1 and "launch.executive_resumes" in refused.stderr
    assert launch.status(number)[1]["state"] == "paused" and launch.values() == PRIOR
    done(launch.eve.launch(*resume))
    execution = launch.wait_for(number, lambda one: one["order"] is not None)
    assert not execution["ended"], json.dumps(execution)
    done(launch.olu.launch("rollback", "phase1", "--reason", "That was what we wanted to see"))
    execution = launch.wait_for_end(number)
    assert execution["state"] == "rolled_back", json.dumps(execution)
    verdicts = (launch.bundle(execution) / "verdicts.jsonl").read_text()
    assert "open_p0 > 0" not in verdicts, "nothing was held that could go back"


def test_a_rehearsal_says_how_much_power_is_left(launch):
    launch.start()  # once everybody was told
    done(launch.olu.launch("abort", "phase1", "--reason", "Another one is to be read"))
    started = launch.lea.launch("start", "phase1", "--rehearsal", "--time-scale", 300)
    assert started.returncode == 0 and started.stdout.count("\n") == 1, started.stderr
    first, *lines = started.stderr.splitlines()
    assert "300 times faster" in first and "assumed" in first
    lint = program.run("launch", "lint", launch.folder / "plan.yaml", "--time-scale", 300).stdout.splitlines()
    said = next(at for at, line in enumerate(lint) if line.startswith("A healthy system"))
    unfigured = [re.sub(r"[0-9.]+ %", "N %", line) for line in lines]
    assert unfigured == [re.sub(r"[0-9.]+ %", "N %", line) for line in lint[said:said + 2]], started.stderr
    done(launch.olu.launch("abort", "phase1", "--reason", "Its power was what we wanted"))


def test_whoever_drives_it_may_be_killed(launch):
    number = launch.start()
    launch.wait_for(number, lambda one: one["order"] is not None)
    before = launch.serving
    before.kill()
    with launch.serve(ports=(before.port, before.ops_port)):
        execution = launch.wait_for_end(number)
        assert execution["state"] in ("rehearsed", "rolled_back"), json.dumps(execution)
        assert launch.values() == PRIOR
        replayed = program.run("launch", "replay", launch.bundle(execution))
        assert replayed.returncode == 0, replayed.stderr


def verify(folder, policy):
    return program.run("audit", "verify", folder, "--policy", policy)


@pytest.fixture(scope="module")
def witnessed(launch):
    """A policy that demands the witness who has cosigned behind all executions; beside each seal lies its word. Nobody serves."""
    launch.serving.stop()
    lea, policy = launch.lea, launch.folder / "witnessed.json"
    program.result_of("key", "create", "--out", lea.folder / "witness", "--passphrase-file", lea.folder / "passphrase")
    with launch.serve():
        done(lea.run("audit", "anchor"))
        said = done(lea.run("audit", "witness", "--key", lea.folder / "witness", "--passphrase-file", lea.folder / "passphrase",
                            "--name", "witness.test/w1"))
    trusted = json.loads((launch.folder / "launch/policy.json").read_text())
    policy.write_text(json.dumps({**trusted, "witnesses": [re.search(r" as (\S+)\.\n", said)[1]], "witnesses_required": 1}))
    with launch.serve():  # a program that begins looks for witnesses at once
        until = time.monotonic() + program.PATIENCE
        while not all((bundle / "seal/witnessed.txt").exists() for bundle in launch.evidence().iterdir() if bundle.is_dir()):
            assert time.monotonic() < until
            time.sleep(0.2)
    return policy


def test_a_policy_may_demand_a_witness(launch, witnessed):
    proven = verify(launch.evidence(), witnessed)
    assert proven.returncode == 0, proven.stderr
    attempts = proven.stdout.count("witnessed by witness.test/w1")
    assert attempts > 0 and "UNWITNESSED" not in proven.stdout
    without = launch.folder / "without"
    shutil.copytree(launch.evidence(), without)
    for file in without.glob("*/seal/witnessed.txt"):
        file.unlink()
    refused = verify(without, witnessed)
    assert refused.returncode == 3 and "UNWITNESSED: 0 of the 1 witnesses" in refused.stderr, refused.stderr
    undemanding = verify(without, launch.folder / "launch/policy.json")
    assert undemanding.returncode == 0 and undemanding.stdout.count("UNWITNESSED") == attempts, undemanding.stderr


def test_no_bit_of_it_can_be_changed_unseen(launch, witnessed):
    """In each file of the rehearsal that went through, and in the list of all attempts; the first thing wrong is named."""
    chance = random.Random(20260201)
    whole = launch.evidence()
    bundle = whole / json.loads((whole / "manifest.json").read_text())["attempts"][0]["folder"]
    files = sorted(file for file in bundle.rglob("*") if file.is_file())
    kinds = {str(file.relative_to(bundle)).split("/")[0] for file in files}
    assert kinds >= {"analysis-plan.json", "approvals", "captures", "change", "execution.jsonl", "incidents.json", "log", "manifest.json",
                     "measurements.jsonl", "notifications.json", "report.json", "report.md", "seal", "snapshots", "verdicts.jsonl"}, kinds
    for file, judged in (*((file, bundle) for file in files for _ in range(2)), *[(whole / "manifest.json", whole)] * 4):
        good, path = file.read_bytes(), str(file.relative_to(judged))
        bit = chance.randrange(8 * len(good))
        file.write_bytes(good[:bit // 8] + bytes([good[bit // 8] ^ 1 << bit % 8]) + good[bit // 8 + 1:])
        found = verify(judged, witnessed)
        file.write_bytes(good)
        # A manifest or a seal that was changed contradicts what it is about, which may be what is named.
        named = {"manifest.json": "", "seal": "seal/"}.get(path.split("/")[0], f"{bundle.name}/{path}: ")
        assert found.returncode == 3 and named in found.stderr, f"{path}, bit {bit}: {found.returncode} {found.stderr}"
    assert verify(whole, witnessed).returncode == 0
