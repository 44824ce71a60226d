"""A backend behind the balancer that was poisoned: it passes requests on to a good one, and spoils some."""
import http.client
import http.server
import itertools

from listener import Listener

PASSED_ON = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "User-Agent", "traceparent")


class BadBackend(Listener):
    """As a context manager it listens on `port` inside. Of requests that begin so ("POST", "GET /api"), every so many-th is
    answered 500, or with what `becomes` makes of the good answer's body."""

    def __init__(self, upstream, begin, *, fails_every=1, becomes=None):
        turns = itertools.count(1)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                is_spoilt = f"{self.command} {self.path}".startswith(begin) and next(turns) % fails_every == 0
                if is_spoilt and becomes is None:
                    return self.give(500, [], b"poisoned")
                headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
                link = http.client.HTTPConnection("127.0.0.1", upstream, timeout=60)
                try:
                    link.request(self.command, self.path, body, headers)
                    good = link.getresponse()
                    body = good.read()
                    return self.give(good.status, good.getheaders(), becomes(body) if is_spoilt else body)
                finally:
                    link.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def give(self, status, headers, body):
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """What came of it is the test's to see."""

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that went away is none of a test's."""

        self.server = Server(("127.0.0.1", 0), Handler)
