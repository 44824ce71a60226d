"""What an instance says of how well it serves: the figures for people and launch control, and those for Prometheus."""
import base64
import http.client
import json
import urllib.request

import program

SYNTHETIC = {"User-Agent": "accubooks-load"}


def health_metrics(serving):
    with urllib.request.urlopen(f"http://127.0.0.1:{serving.ops_port}/api/health/metrics", timeout=30) as answer:
        return json.load(answer)


def get(serving, path, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=program.PATIENCE)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def numbers(sketch):
    """What the contract says that a sketch's bytes are: a version, then numbers of seven bits a byte."""
    raw = base64.b64decode(sketch, validate=True)
    assert raw[0] == 1
    found, value, shift = [], 0, 0
    for byte in raw[1:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(value)
            value, shift = 0, 0
    return found


def count_of(sketch):
    """How many values its buckets hold, which is what it says of itself."""
    count, *rest = numbers(sketch)
    assert count == sum(rest[4::2])
    return count


def series(text, name, *labels):
    """The sum of all series of that name that have those labels."""
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.startswith((name + "{", name + " ")) and all(label in line for label in labels))


def test_figures_are_null_without_samples_and_then_count_each_request_once(folder):
    with program.Serving("--data-dir", folder / "data") as serving:
        first = health_metrics(serving)
        assert first["requests"] == 0 and first["error_rate"] is None
        assert first["latency_ms"] == {"count": 0, "p50": None, "p95": None, "p99": None, "max": None}
        assert first["last_minute"]["latency_ms"]["p95"] is None
        assert first["rates"]["requests_per_s"] == 0
        assert first["routes"] == [] and count_of_nothing(first["traffic"]["real"]["sketch"])
        assert first["pool"]["min"] == 10 and first["pool"]["max"] == first["pool"]["effective_max"] == 50

        for _ in range(3):
            assert get(serving, "/api/v1/tenants/1/accounts") == 401
        for _ in range(2):
            assert get(serving, "/api/v1/tenants/1/accounts", SYNTHETIC) == 401
        assert get(serving, "/api/nothing") == 404
        then = health_metrics(serving)
        assert (then["boot_id"], then["since"]) == (first["boot_id"], first["since"])
        assert (then["requests"], then["errors"], then["error_rate"]) == (5, 0, 0)
        assert then["unmatched"] == 1
        kinds = {name: kind["requests"] for name, kind in then["traffic"].items()}
        assert kinds == {"real": 3, "synthetic": 2}
        assert then["last_minute"]["requests"] == then["last_5_minutes"]["requests"] == 5
        assert {(route["route"], route["traffic"], route["requests"], count_of(route["sketch"]))
                for route in then["routes"]} == {("GET /api/v1/tenants/{tenant_id}/accounts", "real", 3, 3),
                                                 ("GET /api/v1/tenants/{tenant_id}/accounts", "synthetic", 2, 2)}
        latency = then["latency_ms"]
        assert latency["count"] == 5
        assert 0 < latency["p50"] <= latency["p95"] <= latency["p99"] <= latency["max"]
        # The other source says the same.
        scraped = serving.metrics()
        name = "http_server_request_duration_seconds_count"
        assert series(scraped, name, 'listener="api"', 'http_route="/api/') == 5
        assert series(scraped, name, 'listener="api"', 'user_agent_synthetic_type="test"') == 2


def count_of_nothing(sketch):
    return numbers(sketch) == [0]


def test_a_pool_tells_waits_loans_and_utilisation(folder):
    with program.Serving("--data-dir", folder / "data") as serving:
        before = health_metrics(serving)["operations_pool"]
        # The probe of the database borrows from this pool every few seconds.
        serving.wait_until(
            lambda: health_metrics(serving)["operations_pool"]["use_ms"]["count"] > before["use_ms"]["count"], "borrowing")
        after = health_metrics(serving)["operations_pool"]
        assert after["wait_ms"]["count"] == count_of(after["sketches"]["wait"]) > before["wait_ms"]["count"]
        assert after["used_connection_us"] > before["used_connection_us"]
        assert after["max_connection_us"] > before["max_connection_us"]
        assert 0 < after["utilisation"] < 1
        assert after["created"] == after["connect_ms"]["count"] >= 1
        assert (after["timeouts"], after["no_room"], after["connect_failures"]) == (0, 0, 0)


def test_an_overloaded_or_broken_instance_counts_errors_whoever_asked(postgres):
    terminal = program.Terminal(("--database-url", postgres.create_database("errors")))
    terminal.result_of("migrate")
    tenant = terminal.make_tenant()
    token = terminal.result_of("token", "create", "--tenant", tenant, "--role", "owner")
    headers = {"Authorization": f"Bearer {token}"}
    with program.Serving(*terminal.where, "--set", "database.ops_pool.min=0") as serving:
        path = f"/api/v1/tenants/{tenant}/accounts"
        assert get(serving, path, headers) == 200
        postgres.psql("alter database errors with allow_connections false")
        postgres.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'errors'")
        serving.wait_until(lambda: get(serving, path, headers) >= 500, "failing")
        assert get(serving, path, {**headers, **SYNTHETIC}) >= 500
        figures = health_metrics(serving)
        assert figures["traffic"]["real"]["errors"] >= 1
        assert figures["traffic"]["synthetic"]["errors"] == 1
        assert figures["traffic"]["synthetic"]["error_rate"] == 1
        assert figures["errors"] == sum(kind["errors"] for kind in figures["traffic"].values())
        assert figures["pool"]["connect_failures"] >= 1
        postgres.psql("alter database errors with allow_connections true")


def test_prometheus_has_queue_cache_and_generation(served):
    text = served.serving.metrics()
    assert 'accubooks_job_queue_depth{queue="posting"} 0\n' in text
    assert series(text, "accubooks_cache_lookups_total", 'cache="books"', 'result="hit"') >= 0
    assert 'accubooks_cache_lookups_total{cache="books",result="miss"}' in text
    assert series(text, "accubooks_config_generation", 'param="database.pool.max"') == 1
    assert 'accubooks_db_pool_connect_failures_total{db_client_connection_pool_name="tenants",reason="no_room"} 0\n' in text
