"""A change on three instances behind HAProxy, under load and time-scaled: it goes through, and each real fault ends it.

The short form, in script/test, has three faults; ACCUBOOKS_SOAK=1 (script/soak launch) has all of them. Each run prints how it
ended: why, how soon the prior values were back, and what the load tool and the prober saw meanwhile."""
import contextlib
import json
import os
import signal
import time

import program
import pytest
from bad_backend import BadBackend
from balanced_cluster import NAMES
from cluster_scene import BACK, HELD, books_locked, cleared, disk_filled, load_tool, scene_with, tokens_for
from crowd import Crowd, SortingDisk, tenants_with_drafts
from launch_plan import CROWDED, HASTY, PATIENT, SHORT, SOON, UNCOMPARED
from launch_scene import PRIOR, done

SOAK = bool(os.environ.get("ACCUBOOKS_SOAK"))
soak = pytest.mark.skipif(not SOAK, reason="it is a part of script/soak launch")


@pytest.fixture(scope="module")
def house():
    # The soak has the machine for itself, and the plan's own limits of what may take how long.
    with scene_with(*SOON, *(UNCOMPARED if SOAK else PATIENT)) as made:
        yield made


@pytest.fixture
def scene(house):
    yield from cleared(house)


def users_of(scene):
    """Some of each instance: what they ask for is answered by one instance for each tenant."""
    return load_tool(scene, tokens_for(scene, *(scene.terminal.make_tenant() for _ in range(6))), "--rate", "10")


def check_nobody_noticed(ending, found):
    """Zero downtime, while it was applied and brought back: no request failed, and none had to wait long."""
    assert found["requests"] > 100 and found["errors"] == 0, found
    assert ending.sent("requests") > 1000 and ending.sent("errors") == 0
    assert sum(one["counts"]["errors"] for one in ending.probes) == 0
    assert ending.sampled == set(NAMES)
    assert not SOAK or max(ending.longest_gap(), found["longest_gap_ms"]) <= 2000


def test_it_goes_through_and_nobody_waits(scene):
    with users_of(scene) as found:
        ending = scene.check_end(scene.start(), "rehearsed", 50)
        check_nobody_noticed(ending, found())


@soak
def test_a_person_has_it_back_within_the_plans_aim(scene):
    with users_of(scene) as found:
        number = scene.start()
        scene.wait_for_state(number, "sustained")
        said_at = time.monotonic()
        done(scene.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here"))
        while set(scene.cluster.pool_max_in_effect().values()) != {50}:
            assert time.monotonic() < said_at + program.PATIENCE
        all_back = time.monotonic() - said_at
        ending = scene.check_end(number, "rolled_back", 50)
        check_nobody_noticed(ending, found())
    print(f"\n  from the command until every instance reports 50: {all_back:.2f} s")
    assert max(all_back, ending.back_after()) < 10


# ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def tampered_row(scene):
    """In the books of a canary: the hash of an entry no longer is that of its columns."""
    of_first = "where tenant_id = (select tenant_id from platform.tenant where name = 'Canary') and number = 1"
    before = scene.cluster.postgres.psql(f"select description from books.journal_entry {of_first}")
    change = "set session_replication_role = replica; update books.journal_entry set description = '{}' " + of_first
    scene.cluster.postgres.psql(change.format("Paid twice"))
    yield
    scene.cluster.postgres.psql(change.format(before))


@contextlib.contextmanager
def extra_instance(scene):
    scene.cluster.start_instance("d")
    yield
    scene.cluster.stop_instance("d")


@contextlib.contextmanager
def granted_right(scene):
    scene.cluster.postgres.psql("grant select on books.journal_line to accubooks_ops")
    yield
    scene.cluster.postgres.psql("revoke select on books.journal_line from accubooks_ops")


@contextlib.contextmanager
def killed_instance(scene):
    """The one that drives the execution: another one goes on with it."""
    name = scene.driver()
    scene.cluster.instances[name].kill()
    yield
    scene.cluster.start_again(name)


@contextlib.contextmanager
def frozen_instance(scene):
    """It neither answers nor is it gone."""
    frozen = scene.cluster.instances[next(name for name in NAMES if name != scene.driver())].process
    frozen.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        frozen.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def deaf_instance(scene):
    """It answers everybody, and can't follow the settings: somebody's transaction holds its row."""
    name = next(name for name in NAMES if name != scene.driver())
    with scene.cluster.psql_at_work(f"begin; select from platform.instance where instance = '{name}' for update; select pg_sleep(600)"):
        yield name


@contextlib.contextmanager
def silent_figures(scene):
    """An instance serves, and its figures can't be had."""
    good = scene.cluster.instances["b"].ops_port
    address = "update platform.instance set ops_address = '127.0.0.1:{}' where ops_address = '127.0.0.1:{}'"
    with BadBackend(good, "GET /api/health/metrics") as silent:
        scene.cluster.postgres.psql(address.format(silent.port, good))
        yield
        scene.cluster.postgres.psql(address.format(good, silent.port))


@contextlib.contextmanager
def poisoned_backend(scene):
    """Every second post that the balancer passes on is answered 500."""
    with contextlib.ExitStack() as behind:
        for name in NAMES:
            good = scene.cluster.instances[name].port
            bad = behind.enter_context(BadBackend(good, "POST", fails_every=2))
            scene.cluster.balance_to(name, bad.port)
            behind.callback(scene.cluster.balance_to, name, good)
        yield


@contextlib.contextmanager
def restarted_database(scene):
    scene.cluster.postgres.restart()
    yield


@contextlib.contextmanager
def no_more_connections(scene):
    """The server gives this service no more than it has; the smoke run needs some."""
    used = scene.cluster.postgres.psql("select count(*) from pg_stat_activity where usename = 'accubooks_login'")
    scene.cluster.postgres.psql(f"alter role accubooks_login connection limit {used}")
    yield
    scene.cluster.postgres.psql("alter role accubooks_login connection limit -1")


def slow_posts(scene):
    return books_locked(scene, 1)


@contextlib.contextmanager
def full_disk(scene):
    """Nothing of the evidence can be written any more: it pauses, and a person brings it back."""
    with disk_filled(scene):
        scene.wait_for(scene.running, lambda one: one["state"] == "paused")
        done(scene.olu.launch("rollback", "phase1", "--reason", "Nothing is recorded any more"))
        yield


# What is done, as soon as the execution is in one of these states, and which of these must have ended it: metrics of triggers
# or causes; none where several see it, and whichever is faster ends it. What is wrong with the books is a P0 incident too.
SHORT_FORM = {
    "a tampered ledger row": (tampered_row, HELD, ("integrity_violations", "incident")),
    "an instance too many": (extra_instance, HELD, ("instance_divergence",)),
    "a right that somebody granted": (granted_right, HELD, ("fingerprint_differences",)),
}
LONG_FORM = {
    "posts that are slow": (slow_posts, HELD, ()),
    "errors of a poisoned backend": (poisoned_backend, HELD, ("error_rate",)),
    "an instance that does not acknowledge": (deaf_instance, ("soak",), ()),
    "an instance that is killed": (killed_instance, HELD, ()),
    "an instance that is frozen": (frozen_instance, HELD, ()),
    "figures that are silent": (silent_figures, HELD, ("no_data",)),
    "PostgreSQL restarted": (restarted_database, HELD, ()),
    "connections that run out": (no_more_connections, ("immediate",), ("too_many_connections",)),
    "a disk that is full": (full_disk, HELD, ("not_recorded",)),
}
FAULTS = SHORT_FORM | (LONG_FORM if SOAK else {})


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_a_verified_rollback(scene, fault):
    break_it, states, reasons = FAULTS[fault]
    number = scene.start()
    scene.wait_for_state(number, *states)
    with break_it(scene):
        scene.wait_for_state(number, *BACK)
    ending = scene.check_end(number, "rolled_back", 50)
    assert not reasons or {*ending.fired, *ending.causes}.intersection(reasons), str(ending)


@soak
def test_it_goes_on_where_it_was_when_a_full_disk_has_room_again(scene):
    number = scene.start()
    scene.wait_for_state(number, *HELD)
    with disk_filled(scene):
        scene.wait_for_state(number, "paused")
    done(scene.eve.launch("resume", "phase1", "--reason", "There is room again"))
    ending = scene.check_end(number, "rehearsed", 50)
    assert "not_recorded" in ending.causes


@soak
def test_a_server_too_small_for_the_pools_is_left_alone(scene):
    scene.cluster.restart_database(max_connections="400")
    try:
        execution = scene.wait_for_end(scene.start())
        assert execution["state"] == "cancelled" and "capacity" in execution["why"], json.dumps(execution)
        assert set(scene.cluster.pool_max_in_effect().values()) == {50}
        print(f"\n  {execution['state']}: {execution['why']}")
    finally:
        scene.cluster.restart_database(max_connections="900")


def test_another_instance_goes_on_when_its_driver_is_killed(scene):
    number = scene.start()
    killed = scene.wait_for_driver()
    scene.cluster.instances[killed].kill()
    try:
        until = time.monotonic() + program.PATIENCE
        while scene.driver() in (killed, ""):
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        scene.cluster.start_again(killed)
    done(scene.olu.launch("abort", "phase1", "--reason", "It was seen"))
    scene.check_end(number, "cancelled", 50)


@soak
def test_it_goes_on_when_its_driver_is_gone(scene):
    """Somebody has taken it over and does nothing, as one that dies right then: for some ten seconds nobody listens."""
    number = scene.start()
    scene.wait_for_state(number, "sustained")
    scene.cluster.postgres.psql(
        "set session_replication_role = replica; update launch.execution set holder = 'nobody', epoch = epoch + 1, "
        f"expires_at = clock_timestamp() + interval '10 s' where execution = {number}")
    ending = scene.check_end(number, "rehearsed", 50)
    spans = [one["span"] for one in ending.probes]
    assert max(later["from_us"] - sooner["to_us"] for sooner, later in zip(spans, spans[1:])) > 5_000_000


@soak
def test_a_real_change_succeeds_and_stays():
    """With a plan of minutes: behind its rehearsal it is started for good."""
    with scene_with(*SHORT, *PATIENT) as scene, users_of(scene) as found:
        assert scene.wait_for_end(scene.start())["state"] == "rehearsed"
        number = scene.start("--override-window", "It is a test")
        ending = scene.check_end(number, "succeeded", 200)
        check_nobody_noticed(ending, found())
        assert scene.values() == {**PRIOR, "database.pool.min": "20", "database.pool.max": "200"}
        refused = scene.lea.launch("request", "phase2")
        assert refused.returncode == 1 and "launch.phase_gate_closed" in refused.stderr, refused.stderr
        done(scene.lea.sign("report", "phase1", "--sign"))
        scene.wait_until_anchored("launch.reported")
        done(scene.lea.launch("request", "phase2"))


@soak
def test_a_real_change_that_a_fault_ends_is_back_for_good():
    """Its approval is used up, its report is signed all the same, and the next phase stays closed."""
    with scene_with(*SHORT, *PATIENT) as scene:
        assert scene.wait_for_end(scene.start())["state"] == "rehearsed"
        number = scene.start("--override-window", "It is a test")
        scene.wait_for_state(number, *HELD)
        with scene.follow() as watch:
            with tampered_row(scene):
                scene.wait_for_state(number, *BACK)
            ending = scene.check_end(number, "rolled_back", 50)
            said, complaint = watch.communicate(timeout=program.PATIENCE)
        assert watch.returncode == 4 and said.rstrip().endswith("rolled_back"), said + complaint
        assert {*ending.fired, *ending.causes} & {"integrity_violations", "incident"} and scene.values() == PRIOR, str(ending)
        change, execution = scene.status(number)
        assert change == "rolled_back" and not execution["rehearsal"]
        scene.close_incidents()
        for how in (("--override-window", "It is another test"), ("--rehearsal", "--time-scale", 300)):
            refused = scene.lea.launch("start", "phase1", *how)
            assert refused.returncode == 1 and "launch.not_approved" in refused.stderr, refused.stderr
        done(scene.lea.sign("report", "phase1", "--sign"))
        assert scene.status(number)[0] == "closed"
        refused = scene.lea.launch("request", "phase2")
        assert refused.returncode == 1 and "launch.phase_gate_closed" in refused.stderr, refused.stderr


@soak
def test_a_rollback_has_failed_for_as_long_as_an_instance_does_not_follow():
    with scene_with(*SOON, *PATIENT, *HASTY) as scene:
        number = scene.start()
        scene.wait_for_state(number, *HELD)
        with deaf_instance(scene) as name:
            done(scene.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here"))
            execution = scene.wait_for_state(number, "rollback_failed")
            assert execution["why"].endswith(f"Not on the ordered values: {name}."), execution["why"]
            limits = scene.cluster.pool_max_in_effect()
            assert limits.pop(name) > 50 and set(limits.values()) == {50}
            found = [one for one in json.loads(done(scene.eve.run("incident", "list", "--json")))["items"] if one["open"]]
            assert [one["severity"] for one in found] == ["p0"], found
            assert "the rollback failed" in found[0]["title"] and f" {name}." in found[0]["title"], found
            refused = scene.lea.launch("start", "phase1")
            assert refused.returncode == 1, refused.stdout
        ending = scene.check_end(number, "rolled_back", 50)
        states = [event["state"] for event in ending.history if event["kind"] == "entered"]
        assert states[-4:] == ["rolling_back", "rollback_failed", "rollback_verify", "rolled_back"], states


# ── Killed in each state ─────────────────────────────────────────────────────────────────────────────────────────────────────

UNTOUCHED = ("precheck", "baseline")


@pytest.fixture(scope="module")
def calm_house():
    """How long things take ends nothing here: whatever ends differently, a kill has brought about."""
    with scene_with(*SOON, *PATIENT) as made:
        yield made


@pytest.fixture
def calm_scene(calm_house):
    yield from cleared(calm_house)


def kill_in(scene, number, state, victim):
    """As soon as it has entered the state: the instance that drives it, or the database under all of them; either comes back at once.
    When that was."""
    driver = scene.wait_for_driver()
    if state in ("paused", *BACK):
        scene.wait_for_state(number, *HELD)
        done(scene.olu.launch("pause" if state == "paused" else "rollback", "phase1", "--reason", "A look at it"))
    if state != "precheck":
        scene.wait_until_entered(number, state)
    killed_at = time.time()
    if victim == "driver":
        scene.cluster.instances[driver].kill()
        scene.cluster.start_again(driver)
    else:
        scene.cluster.postgres.crash()
    return killed_at


def check_killed(ending, state, victim, killed_at):
    """It was in that state, and where its driver was killed another one went on."""
    before = [event for event in ending.history if event["at_us"] < killed_at * 1e6]
    entered = [event["state"] for event in before if event["kind"] == "entered"]
    assert (entered or ["precheck"])[-1] == state, entered
    claims = [event["kind"] for event in ending.history[len(before):]].count("claimed")
    assert victim == "database" or claims > 0, "nobody took it over"
    print(f"  {victim} killed in {state}: {ending.state}, claimed {claims} times since")


@soak
@pytest.mark.parametrize("victim", ("driver", "database"))
@pytest.mark.parametrize("state", (*UNTOUCHED, "apply", *HELD, "paused", *BACK))
def test_a_kill_in_any_state_ends_well(calm_scene, state, victim):
    number = calm_scene.start()
    killed_at = kill_in(calm_scene, number, state, victim)
    if state == "paused":
        calm_scene.eve.launch("resume", "phase1", "--reason", "All are there again")  # refused where it goes back by itself
    ends = {"rolled_back": 50}
    if state not in BACK:
        ends["rehearsed"] = 50
    if state in UNTOUCHED:
        ends["cancelled"] = 50
    check_killed(calm_scene.check_one_of(number, ends), state, victim, killed_at)


@soak
@pytest.mark.parametrize("victim", ("driver", "database"))
def test_a_kill_while_it_finishes_leaves_it_done_or_undone(victim):
    """Which a rehearsal never does."""
    with scene_with(*SHORT, *PATIENT) as scene:
        assert scene.wait_for_end(scene.start())["state"] == "rehearsed"
        number = scene.start("--override-window", "It is a test")
        killed_at = kill_in(scene, number, "finalise", victim)
        check_killed(scene.check_one_of(number, {"succeeded": 200, "rolled_back": 50}), "finalise", victim, killed_at)


@soak
@pytest.mark.parametrize("victim", ("driver", "database"))
def test_a_kill_once_a_rollback_failed_still_ends_in_one(victim):
    with scene_with(*SOON, *PATIENT, *HASTY) as scene:
        number = scene.start()
        scene.wait_for_state(number, *HELD)
        with deaf_instance(scene):
            done(scene.olu.launch("rollback", "phase1", "--reason", "Answers feel slow here"))
            killed_at = kill_in(scene, number, "rollback_failed", victim)
        check_killed(scene.check_end(number, "rolled_back", 50), "rollback_failed", victim, killed_at)


# ── A pool that is too large for what is behind it ───────────────────────────────────────────────────────────────────────────

# Each pool of 50 is full of their statements, 150 altogether, and the others wait; one of 100 or 200 lets all 240 run at once.
TENANTS, EACH = 4, 20
CARRIED = 190


@pytest.fixture(scope="module")
def crowded():
    """A scene, the disk on which its server sorts, and the people, who ask all the while."""
    folder = program.temporary_folder("crowd")
    try:
        with SortingDisk(folder) as disk, scene_with(*SOON, *CROWDED, prepare=disk.attach) as scene:
            ports = [serving.port for serving in scene.cluster.instances.values()]
            with Crowd(ports, tenants_with_drafts(scene, TENANTS), EACH) as crowd:
                yield scene, disk, crowd
    finally:
        program.remove_folder(folder)


def at_once(scene):
    """How many statements have something on the disk now."""
    return int(scene.cluster.postgres.psql("select count(*) from pg_stat_activity where wait_event = 'PgSleep'"))


@soak
def test_a_pool_of_200_goes_through_where_there_is_room_enough_for_what_it_runs(crowded):
    scene, disk, crowd = crowded
    disk.resize()
    number = scene.start()
    scene.wait_for_state(number, "baseline")
    assert at_once(scene) <= 150
    assert not scene.wait_for(number, lambda one: one["state"] in HELD and at_once(scene) > CARRIED)["ended"]
    scene.check_end(number, "rehearsed", 50)
    print(f"\n  {crowd}")
    assert crowd.answered > 1000 and crowd.failed == 0


@soak
def test_a_pool_of_200_that_truly_harms_is_rolled_back(crowded):
    """The same people, the same statements, and a disk that carried them for as long as the pools were small."""
    scene, disk, crowd = crowded
    failed_before = crowd.failed
    disk.resize(CARRIED)
    ending = scene.check_end(scene.start(), "rolled_back", 50)
    failed, answered = crowd.failed, crowd.answered
    print(f"\n  {crowd}")
    assert "error_rate" in ending.fired and failed > failed_before, str(ending)
    until = time.monotonic() + program.PATIENCE
    while crowd.answered < answered + 500:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert crowd.failed == failed and at_once(scene) <= 150, "all is well again"
