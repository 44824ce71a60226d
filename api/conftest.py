"""One program for all of these tests, on a data folder of its own."""
import pytest
from client import Books, Client, program


@pytest.fixture(scope="session")
def client():
    folder = program.temporary_folder("contract")
    where = ("--data-dir", folder / "data")
    try:
        environment = program.environment(ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch"),
                                          ACCUBOOKS_IDENTITY_TENANTS_PER_PERSON="1000")
        with program.Serving(*where, env=environment) as serving:
            yield Client(serving, where)
    finally:
        program.remove_folder(folder)


@pytest.fixture(scope="session")
def books(client):
    return Books(client)
