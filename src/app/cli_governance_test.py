"""What the launch plan names changes by an approved execution alone; --ungoverned lifts that, until somebody may approve."""
import json
import signal
import urllib.request

import program
from launch_plan import write_plan
from person import Person

REQUEST = "accubooks launch request phase1"


def readiness(serving):
    with urllib.request.urlopen(f"http://127.0.0.1:{serving.ops_port}/api/health/ready", timeout=30) as answer:
        return {check["name"]: check["detail"] for check in json.load(answer)["checks"]}


def shown_in_the_page(serving, person):
    """The checks of the page of operations, with what each found."""
    token = (person.folder / "token").read_text().strip()
    request = urllib.request.Request(f"http://127.0.0.1:{serving.port}/api/v1/ops", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return {check["name"]: check["detail"] for check in json.load(answer)["now"]["checks"]}


def refused(done, code, *words):
    assert done.returncode == code, done.stdout + done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def test_no_way_leads_around_the_approval(folder):
    file = folder / "accubooks.toml"
    terminal = program.Terminal(("--data-dir", folder / "data"))
    file.write_text("[database.pool]\nmax = 60\n")
    for environment in (program.environment(ACCUBOOKS_DATABASE_POOL_MAX="60"), None):
        given = () if environment else ("--config", file)
        refused(program.run("serve", *terminal.where, *given, env=environment or program.environment()), 78,
                "database.pool.max 50 -> 60", REQUEST)
    file.write_text("[database.pool]\nqueue_max = 500\n")
    with program.Serving(*terminal.where, "--config", file) as serving:
        assert "governance" not in readiness(serving)

        def config(*words):
            return terminal.run("config", *words, "--reason", "a test")

        refused(config("set", "database.pool.max=200"), 1, "database.pool.max 50 -> 200", REQUEST)
        refused(config("set", "database.pool.queue_max=700", "database.pool.min=20"), 1, "database.pool.min 10 -> 20")
        assert config("set", "database.pool.queue_max=700").returncode == 0
        assert config("rollback").returncode == 0
        file.write_text("[database.pool]\nmax = 70\n")
        refused(config("reload", "--config", file), 1, "database.pool.max 50 -> 70", REQUEST)
        serving.process.send_signal(signal.SIGHUP)
        serving.wait_for("database.pool.max 50 -> 70")
        assert terminal.result_of("config", "get", "database.pool.max") == "50"


def test_ungoverned_says_so_and_ends_with_the_first_approver(folder):
    terminal = program.Terminal(("--data-dir", folder / "data"))
    with program.Serving(*terminal.where, "--ungoverned") as serving:
        terminal.serving = serving
        assert "ungoverned" in readiness(serving)["governance"]
        assert "settings are ungoverned" in serving.output()
        assert terminal.run("config", "set", "database.pool.max=60", "--reason", "a bench").returncode == 0
        lea, eve = Person(terminal, folder, "lea"), Person(terminal, folder, "eve")
        terminal.result_of("launch", "bootstrap-admin", "--lead", lea.email, "--executive", eve.email)
        assert "settings are ungoverned" in shown_in_the_page(serving, lea)["governance"]
    refused(program.run("serve", *terminal.where, "--ungoverned"), 78, "An Executive Operator's key is enrolled")
    with program.Serving(*terminal.where):
        refused(terminal.run("config", "set", "database.pool.max=70", "--reason", "a bench"), 1, REQUEST)


def test_a_value_that_nobody_approved_is_an_incident(folder):
    write_plan(folder / "plan.yaml", ("drift: {every: 5 s, consecutive: 7}", "drift: {every: 1 s, consecutive: 3}"),
               ("acknowledge_within: 30 s", "acknowledge_within: 2 s"))
    environment = program.environment(ACCUBOOKS_LAUNCH_DIRECTORY=str(folder / "launch"), ACCUBOOKS_LAUNCH_PLAN=str(folder / "plan.yaml"))
    terminal = program.Terminal(("--data-dir", folder / "data"))
    with program.Serving(*terminal.where, "--ungoverned", env=environment) as serving:
        terminal.serving = serving
        assert terminal.run("config", "set", "database.pool.max=60", "--reason", "a bench").returncode == 0
        lea, eve = Person(terminal, folder, "lea"), Person(terminal, folder, "eve")
        terminal.result_of("launch", "bootstrap-admin", "--lead", lea.email, "--executive", eve.email)
    with program.Serving(*terminal.where, env=environment) as serving:
        terminal.serving = serving
        serving.wait_for("governed settings aren't what was approved")
        incident, = json.loads(eve.run("incident", "list", "--json").stdout)["items"]
        assert incident["severity"] == "p1" and "database.pool.max = 60, not 50" in incident["title"]
