"""Keys at the command line: made here, enrolled at the running server, listed and revoked."""
import http.server
import json
import re
import stat
import threading

import authenticator
import program
import pytest


@pytest.fixture
def ann(served, folder):
    """The files of a new user: totp and token."""
    email = f"ann-{folder.name}@example.com".lower()
    served.result_of("user", "create", "--email", email, "--password-file", "-", stdin="a good long password\n")
    served.result_of("user", "totp", "enrol", "--user", email, "--out", folder / "totp")
    served.result_of("user", "token", "create", "--user", email, "--out", folder / "token")
    (folder / "passphrase").write_text("correct horse\n")
    return folder


def create(folder, name="ann.key"):
    return program.result_of("key", "create", "--out", folder / name, "--passphrase-file", folder / "passphrase")


def ask(served, folder, *words, **options):
    """A command that asks the running server as Ann."""
    return program.run("key", *words, "--url", f"http://127.0.0.1:{served.serving.port}",
                       env=program.environment(ACCUBOOKS_TOKEN_FILE=str(folder / "token")), **options)


def test_a_key_is_made_for_its_owner_alone_and_never_over_another(folder):
    (folder / "passphrase").write_text("correct horse\n")
    key_id = create(folder)
    assert re.fullmatch(r"[0-9a-f]{64}", key_id)
    file = folder / "ann.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = json.loads(file.read_text())
    assert made["key_id"] == key_id and made["kdf"]["name"] == "argon2id"
    again = program.run("key", "create", "--out", file, "--passphrase-file", folder / "passphrase")
    assert again.returncode == 1 and "stays as it is" in again.stderr
    assert json.loads(file.read_text()) == made
    weak = program.run("key", "create", "--out", folder / "weak", stdin="short\n")
    assert weak.returncode == 1 and "8 characters" in weak.stderr and not (folder / "weak").exists()


def test_a_key_is_enrolled_with_a_fresh_code_listed_and_revoked(served, ann):
    key_id = create(ann)
    (ann / "code").write_text("000000\n")
    wrong = ask(served, ann, "enrol", ann / "ann.key", "--totp-file", ann / "code")
    assert (wrong.returncode, wrong.stdout) == (1, "") and "(identity.bad_code)" in wrong.stderr
    (ann / "code").write_text(authenticator.code(ann / "totp") + "\n")
    done = ask(served, ann, "enrol", ann / "ann.key", "--totp-file", ann / "code")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, key_id, "")
    again = ask(served, ann, "enrol", ann / "ann.key", "--totp-file", "-", stdin=authenticator.recovery_codes(ann / "totp")[0])
    assert again.returncode == 1 and "(identity.key_taken)" in again.stderr

    listed = ask(served, ann, "list")
    assert re.fullmatch(rf"{key_id}  file  enrolled \S+Z\n", listed.stdout)
    revoked = ask(served, ann, "revoke", key_id, "--reason", "the laptop was lost")
    assert (revoked.returncode, revoked.stdout, revoked.stderr) == (0, "", "")
    key, = json.loads(ask(served, ann, "list", "--json").stdout)["items"]
    assert key["key_id"] == key_id and key["revocation_reason"] == "the laptop was lost"
    unknown = ask(served, ann, "revoke", "0" * 64, "--reason", "lost")
    assert unknown.returncode == 1 and "(identity.key_not_found)" in unknown.stderr


def test_a_key_that_others_can_read_isnt_used(served, ann):
    create(ann)
    (ann / "ann.key").chmod(0o644)
    done = ask(served, ann, "enrol", ann / "ann.key", "--totp-file", ann / "totp")
    assert done.returncode == 1 and "chmod 600" in done.stderr


def test_who_asks_needs_a_token_and_a_server(folder):
    def list_keys(*more, **options):
        return program.run("key", "list", *more, **options)

    none = list_keys()
    assert none.returncode == 1 and "--token-file" in none.stderr
    other = list_keys("--token-file", "-", stdin="ab_" + "0" * 64 + "\n")
    assert other.returncode == 1 and "no personal token" in other.stderr and "ab_0" not in other.stderr
    token = "abp_" + "0" * 64 + "\n"
    closed = list_keys("--url", f"http://127.0.0.1:{program.free_port()}", "--token-file", "-", stdin=token)
    assert closed.returncode == 78 and "no answer" in closed.stderr
    secured = list_keys("--url", "https://127.0.0.1", "--token-file", "-", stdin=token)
    assert secured.returncode == 1 and "http://" in secured.stderr


@pytest.mark.parametrize("status, body, sentence", [
    (409, {"detail": "Not \u001b[31mnow.", "code": "launch.somewhen"}, r"Not \x1b[31mnow. (launch.somewhen)"),
    (422, {"detail": "Wrong.", "code": "x.y", "errors": [{"pointer": "/a", "detail": "is bad"}]}, "/a: is bad"),
    (502, "<html>", "answered 502 without saying why"),
    (200, "<html>", "isn't JSON"),
])
def test_what_another_server_says_is_told_safely(status, body, sentence):
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            text = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever).start()
        done = program.run("key", "list", "--url", f"http://127.0.0.1:{server.server_port}", "--token-file", "-",
                           stdin="abp_" + "0" * 64 + "\n")
        server.shutdown()
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
