"""What a new user finds behind `script/server`: five people who play every part of the launch, and phase 1 in review."""
import json
import urllib.request

import program
import pytest
from launch_scene import SENTENCE, done

ROLES = {"lead": "requester_lead", "executive": "executive_operator", "product": "product_lead", "business": "business_lead",
         "on-call": "on_call"}


class Demo:
    def __init__(self, folder, serving):
        self.people, self.url = folder / "data/launch-people", f"http://127.0.0.1:{serving.port}"

    def sign_in(self, part):
        """In the browser or over HTTP: their keys want a second factor, of which the folder holds the recovery codes."""
        body = {"email": f"{part}@accubooks.test", "password": (self.people / part / "password").read_text().strip(),
                "code": (self.people / part / "recovery-codes").read_text().split()[0]}
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/api/v1/session", data=json.dumps(body).encode(),
                                                           headers={"Content-Type": "application/json"}), timeout=60) as answer:
            return answer.status

    def as_part(self, part, *words):
        return program.run(*words, "--url", self.url, "--token-file", self.people / part / "token")

    def sign(self, part, *words):
        return self.as_part(part, *words, "--key", self.people / part / "key", "--passphrase-file", self.people / part / "passphrase")


@pytest.fixture(scope="module")
def demo():
    folder = program.temporary_folder("demo")
    try:
        environment = program.environment(ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch"))
        with program.Serving("--data-dir", folder / "data", "--demo", env=environment) as serving:
            serving.wait_for("is ready on")
            yield Demo(folder, serving)
    finally:
        program.remove_folder(folder)


@pytest.mark.parametrize("part", ROLES)
def test_each_of_the_five_signs_in_and_sees_the_pending_record(demo, part):
    assert demo.sign_in(part) == 201
    assert f"{ROLES[part]}  {part}@accubooks.test  since " in done(demo.as_part("executive", "launch", "roles"))
    change, = json.loads(done(demo.as_part(part, "launch", "status", "--json")))["items"]
    assert (change["phase"], change["state"]) == ("phase1", "in_review")
    record = done(demo.as_part(part, "launch", "record", "phase1"))
    assert "EXECUTIVE APPROVAL RECORD" in record and "PENDING" in record


@pytest.mark.parametrize("part, guard", [("lead", "author_cannot_approve"), ("product", "role_missing"), ("business", "role_missing"),
                                         ("on-call", "role_missing")])
def test_whose_part_it_isnt_does_not_approve(demo, part, guard):
    refused = demo.sign(part, "launch", "approve", "phase1", "--sentence", SENTENCE)
    assert refused.returncode == 1 and f"launch.{guard}" in refused.stderr


def test_the_executive_approves_by_the_sentence_alone(demo):
    refused = demo.sign("executive", "launch", "approve", "phase1", "--sentence", "I approve")
    assert refused.returncode == 1 and "accubooks: Approval is given in writing, by exactly" in refused.stderr
    assert "launch.wrong_sentence" in refused.stderr
    assert "state approved" in done(demo.sign("executive", "launch", "approve", "phase1", "--sentence", SENTENCE))
    assert "state approved" in done(demo.as_part("on-call", "launch", "ack", "phase1"))
