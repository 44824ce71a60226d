"""Phase 1 by the plan as it is shipped, in real time, on three instances behind HAProxy with users at each of them.

It is script/soak phase1, some three hours: a change that goes through, and one that a person takes back. Where
ACCUBOOKS_KEEP names a folder, bundles, policy and signed report are copied there."""
import os
import pathlib
import shutil
import time

import program
import pytest
from balanced_cluster import NAMES
from cluster_scene import load_tool, scene_with, tokens_for
from launch_plan import PATIENT
from launch_scene import done

pytestmark = pytest.mark.skipif(not os.environ.get("ACCUBOOKS_REAL_TIME"), reason="it is a part of script/soak phase1")

WHOLE = 4 * 3600  # seconds; the deadlines of all stages together are shorter
WHY = "Phase 1 in real time, as a test"


def users_of(scene):
    tenants = [scene.terminal.make_tenant() for _ in range(6)]
    return load_tool(scene, tokens_for(scene, *tenants), "--rate", "5", duration=f"{WHOLE}s")


def rehearse(scene):
    """As the plan asks before a start. A minute has few samples, so a healthy system may be taken back."""
    for _ in range(5):
        ending = scene.wait_for_end(scene.start("--rehearsal", "--time-scale", 60))
        scene.close_incidents()
        if ending["state"] == "rehearsed":
            return
    raise AssertionError(ending)


def start(scene):
    number = scene.start("--override-window", WHY)
    print(f"\n  started at {time.strftime('%H:%M:%S')}", flush=True)
    return number


def reached(scene, number, *states):
    execution = scene.wait_for(number, lambda one: one["state"] in states, patience=WHOLE, pause=2)
    assert execution["state"] in states, execution
    print(f"\n  {execution['state']} at {time.strftime('%H:%M:%S')}", flush=True)


def check_nobody_noticed(ending, found):
    """No request failed and nobody waited for longer than the plan's two seconds, from the first of the baseline to the end."""
    assert found["requests"] > 10000 and found["errors"] == 0, found
    assert ending.sent("requests") > 10000 and ending.sent("errors") == 0
    assert sum(one["counts"]["errors"] for one in ending.probes) == 0
    assert max(ending.longest_gap(), found["longest_gap_ms"]) <= 2000
    assert ending.sampled == set(NAMES)


def keep(scene):
    if kept := os.environ.get("ACCUBOOKS_KEEP"):
        shutil.copytree(scene.folder / "launch", pathlib.Path(kept) / scene.folder.name)


def asked_for_phase2(scene):
    return scene.lea.launch("request", "phase2")


def test_it_goes_through_and_opens_the_gate_of_phase_2():
    with scene_with(disk="2g") as scene, users_of(scene) as found:
        rehearse(scene)
        number = start(scene)
        try:
            reached(scene, number, "sustained")
            reached(scene, number, "succeeded")
            ending = scene.check_end(number, "succeeded", 200)
            check_nobody_noticed(ending, found())
            refused = asked_for_phase2(scene)
            assert refused.returncode == 1 and "launch.phase_gate_closed" in refused.stderr
            done(scene.lea.sign("report", "phase1", "--sign"))
            done(asked_for_phase2(scene))
        finally:
            keep(scene)


def test_who_takes_it_back_has_it_watched_for_the_plans_15_minutes():
    with scene_with(*PATIENT, disk="2g") as scene, users_of(scene) as found:
        rehearse(scene)
        number = start(scene)
        try:
            reached(scene, number, "sustained")
            done(scene.olu.launch("rollback", "phase1", "--reason", WHY))
            reached(scene, number, "rollback_verify")
            began = time.monotonic()
            reached(scene, number, "rolled_back")
            assert time.monotonic() - began > 15 * 60 - 10
            ending = scene.check_end(number, "rolled_back", 50)
            assert ending.back_after() < 10
            check_nobody_noticed(ending, found())
        finally:
            keep(scene)
