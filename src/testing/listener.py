"""What every pretended server of the tests does alike."""
import threading


class Listener:
    """As a context manager it serves inside; `server` is a socketserver that its subclass made on a port of its own."""

    port = property(lambda self: self.server.server_address[1])

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
