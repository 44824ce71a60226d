"""One program for all of these tests, on a data folder of its own."""
import pytest
from client import Books, Client, program


@pytest.fixture(scope="session")
def client():
    folder = program.temporary_folder("contract")
    where = ("--data-dir", folder / "data")
    try:
        with program.Serving(*where) as serving:
            yield Client(serving, where)
    finally:
        program.remove_folder(folder)


@pytest.fixture(scope="session")
def books(client):
    return Books(client)
