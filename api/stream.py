"""A client of an event stream that reads it as it comes."""
import http.client
import json
import time

PATIENCE = 20  # s


class Stream:
    """A client that reads frames as they come."""

    def __init__(self, client, headers, target="/api/v1/launch/events"):
        self.connection = http.client.HTTPConnection("127.0.0.1", client.serving.port, timeout=PATIENCE)
        self.connection.request("GET", target, headers=dict(headers))
        self.response = self.connection.getresponse()
        self.resets = 0

    def __enter__(self):
        assert self.response.status == 200, self.response.read()
        assert self.response.headers["Content-Type"] == "text/event-stream"
        return self

    def __exit__(self, *_):
        self.connection.close()

    def frame(self):
        """The next event that has a number; none once the stream has ended. `resets` counts those that say that numbers begin anew."""
        fields, until = {}, time.monotonic() + PATIENCE
        while line := self.response.fp.readline():
            assert time.monotonic() < until, "the stream goes on, and nothing happens"
            text = line.decode().rstrip("\n")
            if not text:
                self.resets += fields.get("event") == "reset"
                if "id" in fields:
                    return int(fields["id"]), fields["event"], json.loads(fields["data"])
                fields = {}
            if text and not text.startswith(":"):
                name, value = text.split(": ", 1)
                fields[name] = value
        return None

    def frames(self):
        return list(iter(self.frame, None))

    def until(self, what):
        """The events up to the one about this object."""
        seen = []
        while not seen or seen[-1][2]["object"] != what:
            seen.append(self.frame())
        return seen
