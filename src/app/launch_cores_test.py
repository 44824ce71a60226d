"""A change on three instances behind HAProxy is rolled back when the processors of the database server are what it runs out of.

A part of script/soak launch. It wants the whole machine: what else computes on it takes from the server what the tests count on."""
import os
import time

import program
import pytest
from cluster_scene import BACK, scene_with
from computing import all_processors_taken, let_reports_compute
from crowd import Crowd, tenants_with_drafts
from launch_plan import CROWDED, PATIENT, SOON

pytestmark = pytest.mark.skipif(not os.environ.get("ACCUBOOKS_SOAK"), reason="it is a part of script/soak launch")


def test_processors_that_are_all_taken_roll_it_back():
    """By the plan's own 90 %, of which the time is scaled as the rehearsal's."""
    limits = [change for change in PATIENT if "database_cpu" not in change[0]]
    with scene_with(*SOON, *limits) as scene:
        number = scene.start()
        scene.wait_for_state(number, "sustained")
        taken_at = time.time()
        with all_processors_taken(scene.cluster):
            # The server itself looks: whoever else does would take part of the processors.
            scene.wait_until_entered(number, "rolling_back")
        ending = scene.check_end(number, "rolled_back", 50)
    assert ending.causes[0] == "hard_trigger" and ending.fired == {"database_cpu"}, str(ending)
    assert all(event["at_us"] > taken_at * 1e6 for event in ending.history if event.get("fired"))


# Each pool of 50 is full of their reports, 150 altogether, and the others wait; one of 100 or 200 lets twice or three times as many
# compute at once, and whoever asks for anything else waits for too long.
TENANTS, EACH = 5, 30
CARRIED = 250
# Nothing else of the server is short, and how much of its processors is taken says nothing: all, whatever the pool.
BUSY = (*CROWDED, ("database_cpu > 99 % for 5 min", "database_cpu > 99 % for 4 h"))


def test_a_pool_of_200_that_takes_more_than_the_processors_carry_is_rolled_back():
    with scene_with(*SOON, *BUSY, prepare=lambda cluster: let_reports_compute(cluster, CARRIED)) as scene:
        ports = [serving.port for serving in scene.cluster.instances.values()]
        with Crowd(ports, tenants_with_drafts(scene, TENANTS), EACH) as crowd:
            number = scene.start()
            scene.wait_for_state(number, "apply", "soak")
            before = str(crowd)
            assert crowd.answered > 500 and crowd.failed == 0, before
            scene.wait_for_state(number, *BACK)
            ending = scene.check_end(number, "rolled_back", 50)
            print(f"\n  before {before}\n  then   {crowd}")
            assert ending.causes[0] == "hard_trigger" and "error_rate" in ending.fired, str(ending)
            failed, answered = crowd.failed, crowd.answered
            until = time.monotonic() + program.PATIENCE
            while crowd.answered < answered + 500:
                assert time.monotonic() < until
                time.sleep(0.2)
            assert crowd.failed == failed, "all is well again"
