"""A change on three instances behind HAProxy is rolled back by each limit of the plan that a slow or crowded system crosses.

A part of script/soak launch. Of what a fault makes worse, the limit in question alone stands as the plan has it: whichever else would
be crossed by the same fault, sooner or later by chance, is out of reach."""
import contextlib
import os
import re
import signal
import time

import program
import pytest
from balanced_cluster import NAMES
from cluster_scene import BACK, again_and_again, books_locked, scene_with
from crowd import Crowd, slow_drafts, tenants_with_drafts
from launch_plan import ENOUGH_TO_COMPARE, PATIENT, SOON, UNHURRIED
from slow_answers import AFTER, BEFORE, let_answers_wait, prepare_pauses

pytestmark = pytest.mark.skipif(not os.environ.get("ACCUBOOKS_SOAK"), reason="it is a part of script/soak launch")

UTILISATION = ("pool_utilisation > 90 % for 5 min", "pool_utilisation > 99 % for 4 h")
LOOKS = 15  # seconds of the three in a row in which a rehearsal must find it
TIMEOUTS = ("connection_timeouts > 0 for 2 min", "connection_timeouts > 1000000 for 2 min")
TAKES = 20  # seconds, of a statement behind a list of drafts


def limits_but(metric):
    """Changes of the plan by which every limit of how long things take is out of reach but those of the metric."""
    return [change for change in (*PATIENT, UTILISATION) if metric not in change[0]]


def wait_until(holds):
    until = time.monotonic() + program.PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


def quiet_port(scene):
    """Of an instance to which nothing of the launch's own load goes, nor of its probes."""
    def answered(name):
        return sum(int(count) for count in re.findall(r'http_server_request_duration_seconds_count{listener="api".*} (\d+)',
                                                      scene.cluster.instances[name].metrics()))
    before = {name: answered(name) for name in NAMES}
    time.sleep(2)
    busy = {name: answered(name) - before[name] for name in NAMES}
    quiet = min(busy, key=busy.get)
    assert busy[quiet] == 0, busy
    return scene.cluster.instances[quiet].port


@contextlib.contextmanager
def frozen_balancer(scene):
    """Nobody gets an answer, and the instances know nothing of it."""
    scene.cluster.balancer.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: any(event.get("state") in BACK for event in scene.history(scene.running)))
    finally:
        scene.cluster.balancer.send_signal(signal.SIGCONT)
    yield


def slow_books(scene):
    return books_locked(scene, 3)


def ended_sessions(scene):
    """Something ends idle sessions of the service all the time, as a firewall does, and each is made anew."""
    return again_and_again(lambda: scene.cluster.postgres.psql(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'accubooks_login' and state = 'idle' "
        "order by state_change limit 3"), pause=0.2)


# How many ask for drafts of each of ten tenants, all of them at an instance that has a pool of 200, and each for longer than the rules
# look: first there is nearly no connection left, then none, and the others give up.
TENANTS = 10
CROWDS = {"pool_utilisation": 19, "connection_timeouts": 30}
FAULTS = {
    "success_gap": frozen_balancer,
    "latency_p95": slow_books,
    "connection_thrashing": ended_sessions,
}


@pytest.mark.parametrize("metric", (*FAULTS, *CROWDS))
def test_a_limit_that_is_crossed_rolls_it_back(metric):
    with scene_with(*SOON, *limits_but(metric), prepare=lambda cluster: cluster.postgres.psql(slow_drafts(TAKES))) as scene:
        tokens = tenants_with_drafts(scene, TENANTS) if metric in CROWDS else {}
        number = scene.start()
        scene.wait_for_state(number, "sustained")
        with Crowd([quiet_port(scene)], tokens, CROWDS[metric]) if tokens else FAULTS[metric](scene):
            scene.wait_for_state(number, *BACK)
        ending = scene.check_end(number, "rolled_back", 50)
        assert ending.causes[0] == "hard_trigger" and metric in ending.fired, str(ending)


def test_answers_that_become_slower_roll_it_back():
    """By the plan's own 20 %; and nothing does before they are."""
    with scene_with(*SOON, *UNHURRIED, UTILISATION, TIMEOUTS, ENOUGH_TO_COMPARE, prepare=prepare_pauses) as scene:
        let_answers_wait(scene, BEFORE)
        number = scene.start()
        execution = scene.wait_for(number, lambda one: one["state"] in ("sustained", *BACK))
        assert execution["state"] == "sustained", str(scene.check_end(number, "rolled_back", 50))
        calm_until = time.monotonic() + LOOKS  # what was asked for at once, in the smoke run, isn't looked at any more
        while time.monotonic() < calm_until:
            assert scene.status(number)[1]["state"] == "sustained"
            time.sleep(1)
        slower_at = time.time()
        let_answers_wait(scene, AFTER)
        scene.wait_for_state(number, *BACK)
        let_answers_wait(scene, BEFORE)  # as long as they are slow it isn't back
        ending = scene.check_end(number, "rolled_back", 50)
    fired = [(event["at_us"] / 1e6, verdict) for event in ending.history for verdict in event.get("fired", [])]
    assert {verdict["criterion"] for _, verdict in fired} == {"latency_regression > 20 %"}, str(ending)
    fired_after = min(at for at, _ in fired) - slower_at
    print(f"  fired {fired_after:.1f} s after they became slower")
    assert fired_after > LOOKS * 2 / 3, "two looks of the three were before"
