"""How the program does, as its operators see it: by right alone, each second, behind the last sample and without a gap."""
import json
import time
import uuid

import pytest
from client import ROLES, program
from stream import Stream

EVENTS = "/api/v1/ops/events"


def figures(sample):
    return {figure["metric"]: figure for figure in sample["figures"]}


def alerts(sample):
    return {alert["alert"]: alert for alert in sample["alerts"]}


def get(books, headers=None):
    return books.client.send("getOperations", headers=headers or books.as_operator(), is_good=None)


def test_operators_and_the_launch_see_it_and_no_role_in_a_tenant_does(books):
    assert get(books).status == 200
    assert get(books, dict(books.officials[0][1])).status == 200
    for target in ("/api/v1/ops", EVENTS):
        for role in ROLES:
            assert books.client.exchange("GET", target, books.as_(role)).status == 401, "a program is no person"
        assert books.client.exchange("GET", target, books.session).status == 403, "an owner at the browser"
        assert books.client.exchange("GET", target).status == 401


def test_an_operator_sees_no_tenant(books):
    person = books.make_person()
    program.result_of("user", "operator", "grant", *books.client.where, "--user", person)
    session = books.sign_in(person)
    me = books.client.send("getSession", headers=dict(session)).json
    assert (me["operator"], me["launch_roles"], me["tenants"]) == (True, [], [])
    assert get(books, dict(session)).status == 200
    assert books.client.exchange("GET", f"/api/v1/tenants/{books.a.id}/accounts", session).status == 404
    assert books.client.exchange("GET", "/api/v1/launch/changes", session).status == 403
    assert person in program.result_of("user", "operator", "list", *books.client.where)
    program.result_of("user", "operator", "revoke", *books.client.where, "--user", person)
    assert get(books, dict(session)).status == 403


def test_who_has_a_role_in_the_launch_is_told_so_at_sign_in(books):
    person, grant = books.make_person(), str(uuid.uuid4())
    session = books.sign_in(person)
    for (_, headers, key), act in zip(books.officials, ("proposed", "confirmed")):
        answer = books.client.send("addLaunchRoleStatement", headers=dict(headers),
                                   body={"envelope": key.role_statement(act, grant, "business_lead", person)})
        assert answer.status == 201, answer.body
    me = books.client.send("getSession", headers=dict(session)).json
    assert (me["operator"], me["launch_roles"]) == (False, ["business_lead"])
    assert get(books, dict(session)).status == 200


def test_each_figure_stands_against_the_plan_and_what_nobody_measures_is_no_data(books):
    books.post()
    now = get(books).json["now"]
    assert now["pool"]["max"] >= now["pool"]["used"] and now["pool"]["limit"] >= now["pool"]["max"]
    p95 = figures(now)["latency_p95"]
    assert [(one["grade"], one["when"]) for one in p95["thresholds"]] == [
        ("warn", "latency_p95 >= 500 ms"), ("danger", "latency_p95 > 1 s")]
    assert (p95["value"] is None) == (p95["grade"] == "no_data") == (p95["samples"] == 0)
    unmeasured = alerts(now)["cache_memory"]
    assert (unmeasured["grade"], unmeasured["found"]) == ("no_data", ""), "nothing measures that"
    assert alerts(now)["backup"]["grade"] == "no_data", "no backup was ever made here"
    (this,) = [one for one in now["instances"] if one["this"]]
    assert (this["boot_id"], this["grade"], this["revision"]) == (now["boot_id"], "ok", now["revision"])


def test_figures_are_of_the_books_and_not_of_the_web_clients_files(books):
    def files():
        return {one["class"]: one["samples"] for one in get(books).json["now"]["latency"]}["web"]
    for _ in range(5):
        books.client.exchange("GET", "/favicon.ico")
    books.client.serving.wait_until(lambda: files() >= 5, "counting files")
    sample = get(books).json["now"]
    assert figures(sample)["error_rate"]["samples"] == sum(
        one["samples"] for one in sample["latency"] if one["judged"])
    assert not [one for one in sample["latency"] if one["class"] == "web" and one["judged"]]


def test_an_open_incident_is_an_alert(books):
    name = books.open_incident("p2")
    books.client.serving.wait_until(lambda: name in alerts(get(books).json["now"])["open_incidents"]["found"], "hearing of it")
    assert alerts(get(books).json["now"])["open_incidents"]["grade"] in ("warn", "danger")


def test_a_stream_goes_on_behind_the_last_sample_without_gap_or_double(books):
    headers = books.as_operator()
    snapshot = get(books).json
    numbers = [point["seq"] for point in snapshot["course"]]
    assert numbers == list(range(numbers[0], numbers[-1] + 1)) and numbers[-1] == snapshot["now"]["seq"]
    with Stream(books.client, {**headers, "Last-Event-ID": str(numbers[-1])}, EVENTS) as stream:
        first = [stream.frame()[0] for _ in range(3)]
        assert stream.resets == 0
    assert first == [numbers[-1] + n for n in (1, 2, 3)]
    books.client.serving.wait_until(lambda: get(books).json["now"]["seq"] > first[-1] + 2, "going on meanwhile")
    with Stream(books.client, {**headers, "Last-Event-ID": str(first[-1])}, EVENTS) as stream:
        frames = [stream.frame() for _ in range(4)]
        assert stream.resets == 0
    assert [number for number, _, _ in frames] == [first[-1] + n for n in (1, 2, 3, 4)]
    assert {event for _, event, _ in frames} == {"sample"}
    assert [data["seq"] for _, _, data in frames] == [number for number, _, _ in frames]


@pytest.mark.parametrize("last", ["0", "9007199254740991"])
def test_numbers_that_are_not_of_this_start_begin_anew(books, last):
    newest = get(books).json["now"]["seq"]
    with Stream(books.client, {**books.as_operator(), "Last-Event-ID": last}, EVENTS) as stream:
        number, _, _ = stream.frame()
    assert stream.resets == 1 and number >= newest


def test_a_stream_ends_with_the_right_to_it(books):
    person = books.make_person()
    program.result_of("user", "operator", "grant", *books.client.where, "--user", person)
    token = program.result_of("user", "token", "create", *books.client.where, "--user", person, "--out", "-")
    with Stream(books.client, {"Authorization": f"Bearer {token}"}, EVENTS) as stream:
        assert stream.frame() is not None
        program.result_of("user", "operator", "revoke", *books.client.where, "--user", person)
        since = time.monotonic()
        stream.frames()
        assert time.monotonic() - since < 5


def test_nobody_takes_all_streams(books):
    headers = books.make_operator()  # the streams of other tests may not have been missed yet
    open_ones = [Stream(books.client, headers, EVENTS) for _ in range(4)]
    try:
        assert [one.response.status for one in open_ones] == [200] * 4
        fifth = Stream(books.client, headers, EVENTS)
        assert fifth.response.status == 429
        assert json.loads(fifth.response.read())["code"] == "http.too_many_streams"
    finally:
        for one in open_ones:
            one.connection.close()


def test_the_operators_listener_does_not_answer_it(books):
    assert books.client.exchange("GET", "/api/v1/ops", books.as_operator(), is_ops=True).status == 404
