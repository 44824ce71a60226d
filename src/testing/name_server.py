"""A name server of a test's own, which is silent."""
import ctypes
import socket
import subprocess
import threading

NEW_MOUNTS, BIND, PRIVATE = 0x20000, 0x1000, 0x44000  # CLONE_NEWNS, MS_BIND, MS_REC | MS_PRIVATE


def make_own_mounts(system):
    if system.unshare(NEW_MOUNTS) or system.mount(None, b"/", None, PRIVATE, None):
        raise OSError(ctypes.get_errno(), "no mounts of its own")


def has_mounts_of_its_own():
    """Whether a program that this user starts can have them. Nothing else that may go wrong is a no."""
    system = ctypes.CDLL(None, use_errno=True)
    try:
        subprocess.run(["true"], check=True, preexec_fn=lambda: make_own_mounts(system))
    except subprocess.SubprocessError:  # all that is told of what the child raised
        return False
    return True


class NameServer:
    """Takes every question and says nothing. Once `answers` is set it says of every name that there is none."""
    ADDRESS = "127.53.53.53"

    def __init__(self, folder):
        """The only one that programs know which are started by `settings`; `hosts` is the file of the names known without it.
        For who `has_mounts_of_its_own`."""
        # Far longer than anybody here waits.
        for name, text in (("hosts", ""), ("resolv.conf", f"nameserver {self.ADDRESS}\noptions timeout:30 attempts:5\n"),
                           ("nsswitch.conf", "hosts: files dns\n")):
            (folder / name).write_text(text)
        self.hosts = folder / "hosts"
        system = ctypes.CDLL(None, use_errno=True)

        def in_its_own_mounts():
            make_own_mounts(system)
            for name in ("hosts", "resolv.conf", "nsswitch.conf"):
                if system.mount(bytes(folder / name), f"/etc/{name}".encode(), None, BIND, None):
                    raise OSError(ctypes.get_errno(), f"/etc/{name} can't be replaced")

        self.settings = {"preexec_fn": in_its_own_mounts}
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
