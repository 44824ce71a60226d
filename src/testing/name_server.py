"""A name server of a test's own, which is silent."""
import ctypes
import socket
import subprocess
import threading


class NameServer:
    """Takes every question and says nothing. Once `answers` is set it says of every name that there is none."""
    ADDRESS = "127.53.53.53"

    def __init__(self, folder):
        """The only one that programs know which are started by `settings`; `hosts` is the file of the names known without it.
        Raises OSError where this user may not have mounts of its own."""
        # Far longer than anybody here waits.
        for name, text in (("hosts", ""), ("resolv.conf", f"nameserver {self.ADDRESS}\noptions timeout:30 attempts:5\n"),
                           ("nsswitch.conf", "hosts: files dns\n")):
            (folder / name).write_text(text)
        self.hosts = folder / "hosts"
        system = ctypes.CDLL(None, use_errno=True)

        def in_its_own_mounts():
            new_mounts, bind, private = 0x20000, 0x1000, 0x44000
            failed = system.unshare(new_mounts) or system.mount(None, b"/", None, private, None)
            for name in ("hosts", "resolv.conf", "nsswitch.conf"):
                failed = failed or system.mount(bytes(folder / name), f"/etc/{name}".encode(), None, bind, None)
            if failed:
                raise OSError(ctypes.get_errno(), "no mounts of its own")

        self.settings = {"preexec_fn": in_its_own_mounts}
        try:
            subprocess.run(["true"], check=True, **self.settings)
        except subprocess.SubprocessError as failure:
            raise OSError("no mounts of its own") from failure
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.ADDRESS, 53))
        self.socket.settimeout(0.1)
        self.questions, self.answers, self.over = 0, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        held = []
        while not self.over.is_set():
            try:
                held.append(self.socket.recvfrom(1500))
                self.questions += 1
            except TimeoutError:
                pass
            if self.answers.is_set():
                for question, asker in held:
                    self.socket.sendto(question[:2] + b"\x81\x83" + question[4:], asker)
                held.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.socket.close()
