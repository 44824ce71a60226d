"""A network between a program and its database that can be made bad: TCP on loopback to a Unix socket."""
import socket
import threading


class FaultProxy:
    """As a context manager it listens on `port` inside."""

    def __init__(self, upstream):
        self.upstream, self.passes, self.links = str(upstream), threading.Event(), []
        self.passes.set()
        self.lock, self.listener = threading.Lock(), socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.passes.set()
        self.cut()

    def black_hole(self, is_one):
        """From now on nothing passes, in either direction, and no end is told of the other's."""
        if is_one:
            self.passes.clear()
        else:
            self.passes.set()

    def cut(self):
        """Ends every link there is, at both ends."""
        with self.lock:
            for end in (end for link in self.links for end in link):
                self._end(end)
            self.links.clear()

    @staticmethod
    def _end(end):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # its other end was faster
        end.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # the test is over
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self.upstream)
            except OSError:
                near.close()
                far.close()
                continue
            with self.lock:
                self.links.append((near, far))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source, target):
        try:
            while data := source.recv(65536):
                self.passes.wait()
                target.sendall(data)
            self.passes.wait()
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # cut, or an end has gone
