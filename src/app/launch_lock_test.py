"""The regression lock on three instances behind HAProxy: whatever else than the settings changes meanwhile, the change is rolled back,
and says what it was.

A part of script/soak launch."""
import contextlib
import json
import os
import shutil

import program
import pytest
from bad_backend import BadBackend
from cluster_scene import BACK, HELD, cleared, scene_with
from launch_plan import PATIENT, SOON

pytestmark = pytest.mark.skipif(not os.environ.get("ACCUBOOKS_SOAK"), reason="it is a part of script/soak launch")


@pytest.fixture(scope="module")
def house():
    with scene_with(*SOON, *PATIENT) as made:
        yield made


@pytest.fixture
def scene(house):
    yield from cleared(house)


@contextlib.contextmanager
def another_build(scene):
    """Of an instance there is a later boot, whose program is a byte longer."""
    with contextlib.ExitStack() as behind:
        # Beside the other one, so that it finds what that one finds beside it.
        built = shutil.copy(program.BINARY, program.BINARY.with_name("accubooks-one-byte-longer"))
        behind.callback(built.unlink)
        with open(built, "ab") as file:
            file.write(b"\n")
        behind.callback(scene.cluster.start_again, "b")
        behind.enter_context(program.Serving(*scene.cluster.terminal.where, "--instance", "b", executable=built,
                                             env=program.environment(**scene.cluster.settings)))
        yield


def told_otherwise(part):
    """By one of the instances, as one that came out of another build would; it is asked by way of something that changes its answers."""
    @contextlib.contextmanager
    def fault(scene):
        def changed(body):
            told = json.loads(body)
            assert told[part] != "ab" * 32
            return json.dumps({**told, part: "ab" * 32}).encode()

        good = scene.cluster.instances["b"].ops_port
        address = "update platform.instance set ops_address = '127.0.0.1:{}' where ops_address = '127.0.0.1:{}'"
        with BadBackend(good, "GET /api/health/fingerprints", becomes=changed) as other:
            scene.cluster.postgres.psql(address.format(other.port, good))
            yield
            scene.cluster.postgres.psql(address.format(good, other.port))
    return fault


def in_the_database(act, undo):
    @contextlib.contextmanager
    def fault(scene):
        scene.cluster.postgres.psql(act)
        yield
        scene.cluster.postgres.psql(undo)
    return fault


CHANGES = {
    "build": another_build,
    "api_description": told_otherwise("api_description"),
    "calculation_suite": told_otherwise("calculation_suite"),
    "web_bundle": told_otherwise("web_bundle"),
    "schema": in_the_database("create index name_of_account on books.account (name)", "drop index books.name_of_account"),
    "security_boundary": in_the_database("grant select on books.journal_line to accubooks_ops",
                                         "revoke select on books.journal_line from accubooks_ops"),
}


@pytest.mark.parametrize("part", CHANGES)
def test_what_changes_beside_the_settings_rolls_them_back(scene, part):
    number = scene.start()
    scene.wait_for_state(number, *HELD)
    with CHANGES[part](scene):
        scene.wait_for_state(number, *BACK)
    ending = scene.check_end(number, "rolled_back", 50)
    assert ending.fired == {"fingerprint_differences"} and ending.why.endswith(f" Not as before: {part}."), str(ending)
