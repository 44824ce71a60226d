"""`accubooks launch lint` and `launch replay`, and that the plan's schema takes what the program takes."""
import copy
import json
import pathlib
import random

import jsonschema
import program
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLAN = yaml.safe_load((ROOT / "launch/plan.yaml").read_text())
SCHEMA = json.loads((ROOT / "launch/plan.schema.json").read_text())


def launch(*words):
    return program.run("launch", *words)


def paths(value, at=()):
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from paths(member, (*at, key))


def changed(path, change):
    plan = copy.deepcopy(PLAN)
    holder = plan
    for key in path[:-1]:
        holder = holder[key]
    change(holder, path[-1])
    return plan


def put(value):
    def change(holder, key):
        holder[key] = value
    return change


def remove(holder, key):
    del holder[key]


def add_unknown(holder, key):
    if isinstance(holder[key], dict):
        holder[key]["nothing_reads_this"] = 1


CHANGES = [remove, add_unknown, *(put(value) for value in (7, -1, 1.5, 10 ** 9, "words", "", "5 min", "0.1 %", True, [], {}))]


def test_schema_and_program_take_the_same_plans(tmp_path):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert validator.is_valid(PLAN)
    assert launch("lint", "--schema").stdout == (ROOT / "launch/plan.schema.json").read_text()
    choose = random.Random(5)
    all_paths = [path for path in paths(PLAN) if path]
    taken = {True: 0, False: 0}
    for number in range(150):
        path, change = choose.choice(all_paths), choose.choice(CHANGES)
        plan = changed(path, change)
        if isinstance(plan.get("approval"), dict):
            plan["approval"]["quorum"] = 0  # a complaint, so that nothing is simulated
        file = tmp_path / "plan.yaml"
        file.write_text(json.dumps(plan))  # JSON is YAML
        said = launch("lint", "--json", file)
        reads = said.stdout != ""  # what can't be read gives a sentence and no result
        assert said.returncode == 1
        valid = validator.is_valid(plan)
        assert reads == valid, f"change {number} at {path}: schema {valid}, program {said.stderr}"
        taken[valid] += 1
    assert taken[True] > 10 and taken[False] > 10


def test_lint_refuses_with_place_and_reason(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("version: 1\nsystem: {name: A}\n")
    said = launch("lint", file)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"accubooks: {file}: 2:9: version is missing here.\n"
    assert launch("lint", tmp_path / "none.yaml").returncode == 1


def test_lint_prints_how_often_the_rules_are_wrong():
    said = launch("lint", "--json", "--time-scale", 60)
    found = json.loads(said.stdout)
    assert (said.returncode, found["complaints"]) == (0, [])
    assert 0 < found["operating_characteristics"]["samples_of_final"] < 500
    assert len(found["digest"]) == 64 and found["baseline"]["source"] == "assumed"


def test_replay_of_nothing_is_no_verification(tmp_path):
    said = launch("replay", tmp_path)
    assert said.returncode == 3 and "holds no evidence" in said.stderr
