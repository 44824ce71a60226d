"""TLS as clients of the program meet it: certificates, their renewal, cookies, and who may talk plainly."""
import http.client
import json
import signal
import socket
import ssl

import program
import pytest
from certificate import make_certificate, trusting


def ask(serving, context, method="GET", path="/api/v1/session", body=None, headers=None):
    connection = (http.client.HTTPConnection("127.0.0.1", serving.port, timeout=30) if context is None else
                  http.client.HTTPSConnection("127.0.0.1", serving.port, timeout=30, context=context))
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def made():
    made = program.temporary_folder("tls")
    yield made
    program.remove_folder(made)


@pytest.fixture(scope="module")
def secure(made):
    """A program that serves by TLS, and somebody with an account."""
    (made / "password").write_text("correct horse battery staple")
    with program.Serving("--data-dir", made / "data", *make_certificate(made)) as serving:
        program.result_of("user", "create", "--data-dir", made / "data", "--email", "ann@example.com", "--name", "Ann",
                          "--password-file", made / "password")
        yield serving


SIGN_IN = json.dumps({"email": "ann@example.com", "password": "correct horse battery staple"})


def test_it_says_where_it_serves(secure):
    assert secure.lines_with(f"AccuBooks is ready on https://127.0.0.1:{secure.port}")


def test_a_session_over_tls_is_for_tls_alone(secure, made):
    status, headers, _ = ask(secure, trusting(made), "POST", body=SIGN_IN)
    cookie, *attributes = headers["Set-Cookie"].split("; ")
    assert status == 201 and cookie.startswith("__Host-accubooks_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert ask(secure, trusting(made), headers={"Cookie": cookie})[0] == 200
    assert ask(secure, None, headers={"Cookie": cookie})[0] == 401
    renamed = cookie.removeprefix("__Host-")
    assert ask(secure, trusting(made), headers={"Cookie": renamed})[0] == 401, "anybody's page could have set that one"


def test_a_session_of_this_machine_itself_works_without_tls(secure):
    status, headers, _ = ask(secure, None, "POST", body=SIGN_IN)
    cookie, *attributes = headers["Set-Cookie"].split("; ")
    assert status == 201 and cookie.startswith("accubooks_session=") and "Secure" not in attributes
    assert ask(secure, None, headers={"Cookie": cookie})[0] == 200


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_records_may_come_in_any_pieces(secure, made, step):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = trusting(made).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", secure.port), timeout=30) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def until_done(act):
            while True:
                try:
                    return act()
                except ssl.SSLWantReadError:
                    pass
                finally:
                    sent = outgoing.read()
                    for at in range(0, len(sent), step):
                        plain.sendall(sent[at:at + step])
                got = plain.recv(step)
                if not got:
                    incoming.write_eof()
                incoming.write(got)

        until_done(tls.do_handshake)
        until_done(lambda: tls.write(b"GET /api/v1/session HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        answer = b""
        while piece := until_done(lambda: tls.read(65536)):  # empty once the server has said goodbye
            answer += piece
        assert answer.startswith(b"HTTP/1.1 401 ")


def serial(folder, serving):
    """Of the certificate that a new connection gets."""
    context = trusting(folder)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", serving.port), timeout=30) as plain, context.wrap_socket(plain) as tls:
        return tls.getpeercert(binary_form=True)


def test_a_renewed_certificate_is_shown_without_a_restart(folder):
    where = make_certificate(folder)
    with program.Serving("--data-dir", folder / "data", *where) as serving:
        connection = http.client.HTTPSConnection("127.0.0.1", serving.port, timeout=60, context=trusting(folder))
        connection.request("GET", "/api/v1/session")
        assert connection.getresponse().read()
        before = serial(folder, serving)

        make_certificate(folder)
        serving.process.send_signal(signal.SIGHUP)
        serving.wait_until(lambda: serial(folder, serving) != before, "showing the certificate after SIGHUP")
        connection.request("GET", "/api/v1/session")
        assert connection.getresponse().status == 401, "an open connection goes on"
        before = serial(folder, serving)

        make_certificate(folder, days=90)
        serving.wait_until(lambda: serial(folder, serving) != before, "showing the certificate of the changed files")
        assert ask(serving, trusting(folder))[0] == 401
        before = serial(folder, serving)

        told = len(serving.lines_with("wasn't renewed"))
        (folder / "key.pem").write_text("no key")
        serving.process.send_signal(signal.SIGHUP)
        serving.wait_for_lines("wasn't renewed", told + 1)
        assert serial(folder, serving) == before
        assert "accubooks_tls_certificate_expiry_timestamp_seconds" in serving.metrics()


def test_a_listener_that_others_reach_wants_tls_or_a_proxy(folder):
    reached = ("serve", "--data-dir", folder / "data", "--listen", "0.0.0.0:0", "--ops-listen", "127.0.0.1:0")
    refused = program.run(*reached)
    assert (refused.returncode, refused.stdout) == (78, "")
    for word in ("0.0.0.0", "--tls-cert", "--behind-proxy"):
        assert word in refused.stderr
    assert not (folder / "data").exists()


@pytest.mark.parametrize(("arguments", "code", "word"), [
    (("--tls-cert", "cert.pem"), 78, "server.tls_key"),
    (("--tls-cert", "none.pem", "--tls-key", "key.pem"), 78, "none.pem"),
    (("--tls-cert", "cert.pem", "--tls-key", "cert.pem"), 78, "cert.pem"),
    (("--behind-proxy", "10.0.0.0/33"), 2, "networks"),
])
def test_what_cannot_be_used_ends_the_start(folder, arguments, code, word):
    make_certificate(folder)
    done = program.run("serve", "--data-dir", folder / "data", *arguments, cwd=folder)
    assert done.returncode == code
    assert word in done.stderr
    assert not (folder / "data").exists()


def test_a_proxy_says_how_its_client_came(made):
    """Here the test is the proxy, on this machine; the same from an untrusted address counts for nothing."""
    with program.Serving("--data-dir", made / "proxied", "--behind-proxy", "127.0.0.0/8") as serving:
        (made / "password").write_text("correct horse battery staple")
        program.result_of("user", "create", "--data-dir", made / "proxied", "--email", "ann@example.com", "--name", "Ann",
                          "--password-file", made / "password")

        def cookie(**headers):
            return ask(serving, None, "POST", body=SIGN_IN, headers={name.replace("_", "-"): value for name, value in headers.items()})[
                1]["Set-Cookie"]

        assert cookie(X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https").startswith("__Host-")
        assert cookie(X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="http").endswith("; Secure"), "not kept: it came plainly"
        assert cookie(X_Forwarded_For="127.0.0.1", X_Forwarded_Proto="https").startswith("__Host-")
        assert cookie(X_Forwarded_For="127.0.0.1", X_Forwarded_Proto="http").startswith("accubooks_session=")


def test_nobody_else_is_believed(secure):
    headers = ask(secure, None, "POST", body=SIGN_IN, headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})[1]
    assert headers["Set-Cookie"].startswith("accubooks_session=")
