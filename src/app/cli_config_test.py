"""Settings as operators meet them: file, environment, flags, revisions, and what the instances say to them."""
import concurrent.futures
import json
import signal
import time
import urllib.request

import program
import pytest
from temporary_postgres import TemporaryPostgres


def refused(done, code, *words):
    """One sentence on standard error, nothing on standard output."""
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    sentences = [line for line in done.stderr.splitlines() if line.startswith("accubooks: ")]
    assert len(sentences) == 1, done.stderr
    for word in words:
        assert str(word) in sentences[0], done.stderr
    return sentences[0]


@pytest.mark.parametrize(("toml", "words"), [
    ("[database.pool]\nmaxi = 1\n", (":2:1: ", "database.pool.maxi", "database.pool.max")),
    ("[database.pool]\nmax = \"200\"\n", (":2:7: ", "database.pool.max", "whole number")),
    ("[database.pool]\nmax = 0\n", (":2:7: ", "1 to 10000")),
    ("[database.pool\n", (":1:",)),
    ("[database.pool]\nmin = 60\n", ("database.pool.min is 60",)),
])
def test_a_file_that_is_wrong_ends_the_start_with_its_place(folder, toml, words):
    file = folder / "settings.toml"
    file.write_text(toml)
    refused(program.run("serve", "--data-dir", folder / "data", "--config", file), 78, *words)
    assert not (folder / "data").exists()


def test_a_file_in_the_data_folder_is_read_without_being_named(folder):
    (folder / "data").mkdir()
    (folder / "data/accubooks.toml").write_text("[server]\nlanes = 1000\n")
    refused(program.run("serve", "--data-dir", folder / "data"), 78, "accubooks.toml:2:9: ", "server.lanes")


def test_a_file_that_is_not_there_ends_the_start(folder):
    refused(program.run("serve", "--data-dir", folder / "data", "--config", folder / "none.toml"), 78, "none.toml")


def test_a_wrong_variable_ends_the_start(folder):
    refused(program.run("serve", "--data-dir", folder / "data", env=program.environment(ACCUBOOKS_SERVER_LANES="x")), 78,
            "ACCUBOOKS_SERVER_LANES")
    refused(program.run("serve", "--data-dir", folder / "data", env=program.environment(ACCUBOOKS_SERVER_LANE="1")), 78,
            "ACCUBOOKS_SERVER_LANE")


def test_a_live_setting_is_no_flag(folder):
    refused(program.run("serve", "--data-dir", folder / "data", "--set", "database.pool.max=60"), 78,
            "accubooks config set database.pool.max=60")


# ------------------------------------------------------------------------------------------------ instances on one database


@pytest.fixture(scope="module")
def wide():
    """A server that carries three instances at 200 connections, with a migrated database to copy."""
    with TemporaryPostgres(max_connections=700) as server:
        program.Terminal(("--database-url", server.create_database("migrated"))).result_of("migrate")
        yield server


class Fleet:
    """Instances on one database of their own, by name, and the command line beside them."""

    def __init__(self, server, name, **like):
        self.server, self.name = server, name
        self.url = server.create_database(name, **like)
        self.terminal = program.Terminal(("--database-url", self.url))
        self.instances = {}

    def start(self, name, *options):
        serving = program.Serving("--database-url", self.url, "--instance", name, "--ungoverned", *options)
        self.instances[name] = serving
        return serving.__enter__()

    def kill(self, name):
        self.instances.pop(name).kill()

    def stop(self):
        for serving in self.instances.values():
            serving.__exit__()

    def config(self, *words):
        return self.terminal.run("config", *words)

    def set(self, *words):
        return self.config("set", *words, "--reason", "a test")

    def changed(self, *words):
        """What a change that must succeed answers."""
        return json.loads(self.terminal.result_of("config", *words, "--reason", "a test", "--json"))

    def history(self):
        return json.loads(self.terminal.result_of("config", "history", "--json"))["revisions"]

    def pools(self):
        return {name: pool_config(serving) for name, serving in self.instances.items()}

    def psql(self, sql):
        return self.server.psql(sql, self.name)


def pool_config(serving):
    with urllib.request.urlopen(f"http://127.0.0.1:{serving.ops_port}/api/health/pool-config", timeout=30) as answer:
        return json.load(answer)


def wait_until(holds, what):
    until = time.monotonic() + program.PATIENCE
    while not holds():
        assert time.monotonic() < until, f"not {what} after {program.PATIENCE} s"
        time.sleep(0.02)


@pytest.fixture
def fleet(wide, request):
    made = Fleet(wide, request.node.name[:60], template="migrated")
    yield made
    made.stop()


def limits(pool):
    return pool["min"], pool["max"]


def test_a_change_is_on_every_instance_when_the_command_ends_and_so_is_its_rollback(fleet):
    for name in "abc":
        fleet.start(name)
    before = fleet.pools()
    assert {limits(one["pool"]) for one in before.values()} == {(10, 50)}
    made = fleet.changed("set", "database.pool.min=20", "database.pool.max=200")
    assert made["complete"] and [one["standing"] for one in made["instances"]] == ["accepted"] * 3
    assert made["changes"] == {"database.pool.min": {"before": 10, "after": 20}, "database.pool.max": {"before": 50, "after": 200}}
    after = fleet.pools()
    assert {one["revision"] for one in after.values()} == {made["revision"]}
    for one in after.values():
        assert limits(one["pool"]) == limits(one["requested"]) == limits(one["effective"]) == (20, 200)
    assert len({one["boot_id"] for one in after.values()}) == 3 and [one["instance"] for one in after.values()] == list("abc")
    back = fleet.changed("rollback")
    assert back["restores"] == made["revision"] - 1
    for name, one in fleet.pools().items():
        assert one["pool"] == before[name]["pool"] and one["revision"] == back["revision"]
    assert [one["origin"] for one in fleet.history()] == ["rollback", "set", "seed"]


def test_the_private_cluster_of_a_folder_carries_the_plan(folder):
    with program.Serving("--data-dir", folder / "data", "--ungoverned") as serving:
        made = json.loads(program.result_of("config", "set", "database.pool.min=20", "database.pool.max=200", "--data-dir", folder / "data",
                                            "--reason", "a test", "--json"))
        assert made["complete"] and [one["standing"] for one in made["instances"]] == ["accepted"]
        assert limits(pool_config(serving)["effective"]) == (20, 200)


def test_an_instance_that_comes_later_starts_with_the_newest_revision(fleet):
    fleet.start("a")
    number = fleet.changed("set", "database.pool.max=60")["revision"]
    fleet.start("b")
    assert {(one["revision"], one["pool"]["max"]) for one in fleet.pools().values()} == {(number, 60)}
    wait_until(lambda: len(json.loads(fleet.config("get", "--json").stdout)["instances"]) == 2, "acknowledged by both")


def test_a_killed_instance_is_named_and_the_others_run_on_the_change(fleet):
    fleet.start("a")
    fleet.start("b")
    fleet.kill("b")
    done = fleet.set("database.pool.max=60")
    sentence = refused(done, 1, "isn't acknowledged by all", "b (boot ")
    assert "a (boot" not in sentence
    assert pool_config(fleet.instances["a"])["pool"]["max"] == 60
    fleet.start("b")
    assert pool_config(fleet.instances["b"])["pool"]["max"] == 60
    assert fleet.changed("set", "database.pool.max=61")["complete"]


LOST = """insert into platform.instance (boot_id, instance, version, api_address, ops_address, started_at, last_seen_at, other_connections)
          values ('{boot}', '{name}', '1', '', '', now() - interval '1 hour', clock_timestamp() + interval '{seen}', 5)"""
BOOT = "0195f0e8-0000-7000-8000-0123456789ab"


def test_an_instance_that_was_lost_before_is_told_and_not_waited_for(fleet):
    fleet.start("a")
    fleet.psql(LOST.format(boot=BOOT, name="ghost", seen="-1 minute"))
    done = fleet.set("database.pool.max=60")
    assert done.returncode == 0 and "Not waited for: ghost" in done.stderr


def test_an_instance_that_is_silent_is_named_when_the_wait_is_over(fleet):
    fleet.start("a")
    fleet.psql(LOST.format(boot=BOOT, name="mute", seen="1 hour"))
    refused(fleet.set("database.pool.max=60", "--wait", "1s"), 1, f"mute (boot {BOOT})", "in time")


def test_an_instance_that_refuses_is_named_with_its_reason(fleet):
    fleet.start("a")
    fleet.psql(LOST.format(boot=BOOT, name="picky", seen="1 hour"))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        change = pool.submit(fleet.set, "database.pool.max=60")
        wait_until(lambda: fleet.history()[0]["origin"] == "set", "recorded")
        fleet.psql(f"""insert into platform.setting_acknowledgement (revision, boot_id, outcome, effective, error)
                       values (2, '{BOOT}', 'refused', '{{}}', 'not with me')""")
        refused(change.result(), 1, f"picky (boot {BOOT}: not with me)")


def test_a_revision_that_an_instance_cannot_take_goes_back_on_all(fleet):
    for name in "ab":
        fleet.start(name)
    fleet.changed("set", "database.pool.max=60")
    # As a newer program would write it.
    fleet.psql("""select platform.record_revision(2, '{"database.pool.colour":1}', 'set', null, 'me', 'newer', null)""")
    wait_until(lambda: {one["revision"] for one in fleet.pools().values()} == {4}, "gone back")
    assert {one["pool"]["max"] for one in fleet.pools().values()} == {60}
    newest = fleet.history()[0]
    assert (newest["origin"], newest["restores"]) == ("revert", 2) and "database.pool.colour" in newest["reason"]
    for serving in fleet.instances.values():
        wait_until(serving.is_ready, "ready")


def test_what_nobody_confirms_goes_back_on_all(fleet):
    for name in "ab":
        fleet.start(name)
    number = fleet.changed("set", "database.pool.max=60", "--confirm-within", "2s")["revision"]
    wait_until(lambda: {one["revision"] for one in fleet.pools().values()} == {number + 1}, "gone back")
    assert {one["pool"]["max"] for one in fleet.pools().values()} == {50}
    assert fleet.history()[0]["origin"] == "expiry"
    refused(fleet.config("confirm"), 1, "No revision awaits confirmation")


def test_what_is_confirmed_stays(fleet):
    fleet.start("a")
    number = fleet.changed("set", "database.pool.max=60", "--confirm-within", "60s")["revision"]
    refused(fleet.set("database.pool.max=70"), 1, f"Revision {number} awaits confirmation")
    assert fleet.config("confirm", "--renew", "50s").stdout == f"Revision {number} is renewed.\n"
    assert fleet.config("confirm").stdout == f"Revision {number} is confirmed.\n"
    assert json.loads(fleet.config("get", "--json").stdout)["confirm_within_ms"] is None
    assert fleet.changed("set", "database.pool.max=70")["complete"]


def test_what_nobody_confirms_goes_back_without_the_database_too():
    # The server is stopped like in a crash, and what was acknowledged must be there again.
    with TemporaryPostgres(synchronous_commit="on") as server:
        alone = Fleet(server, "alone")
        try:
            serving = alone.start("a")
            alone.changed("set", "database.pool.max=60", "--confirm-within", "5s")
            server.stop()
            wait_until(lambda: pool_config(serving)["pool"]["max"] == 50, "gone back")
            assert pool_config(serving)["revision"] == 1
            server.start()
            wait_until(lambda: pool_config(serving)["revision"] == 3, "recorded")
            assert alone.history()[0]["origin"] == "expiry"
        finally:
            alone.stop()


def test_of_changes_at_the_same_time_each_is_whole_or_not_at_all(fleet):
    fleet.start("a")
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda n: fleet.set(f"database.pool.min={n}", f"database.pool.max={n}", "--parent", "1"), range(51, 57)))
    assert sorted(one.returncode for one in done) == [0, 1, 1, 1, 1, 1], [one.stderr for one in done]
    for one in done:
        assert one.returncode == 0 or "came" in refused(one, 1)
    newest, first = fleet.history()
    assert newest["changes"]["database.pool.min"]["after"] == newest["changes"]["database.pool.max"]["after"]
    assert limits(pool_config(fleet.instances["a"])["pool"]) == (newest["changes"]["database.pool.max"]["after"],) * 2
    assert first["origin"] == "seed"


def test_what_is_wrong_is_refused_before_anything_moves(fleet):
    serving = fleet.start("a")
    for change, words in [
        (("server.lanes=2",), ("server.lanes needs a restart",)),
        (("database.pool.min=60",), ("database.pool.min is 60 and database.pool.max is 50",)),
        (("database.pool.min=60", "database.pool.max=0"), ("database.pool.max must be",)),
        (("database.pool.maximum=60",), ("the one most like it is database.pool.max",)),
        (("database.pool.max=10000",), ("1 instance x 10000 + 5 other connections + 10 reserved = 10015", "serves 697")),
        (("database.pool.max=60", "--parent", "7"), ("Revision 1 by instance a came first",)),
    ]:
        refused(fleet.set(*change), 1, *words)
        assert len(fleet.history()) == 1 and pool_config(serving)["revision"] == 1, change


def test_a_server_as_it_comes_does_not_carry_the_plan():
    with TemporaryPostgres(max_connections=100) as server:
        usual = Fleet(server, "usual")
        try:
            serving = usual.start("a")
            refused(usual.set("database.pool.min=20", "database.pool.max=200"), 1,
                    "1 instance x 200 + 5 other connections + 10 reserved = 215", "serves 97")
            assert limits(pool_config(serving)["pool"]) == (10, 50) and len(usual.history()) == 1
            usual.psql("alter database usual connection limit 70")
            refused(usual.set("database.pool.max=60"), 1, "serves 70 (the database's connection limit is 70)")
        finally:
            usual.stop()


def test_without_an_instance_a_change_waits_for_the_next_start(fleet):
    serving = fleet.start("a")
    assert serving.stop() == 0
    fleet.instances.pop("a")
    done = fleet.set("database.pool.max=60")
    assert done.returncode == 0 and "no instance is live" in done.stdout
    assert pool_config(fleet.start("a"))["pool"]["max"] == 60


def test_before_the_first_start_there_is_nothing_to_change(fleet):
    fleet.terminal.result_of("migrate")
    refused(fleet.set("database.pool.max=60"), 1, "start one first")
    assert fleet.terminal.result_of("config", "get", "database.pool.max") == "50"


# --------------------------------------------------------------------------------------------------------- file and SIGHUP


def test_the_file_makes_the_first_revision_and_is_only_told_of_later(fleet, folder):
    file = folder / "settings.toml"
    file.write_text("[database.pool]\nmax = 60\n")
    assert pool_config(fleet.start("a", "--config", file))["pool"]["max"] == 60
    file.write_text("[database.pool]\nmax = 70\n")
    late = fleet.start("b", "--config", file)
    assert pool_config(late)["pool"]["max"] == 60
    told = [line for line in late.output().splitlines() if "isn't applied" in line]
    assert len(told) == 1 and "database.pool.max 60 -> 70" in told[0]
    assert fleet.config("diff", "--config", file).stdout == "database.pool.max 60 -> 70\n"


def test_sighup_makes_the_file_one_revision_for_all(fleet, folder):
    file = folder / "settings.toml"
    file.write_text("[database.pool]\nmax = 60\n")
    a, b = fleet.start("a", "--config", file), fleet.start("b")
    file.write_text("[database.pool]\nmin = 20\nmax = 70\n[server]\nlanes = 1\n")
    a.process.send_signal(signal.SIGHUP)
    for serving in (a, b):
        wait_until(lambda: limits(pool_config(serving)["pool"]) == (20, 70), "taken")  # noqa: B023
    assert [one["origin"] for one in fleet.history()] == ["file", "seed"]
    file.write_text("[database.pool]\nmax = zero\n")
    a.process.send_signal(signal.SIGHUP)
    a.wait_for("settings.toml:2:")
    assert len(fleet.history()) == 2 and limits(pool_config(a)["pool"]) == (20, 70)


def test_reload_makes_the_file_one_revision_for_all(fleet, folder):
    fleet.start("a")
    file = folder / "settings.toml"
    file.write_text("[database.pool]\nmax = 70\n")
    refused(fleet.config("reload"), 1, "--config")
    made = fleet.changed("reload", "--config", file)
    assert made["complete"] and made["origin"] == "file" and pool_config(fleet.instances["a"])["pool"]["max"] == 70
    assert not fleet.changed("reload", "--config", file)["is_new"]


def test_a_history_that_somebody_changed_is_told(fleet):
    fleet.start("a")
    fleet.changed("set", "database.pool.max=60")
    fleet.psql("""alter table platform.setting_revision disable trigger all;
                  update platform.setting_revision set reason = 'forged' where number = 1""")
    done = fleet.config("history")
    assert done.returncode == 1 and "Revision 1 isn't what was recorded" in done.stderr
