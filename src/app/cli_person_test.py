"""People at the command line: their second factor and their tokens."""
import http.client
import json
import re
import stat
import urllib.parse

import authenticator
import pytest


def is_private(file):
    return stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.fixture
def ann(served, folder):
    """A new user, made without a prompt."""
    email = f"ann-{folder.name}@example.com".lower()
    (folder / "password").write_text("a good long password\n")
    served.result_of("user", "create", "--email", email, "--password-file", folder / "password")
    return email


def test_a_second_factor_is_written_to_a_file_of_its_owner_alone(served, folder, ann):
    done = served.run("user", "totp", "enrol", "--user", ann, "--out", folder / "totp")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert is_private(folder / "totp")
    assert (folder / "totp").read_text().startswith(f"otpauth://totp/AccuBooks:{urllib.parse.quote(ann)}?secret=")
    assert len(authenticator.recovery_codes(folder / "totp")) == 10
    assert is_private(served.where[1] / "identity" / "secret.key")
    # Never over what is there.
    again = served.run("user", "totp", "enrol", "--user", ann, "--out", folder / "totp", "--reason", "lost")
    assert again.returncode == 1 and "stays as it is" in again.stderr


def test_a_second_factor_is_replaced_by_its_code_or_for_a_reason(served, folder, ann):
    def enrol(out, *more, **options):
        return served.run("user", "totp", "enrol", "--user", ann, "--out", folder / out, *more, **options)

    assert enrol("first").returncode == 0
    refused = enrol("second")
    assert refused.returncode == 1 and "--totp-file" in refused.stderr and "--reason" in refused.stderr
    assert not (folder / "second").exists()
    wrong = enrol("second", "--totp-file", "-", stdin="not-a-code\n")
    assert wrong.returncode == 1 and "code is wrong" in wrong.stderr and not (folder / "second").exists()
    (folder / "code").write_text(authenticator.code(folder / "first") + "\n")
    assert enrol("second", "--totp-file", folder / "code").returncode == 0
    # The first is good for nothing now, its recovery codes neither.
    stale = enrol("third", "--totp-file", "-", stdin=authenticator.recovery_codes(folder / "first")[0] + "\n")
    assert stale.returncode == 1
    spare = authenticator.recovery_codes(folder / "second")[0]
    assert enrol("third", "--totp-file", "-", stdin=spare + "\n").returncode == 0
    assert enrol("fourth", "--reason", "the phone was lost").returncode == 0
    on_terminal = served.run("user", "totp", "enrol", "--user", ann, "--out", "-", "--reason", "asked for")
    assert on_terminal.returncode == 0 and on_terminal.stdout.startswith("otpauth://")


def test_on_a_server_of_ones_own_the_key_has_a_folder(own, folder):
    email = f"bob-{folder.name}@example.com".lower()
    own.result_of("user", "create", "--email", email, "--password-file", "-", stdin="a good long password\n")
    without = own.run("user", "totp", "enrol", "--user", email, "--out", folder / "totp")
    assert without.returncode == 1 and "identity.directory" in without.stderr
    (folder / "accubooks.toml").write_text(f'[identity]\ndirectory = "{folder / "keys"}"\n')
    own.result_of("user", "totp", "enrol", "--user", email, "--out", folder / "totp", "--config", folder / "accubooks.toml")
    assert is_private(folder / "keys" / "secret.key")


def test_a_token_is_made_listed_and_revoked(served, folder, ann):
    done = served.run("user", "token", "create", "--user", ann, "--out", folder / "token", "--label", "laptop")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert is_private(folder / "token") and re.fullmatch(r"abp_[0-9a-f]{64}\n", (folder / "token").read_text())
    listed = served.result_of("user", "token", "list", "--user", ann)
    token_id = re.fullmatch(r"(\S{36})  good until \S+Z  never used  laptop", listed)[1]
    assert "abp_" not in listed
    served.result_of("user", "token", "revoke", "--user", ann, token_id)
    assert "  revoked " in served.result_of("user", "token", "list", "--user", ann)
    unknown = served.run("user", "token", "revoke", "--user", ann, "00000000-0000-7000-8000-000000000000")
    assert unknown.returncode == 1 and "no such token" in unknown.stderr


def test_an_operator_resets_a_password(served, folder, ann):
    weak = served.run("user", "password", "--user", ann, stdin="short\n")
    assert weak.returncode == 1 and "12 characters" in weak.stderr
    assert sign_in(served, ann, "a good long password")[0] == 201
    assert served.result_of("session", "list", "--user", ann).count("\n") == 0
    done = served.run("user", "password", "--user", ann, stdin="another good password\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert served.result_of("session", "list", "--user", ann) == ""
    assert sign_in(served, ann, "a good long password")[0] == 401
    assert sign_in(served, ann, "another good password")[0] == 201


def test_sessions_are_listed_and_ended(served, ann):
    for _ in range(3):
        assert sign_in(served, ann, "a good long password")[0] == 201
    listed = served.result_of("session", "list", "--user", ann).splitlines()
    first = re.fullmatch(r"(\S{36})  since \S+Z, used \S+Z  from 127\.0\.0\.1  test", listed[0])[1]
    assert len(listed) == 3
    assert served.run("session", "end", "--user", ann).returncode == 2
    served.result_of("session", "end", "--user", ann, first)
    assert first not in served.result_of("session", "list", "--user", ann)
    again = served.run("session", "end", "--user", ann, first)
    assert again.returncode == 1 and "no such session" in again.stderr
    served.result_of("session", "end", "--user", ann, "--all")
    assert served.result_of("session", "list", "--user", ann) == ""


def sign_in(served, email, password):
    """(status, answer) of a browser that signs in."""
    connection = http.client.HTTPConnection("127.0.0.1", served.serving.port, timeout=60)
    try:
        connection.request("POST", "/api/v1/session", json.dumps({"email": email, "password": password}),
                           {"Content-Type": "application/json", "User-Agent": "test"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_nobody_gets_nothing(served, folder):
    for command in (("user", "totp", "enrol"), ("user", "token", "create")):
        done = served.run(*command, "--user", "nobody@example.com", "--out", folder / "out")
        assert done.returncode == 1 and "no such user" in done.stderr and not (folder / "out").exists()
