"""The scripts that decide whether a change is good are tested like the rest."""
import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent


def load(name):
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(HERE / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def house(tmp_path):
    (tmp_path / "src/base").mkdir(parents=True)
    (tmp_path / "src/net/internal").mkdir(parents=True)
    (tmp_path / "src/CMakeLists.txt").write_text("room(base)\nroom(net USES base\n     LIBS x)\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text", "breach"),
    [
        ("src/net/a.cpp", '#include "base/date.h"\n', None),
        ("src/net/a.cpp", "#include <vector>\n", None),
        ("src/net/a.cpp", '#include "net/internal/b.h"\n', None),
        ("src/base/a.cpp", '#include "net/a.h"\n', "base may not include net"),
        ("src/base/a.cpp", '#include "date.h"\n', "names no room"),
        ("src/attic/a.cpp", "", "declares no room attic"),
    ],
)
def test_includes_follow_the_declared_arrows(house, file, text, breach):
    path = house / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    found = list(load("lint-includes").breaches(house))
    assert (found == []) if breach is None else (len(found) == 1 and breach in found[0])


def test_an_internal_header_is_refused_from_outside(house):
    (house / "src/CMakeLists.txt").write_text("room(base)\nroom(net USES base)\nroom(app USES net)\n")
    (house / "src/app").mkdir()
    (house / "src/app/a.cpp").write_text('#include "net/internal/b.h"\n')
    assert "internal to net" in list(load("lint-includes").breaches(house))[0]


def test_the_summary_counts_every_kind_of_outcome(tmp_path):
    (tmp_path / "a.xml").write_text(
        "<testsuite><testcase name='a'/><testcase name='b'><failure message='no'/></testcase>"
        "<testcase name='c' status='notrun'><skipped message='no hledger'/></testcase></testsuite>"
    )
    assert load("test-summary").summarise(tmp_path) == {"passed": 1, "failed": 1, "skipped": 1}


def test_the_summary_names_what_passed_on_its_second_run_only(tmp_path):
    """In the words of CTest 3.25, pytest-rerunfailures 10.2 and Playwright 1.65."""
    (tmp_path / "rooms.log").write_text(
        "      Start  1: A.Good\n 1/3 Test  #1: A.Good .........   Passed    0.01 sec\n"
        "      Start 12: A.Flaky\n      Test #12: A.Flaky ........***Failed    0.01 sec\n"
        "      Start 12: A.Flaky\n 2/3 Test #12: A.Flaky ........   Passed    0.02 sec\n"
        "      Start  3: A.Bad\n      Test  #3: A.Bad ..........***Timeout   9.00 sec\n"
        "      Start  3: A.Bad\n 3/3 Test  #3: A.Bad ..........***Failed    0.01 sec\n")
    (tmp_path / "cli.log").write_text(
        "RERUN cli_test.py::test_once[a b]\nRERUN cli_test.py::test_never\nFAILED cli_test.py::test_never - AssertionError\n")
    (tmp_path / "web.log").write_text(
        "  ✘   2 e2e/02-first.spec.ts:5:1 › a flaky one (38.2s)\n  ✓   3 e2e/02-first.spec.ts:5:1 › a flaky one (retry #1) (15.0s)\n"
        "  ✘   4 e2e/03-bad.spec.ts:5:1 › a bad one (1.2s)\n  ✘   5 e2e/03-bad.spec.ts:5:1 › a bad one (retry #1) (1.0s)\n")
    assert load("test-summary").passed_again(tmp_path) == [
        "cli_test.py::test_once[a b]", "A.Flaky", "e2e/02-first.spec.ts:5:1 › a flaky one"]


def run_pytest(folder, *options):
    """Its output, of the cases in a folder, with the plugins that script/test loads."""
    done = subprocess.run(
        ["/usr/bin/python3", "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "-p", "second_run", "--reruns", "1", "-rfER",
         "--junit-xml", folder / "cases.xml", *options, folder],
        text=True, capture_output=True, timeout=60, check=False, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HERE.parent / "src/testing")})
    return done.stdout


@pytest.mark.parametrize("options", [(), ("-p", "side_by_side", "--numprocesses", "2", "--dist", "loadfile")])
def test_a_case_that_fails_once_is_told_with_its_reason_from_any_process(tmp_path, options):
    (tmp_path / "good_test.py").write_text("def test_good():\n    pass\n")
    (tmp_path / "once_test.py").write_text(
        "RUNS = []\n\ndef test_once():\n    RUNS.append(1)\n    assert len(RUNS) > 1, 'the first one fails'\n\n"
        "def test_never():\n    assert False, 'as each does'\n")
    output = run_pytest(tmp_path, *options)
    assert "first run of once_test.py::test_once" in output and "AssertionError: the first one fails" in output
    (tmp_path / "cases.log").write_text(output)
    summary = load("test-summary")
    assert summary.passed_again(tmp_path) == ["once_test.py::test_once"]
    assert summary.summarise(tmp_path) == {"passed": 2, "failed": 1, "skipped": 0}


def test_a_case_whose_process_dies_runs_again_and_the_rest_of_its_file_too(tmp_path):
    (tmp_path / "a_test.py").write_text(
        f"import os\nimport pathlib\n\nDIED = pathlib.Path({str(tmp_path / 'died')!r})\n\n"
        "def test_dies():\n    if not DIED.exists():\n        DIED.touch()\n        os._exit(3)\n\n"
        "def test_fails():\n    assert False, 'told all the same'\n")
    output = run_pytest(tmp_path, "-p", "side_by_side", "--numprocesses", "2", "--dist", "loadfile")
    assert "told all the same" in output and "INTERNALERROR" not in output
    assert load("test-summary").summarise(tmp_path) == {"passed": 1, "failed": 1, "skipped": 0}


def test_files_that_judge_by_speed_run_one_after_another_and_first(tmp_path):
    slow = ("launch_faults_test", "cli_execution_test")
    for name in (*slow, "a_test", "b_test", "c_test"):
        (tmp_path / f"{name}.py").write_text(
            "import os\n\nimport pytest\n\n@pytest.mark.parametrize('at', range(3))\ndef test_which(at):\n"
            f"    with open({str(tmp_path / 'order')!r}, 'a') as file:\n"
            f"        file.write('{name} ' + os.environ['PYTEST_XDIST_WORKER'] + '\\n')\n")
    assert "15 passed" in run_pytest(tmp_path, "-p", "side_by_side", "--numprocesses", "2", "--dist", "loadfile")
    lines = [line.split() for line in (tmp_path / "order").read_text().splitlines()]
    process, = {worker for name, worker in lines if name in slow}
    of_it = [name for name, worker in lines if worker == process]
    assert of_it[:6] == ["cli_execution_test"] * 3 + ["launch_faults_test"] * 3
    assert len({worker for _, worker in lines}) == 2


@pytest.mark.parametrize("part", ["attic", "testing", "../src/base/attic"])
def test_an_unknown_part_is_refused_before_anything_is_built(part):
    done = subprocess.run([HERE / "test", part], text=True, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "") and f"no part named {part}" in done.stderr


def test_the_database_runner_reads_every_kind_of_assertion():
    tap = """1..4
ok 1 - holds
not ok 2 - doesn't
# Failed test 2: "doesn't"
#         have: 1
ok 3 # SKIP not here
ok 4
"""
    assert load("../db/tests/run").cases_of(tap) == [
        ("holds", "passed", ""),
        ("doesn't", "failed", 'Failed test 2: "doesn\'t"\nhave: 1'),
        ("assertion 3", "skipped", "not here"),
        ("assertion 4", "passed", ""),
    ]


def test_every_error_code_has_its_row():
    assert list(load("lint-errors").breaches(HERE.parent)) == []


CODES = """
constexpr pg::Statement kFind{.name = "ledger.find", .text = R"sql(select 'ledger.in_sql')sql"};
CodeStatus{"http.gone", 410},
// "ledger.in_a_comment"
return base::refuse(base::ErrorKind::conflict, "ledger.taken", "Choose another.");
return refuse(invalid, "http.gone", "");
return refuse(invalid, "cluster.broken", "");
"""


@pytest.mark.parametrize(
    ("rows", "breach"),
    [
        ("| `ledger.taken` | 409 | x |\n| `http.gone` | 410 | x |\n| `cluster.broken` | – | x |\n", None),
        ("| `ledger.taken` | 409 | x |\n| `cluster.broken` | – | x |\n", "no row for http.gone"),
        ("| `ledger.taken` | 422 | x |\n| `http.gone` | 410 | x |\n| `cluster.broken` | – | x |\n", "answered with 409, not 422"),
        ("| `ledger.taken` | 409 | x |\n| `http.gone` | 410 | x |\n| `cluster.broken` | 500 | x |\n", "only met at the command"),
        ("| `ledger.taken` | 409 | x |\n| `http.gone` | 410 | x |\n| `cluster.broken` | – | x |\n| `ledger.find` | 409 | x |\n",
         "nothing in src/ says ledger.find"),
    ],
)
def test_a_row_that_differs_from_the_program_is_found(house, rows, breach):
    (house / "src/base/a.cpp").write_text(CODES)
    (house / "docs").mkdir()
    (house / "docs/errors.md").write_text(rows)
    found = list(load("lint-errors").breaches(house))
    assert (found == []) if breach is None else (len(found) == 1 and breach in found[0])
