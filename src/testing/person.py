"""Somebody who uses the command line against a running server, for tests that look at it from outside."""
import authenticator
import program


class Person:
    """Somebody with a token and an enrolled key."""

    def __init__(self, terminal, folder, name):
        self.terminal, self.folder = terminal, folder / name
        self.folder.mkdir()
        self.email = f"{name}@example.com"
        terminal.result_of("user", "create", "--email", self.email, "--password-file", "-", stdin="a good long password\n")
        terminal.result_of("user", "totp", "enrol", "--user", self.email, "--out", self.folder / "totp")
        terminal.result_of("user", "token", "create", "--user", self.email, "--out", self.folder / "token")
        (self.folder / "passphrase").write_text("correct horse\n")
        program.result_of("key", "create", "--out", self.folder / "key", "--passphrase-file", self.folder / "passphrase")
        self.key("enrol", self.folder / "key", "--totp-file", "-", stdin=authenticator.recovery_codes(self.folder / "totp")[0])

    def run(self, *words, **options):
        return program.run(*words, "--url", f"http://127.0.0.1:{self.terminal.serving.port}",
                           env=program.environment(ACCUBOOKS_TOKEN_FILE=str(self.folder / "token")), **options)

    def key(self, *words, **options):
        done = self.run("key", *words, **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def launch(self, *words):
        return self.run("launch", *words)

    def sign(self, *words):
        """A command of launch that signs."""
        return self.run("launch", *words, "--key", self.folder / "key", "--passphrase-file", self.folder / "passphrase")
