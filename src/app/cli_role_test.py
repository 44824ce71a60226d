"""Roles of the launch at the command line: named, proposed, confirmed, listed and taken back."""
import json
import re

import program
import pytest
from person import Person


@pytest.fixture(scope="module")
def people():
    folder = program.temporary_folder("roles")
    try:
        with program.Serving("--data-dir", folder / "data") as serving:
            terminal = program.Terminal(("--data-dir", folder / "data"))
            terminal.serving = serving
            yield {name: Person(terminal, folder, name) for name in ("lea", "eve", "olu")}
    finally:
        program.remove_folder(folder)


def test_roles_are_named_then_granted_by_one_person_and_confirmed_by_another(people):
    lea, eve, olu = people["lea"], people["eve"], people["olu"]
    none = lea.launch("roles")
    assert none.returncode == 1 and "(launch.role_missing)" in none.stderr

    def bootstrap(lead, executive):
        return lea.terminal.run("launch", "bootstrap-admin", "--lead", lead, "--executive", executive)

    assert bootstrap(lea.email, lea.email).returncode == 1
    assert bootstrap(lea.email, "nobody@example.com").returncode == 1
    assert bootstrap(lea.email, eve.email).returncode == 0
    again = bootstrap(olu.email, eve.email)
    assert again.returncode == 1 and "named already" in again.stderr

    refused = olu.sign("grant", "on_call", olu.email)
    assert refused.returncode == 1 and "(launch.role_missing)" in refused.stderr
    proposed = lea.sign("grant", "on_call", olu.email)
    assert proposed.returncode == 0, proposed.stderr
    grant = proposed.stdout.strip()
    assert "proposed to grant on_call to olu@example.com" in proposed.stderr
    assert f"{grant}  awaits confirmation: grant on_call, olu@example.com, proposed by lea@example.com" in lea.launch("roles").stdout
    alone = lea.sign("confirm", grant)
    assert alone.returncode == 1 and "(launch.second_person)" in alone.stderr
    assert eve.sign("confirm", grant).returncode == 0
    twice = eve.sign("confirm", grant)
    assert twice.returncode == 1 and "awaits confirmation" in twice.stderr

    found = json.loads(olu.launch("roles", "--json").stdout)
    assert [(one["role"], one["user"]["email"]) for one in found["holders"]] == [
        ("requester_lead", lea.email), ("executive_operator", eve.email), ("on_call", olu.email)]
    assert found["pending"] == []
    both = lea.sign("grant", "executive_operator", lea.email)
    assert both.returncode == 1 and "(launch.one_person_two_roles)" in both.stderr

    back = eve.sign("revoke-role", "on_call", olu.email).stdout.strip()
    assert lea.sign("confirm", back).returncode == 0
    assert not re.search("on_call", lea.launch("roles").stdout)
    last = lea.sign("revoke-role", "executive_operator", eve.email)
    assert last.returncode == 1 and "(launch.last_holder)" in last.stderr


def test_a_key_signs_for_its_person_alone_and_nothing_once_it_is_revoked(people):
    lea, eve = people["lea"], people["eve"]
    foreign = lea.run("launch", "grant", "product_lead", eve.email, "--key", eve.folder / "key",
                      "--passphrase-file", eve.folder / "passphrase")
    assert foreign.returncode == 1 and "(launch.foreign_key)" in foreign.stderr
    (lea.folder / "wrong").write_text("another horse\n")
    wrong = lea.run("launch", "grant", "product_lead", eve.email, "--key", lea.folder / "key",
                    "--passphrase-file", lea.folder / "wrong")
    assert wrong.returncode == 1 and "passphrase" in wrong.stderr
    lea.key("revoke", json.loads(lea.key("list", "--json"))["items"][0]["key_id"], "--reason", "the laptop was lost")
    revoked = lea.sign("grant", "product_lead", eve.email)
    assert revoked.returncode == 1 and "(launch.key_revoked)" in revoked.stderr


def test_what_isnt_a_role_or_a_grant_is_told(people):
    eve = people["eve"]
    assert "launch role is" in eve.sign("grant", "king", "lea@example.com").stderr
    nobody = eve.sign("grant", "on_call", "nobody@example.com")
    assert nobody.returncode == 1 and "(identity.user_not_found)" in nobody.stderr
    unknown = eve.sign("confirm", "00000000-0000-7000-8000-000000000000")
    assert unknown.returncode == 1 and "awaits confirmation" in unknown.stderr
