"""Receivers on loopback that remember what they were given: a mail server and an HTTP server."""
import http.server
import socketserver

from listener import Listener


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class MailSink(Listener):
    """Speaks enough SMTP to take a message. `refusals` says how many of the next ones it refuses for the moment."""

    def __init__(self, refusals=0):
        self.messages, self.refusals, sink = [], refusals, self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 sink")
                message = {"to": []}
                for raw in self.rfile:
                    line = raw.decode().rstrip("\r\n")
                    word = line.upper().split(" ")[0].split(":")[0]
                    if word in ("EHLO", "HELO"):
                        self.say("250 sink")
                    elif word == "MAIL":
                        message = {"from": line[10:].split(" ")[0], "to": []}
                        self.say("250 2.1.0 sender")
                    elif word == "RCPT":
                        message["to"].append(line[8:])
                        self.say("250 2.1.5 recipient")
                    elif word == "DATA":
                        self.say("354 go on")
                        lines = []
                        for raw_line in self.rfile:
                            if raw_line == b".\r\n":
                                break
                            lines.append(raw_line[1:] if raw_line.startswith(b"..") else raw_line)
                        if sink.refusals:
                            sink.refusals -= 1
                            self.say("451 4.3.0 not now")
                            continue
                        message["data"] = b"".join(lines)
                        sink.messages.append(message)
                        self.say(f"250 2.0.0 queued as {len(sink.messages)}")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 fine")

        self.server = _Server(("127.0.0.1", 0), Handler)


class HttpSink(Listener):
    """Takes whatever is posted, with `status`; a redirection leads to itself at /elsewhere."""

    def __init__(self, status=200):
        self.posts, self.status, sink = [], status, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.posts.append((self.path, dict(self.headers), body))
                self.send_response(sink.status)
                if 300 <= sink.status < 400:
                    self.send_header("Location", f"http://localhost:{sink.port}/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def do_GET(self):
                sink.posts.append((self.path, dict(self.headers), b""))
                self.send_error(500)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
