"""Settings as operators meet them: file, environment, flags, revisions, and what the instances say to them."""
import program
import pytest


def refused(done, code, *words):
    """One sentence on standard error, nothing on standard output."""
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    sentences = [line for line in done.stderr.splitlines() if line.startswith("accubooks: ")]
    assert len(sentences) == 1, done.stderr
    for word in words:
        assert str(word) in sentences[0], done.stderr
    return sentences[0]


@pytest.mark.parametrize(("toml", "words"), [
    ("[database.pool]\nmaxi = 1\n", (":2:1: ", "database.pool.maxi", "database.pool.max")),
    ("[database.pool]\nmax = \"200\"\n", (":2:7: ", "database.pool.max", "whole number")),
    ("[database.pool]\nmax = 0\n", (":2:7: ", "1 to 10000")),
    ("[database.pool\n", (":1:",)),
    ("[database.pool]\nmin = 60\n", ("database.pool.min is 60",)),
])
def test_a_file_that_is_wrong_ends_the_start_with_its_place(folder, toml, words):
    file = folder / "settings.toml"
    file.write_text(toml)
    refused(program.run("serve", "--data-dir", folder / "data", "--config", file), 78, *words)
    assert not (folder / "data").exists()


def test_a_file_in_the_data_folder_is_read_without_being_named(folder):
    (folder / "data").mkdir()
    (folder / "data/accubooks.toml").write_text("[server]\nlanes = 1000\n")
    refused(program.run("serve", "--data-dir", folder / "data"), 78, "accubooks.toml:2:9: ", "server.lanes")


def test_a_file_that_is_not_there_ends_the_start(folder):
    refused(program.run("serve", "--data-dir", folder / "data", "--config", folder / "none.toml"), 78, "none.toml")


def test_a_wrong_variable_ends_the_start(folder):
    refused(program.run("serve", "--data-dir", folder / "data", env=program.environment(ACCUBOOKS_SERVER_LANES="x")), 78,
            "ACCUBOOKS_SERVER_LANES")
    refused(program.run("serve", "--data-dir", folder / "data", env=program.environment(ACCUBOOKS_SERVER_LANE="1")), 78,
            "ACCUBOOKS_SERVER_LANE")


def test_a_live_setting_is_no_flag(folder):
    refused(program.run("serve", "--data-dir", folder / "data", "--set", "database.pool.max=60"), 78,
            "accubooks config set database.pool.max=60")
