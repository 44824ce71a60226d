"""What the tests of the command line share: one program that serves a data folder, and a server of an operator's own."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "testing"))
import program  # noqa: E402
from name_server import NameServer, has_mounts_of_its_own  # noqa: E402
from temporary_postgres import TemporaryPostgres  # noqa: E402


@pytest.fixture(scope="session")
def served():
    """A data folder that a program serves; commands join its cluster."""
    folder = program.temporary_folder("cli")
    try:
        with program.Serving("--data-dir", folder / "data") as serving:
            terminal = program.Terminal(("--data-dir", folder / "data"))
            terminal.serving = serving
            yield terminal
    finally:
        program.remove_folder(folder)


@pytest.fixture(scope="session")
def postgres():
    with TemporaryPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def own(postgres):
    """A migrated database on a server of the operator's own, where tests may be the superuser."""
    terminal = program.Terminal(("--database-url", postgres.create_database("own")))
    terminal.result_of("migrate")
    return terminal


@pytest.fixture
def folder():
    made = program.temporary_folder("cli")
    yield made
    program.remove_folder(made)


@pytest.fixture
def name_server(folder):
    if not has_mounts_of_its_own():
        pytest.skip("only who may have mounts of its own, as root may, can have a name server of its own")
    with NameServer(folder) as made:
        yield made
