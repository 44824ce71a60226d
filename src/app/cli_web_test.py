"""The web client as browsers get it from the program: a small built one, none, and one that can't be served."""
import gzip
import hashlib
import http.client
import json
import re
import urllib.request

import program
import pytest

SCRIPT = b"let answer = 42;\n" * 100
FILES = {"index.html": b'<meta property="csp-nonce" nonce="__CSP_NONCE__"><script src="/assets/app-1.js"></script>',
         "assets/app-1.js": SCRIPT, "assets/app-1.js.gz": gzip.compress(SCRIPT, mtime=0), "assets/app-1.js.br": b"brotli",
         "assets/plain-2.css": b"p { color: black }\n" * 100}


def write(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


class Browser:
    def __init__(self, serving):
        self.serving = serving

    def get(self, path, method="GET", is_ops=False, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.serving.ops_port if is_ops else self.serving.port, timeout=30)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def bundle_in_fingerprints(self):
        url = f"http://127.0.0.1:{self.serving.ops_port}/api/health/fingerprints"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["web_bundle"]


@pytest.fixture(scope="module")
def bundle():
    folder = program.temporary_folder("web")
    yield write(folder, FILES)
    program.remove_folder(folder)


@pytest.fixture(scope="module")
def browser(bundle):
    folder = program.temporary_folder("web")
    try:
        with program.Serving("--data-dir", folder / "data", "--set", f"web.directory={bundle}") as serving:
            yield Browser(serving)
    finally:
        program.remove_folder(folder)


@pytest.mark.parametrize(("accepted", "coding", "content"), [
    ("", None, FILES["assets/app-1.js"]), ("gzip, deflate, br, zstd", "br", b"brotli"),
    ("gzip;q=0.9, br;q=0.1", "gzip", FILES["assets/app-1.js.gz"]), ("identity", None, FILES["assets/app-1.js"])])
def test_an_asset_comes_in_the_form_that_the_browser_wants(browser, accepted, coding, content):
    status, headers, body = browser.get("/assets/app-1.js", Accept_Encoding=accepted)
    assert (status, headers["Content-Encoding"], body) == (200, coding, content)
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers.get_all("Vary") == ["Accept-Encoding"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    again, _, nothing = browser.get("/assets/app-1.js", Accept_Encoding=accepted, If_None_Match=headers["ETag"])
    assert (again, nothing) == (304, b"")
    head, its_headers, nothing = browser.get("/assets/app-1.js", "HEAD", Accept_Encoding=accepted)
    assert (head, its_headers["Content-Length"], nothing) == (200, str(len(content)), b"")


def test_an_asset_without_other_forms_is_compressed_on_the_way(browser):
    _, headers, body = browser.get("/assets/plain-2.css", Accept_Encoding="gzip")
    assert (headers["Content-Encoding"], gzip.decompress(body)) == ("gzip", FILES["assets/plain-2.css"])


@pytest.mark.parametrize("path", ["/", "/t/1/journal?from=2026-01-01", "/launch", "/no/such/page"])
def test_every_other_path_is_the_page_with_a_nonce_of_its_own(browser, path):
    nonces = set()
    for _ in range(3):
        status, headers, body = browser.get(path)
        nonce = re.search(rb'nonce="([0-9a-f]{32})"', body)[1].decode()
        assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "text/html; charset=utf-8", "no-store")
        assert f"style-src 'self' 'nonce-{nonce}'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "no-referrer"
        nonces.add(nonce)
    assert len(nonces) == 3


@pytest.mark.parametrize("path", ["/assets/app-0.js", "/assets/", "/api/none", "/api", "/assets/%2e%2e/index.html",
                                  "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd"])
def test_what_is_missing_is_never_a_page(browser, path):
    status, headers, body = browser.get(path)
    assert (status, headers["Content-Type"], json.loads(body)["code"]) == (404, "application/problem+json", "http.not_found")


def test_the_operators_listener_has_no_pages(browser):
    for path in ("/", "/assets/app-1.js"):
        assert browser.get(path, is_ops=True)[0] == 404


def test_the_fingerprint_is_that_of_the_files(browser):
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(FILES.items())]
    assert browser.bundle_in_fingerprints() == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_files_are_in_none_of_the_figures_that_are_judged(browser):
    def figures():
        url = f"http://127.0.0.1:{browser.serving.ops_port}/api/health/metrics"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)
    before = figures()
    for path in ("/", "/assets/app-1.js", "/assets/plain-2.css", "/assets/missing.js"):
        browser.get(path)
    browser.get("/api/v1/session")
    after = figures()
    assert after["web_client"]["requests"] == before["web_client"]["requests"] + 4
    assert after["requests"] == before["requests"] + 1
    assert after["latency_ms"]["count"] == before["latency_ms"]["count"] + 1
    assert after["last_minute"]["requests"] <= after["requests"]
    assert [route["route"] for route in after["routes"]] == ["GET /api/v1/session"]


def test_a_bundle_that_cannot_be_served_ends_the_start(folder):
    spoilt = write(folder / "web", {**FILES, "index.html": b"<p>no nonce</p>"})
    done = program.run("serve", "--data-dir", folder / "data", "--set", f"web.directory={spoilt}")
    assert (done.returncode, done.stdout) == (78, "")
    assert "__CSP_NONCE__" in done.stderr
    assert not (folder / "data").exists()
