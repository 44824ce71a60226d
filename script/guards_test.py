"""script/guards: a break that no test notices is told, one that can't be made as well, and the sources stay as they are."""
import importlib.machinery
import importlib.util
import pathlib

import pytest

HERE = pathlib.Path(__file__).parent


def load():
    loader = importlib.machinery.SourceFileLoader("guards", str(HERE / "guards"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("guards", loader))
    loader.exec_module(module)
    return module


guards = load()
TEXT = "a lock, shut\n"
LOCK = guards.Guard("lock", "it is open", "door", "shut", "open", ())


class Door:
    """A copy whose one test is that the door is shut, as long as there is such a test."""
    tests = True

    def __init__(self, root, scratch):
        self.text = (root / "door").read_text()

    def put(self, file, text):
        self.text = text

    def failed(self, tests):
        return ["a door is shut"] if self.tests and "shut" not in self.text else []


class DoorWithoutATest(Door):
    tests = False


@pytest.fixture
def house(tmp_path):
    (tmp_path / "door").write_text(TEXT)
    return tmp_path


def test_a_break_that_a_test_notices_is_told_with_its_name(house, capsys):
    assert guards.report([LOCK], house, Door)
    assert capsys.readouterr().out == "lock (it is open): noticed by 1 test\n  a door is shut\n"


def test_a_break_that_nothing_notices_fails(house, capsys):
    assert not guards.report([LOCK], house, DoorWithoutATest)
    assert capsys.readouterr().out == "lock (it is open): NOT NOTICED\n"


@pytest.mark.parametrize("text", ["a lock\n", "shut, and shut again\n"])
def test_a_text_that_is_not_there_once_is_an_error_that_says_so(house, capsys, text):
    (house / "door").write_text(text)
    assert not guards.report([LOCK], house, Door)
    assert "lock: ERROR: door has " in (told := capsys.readouterr().out) and told.endswith("is to be broken: shut\n")


def test_tests_that_fail_anyway_say_nothing_of_a_guard(house, capsys):
    class Ajar(Door):
        def failed(self, tests):
            return ["a door is shut"]

    assert not guards.report([LOCK], house, Ajar)
    assert capsys.readouterr().out == "lock: ERROR: fails before anything is broken: a door is shut\n"


def test_one_that_is_not_noticed_fails_whatever_the_others_say(house):
    assert not guards.report([LOCK, guards.Guard("none", "nothing is", "door", "a lock", "a look", ()), LOCK], house, Door)


@pytest.mark.parametrize("guard", guards.GUARDS, ids=[guard.name for guard in guards.GUARDS])
def test_what_is_to_be_broken_is_in_the_sources_once(guard):
    assert (HERE.parent / guard.file).read_text(encoding="utf-8").count(guard.text) == 1
    assert guard.text != guard.instead
