"""The events of the launch as they come: replayed, heard by right, ended with it."""
import json
import time
import uuid

from client import program
from stream import Stream


def test_what_is_there_is_replayed_and_what_comes_is_heard(books):
    headers = dict(books.officials[0][1])
    first = books.open_incident()
    with Stream(books.client, headers, "/api/v1/launch/events?after=0") as stream:
        seen = stream.until(first)
    numbers = [number for number, _, _ in seen]
    assert numbers == list(range(1, len(numbers) + 1)), "all that happened, in its order"
    assert seen[-1][1] == "launch.incident_opened" and seen[-1][2]["seq"] == numbers[-1]
    with Stream(books.client, {**headers, "Last-Event-ID": str(numbers[-1])}) as stream:
        second = books.open_incident()
        came = [number for number, _, _ in stream.until(second)]
    # What the program does by itself may stand between; nothing is left out and nothing comes twice.
    assert came == list(range(numbers[-1] + 1, came[-1] + 1))
    before, *later = numbers[-9:]  # as many as one look brings
    with Stream(books.client, {**headers, "Last-Event-ID": str(before)}, "/api/v1/launch/events?seconds=0") as stream:
        heard = [number for number, _, _ in stream.frames()]  # by now others may have happened
    assert heard[:len(later) + 1] == [*later, numbers[-1] + 1]


def change_role(books, email, effect="grant"):
    """The lead proposes, and the executive confirms."""
    grant = str(uuid.uuid4())
    for (_, by, key), act in zip(books.officials, ("proposed", "confirmed"), strict=True):
        answer = books.client.send("addLaunchRoleStatement", headers=dict(by),
                                   body={"envelope": key.role_statement(act, grant, "product_lead", email, effect=effect)})
        assert answer.status == 201, answer.body


def test_a_role_hears_what_it_may(books):
    email, headers, _ = books.make_official()
    change_role(books, email)
    incident = books.open_incident()

    def heard(by):
        with Stream(books.client, by, "/api/v1/launch/events?after=0") as stream:
            return {event for _, event, _ in stream.until(incident)}
    assert "launch.role_proposed" in heard(books.officials[0][1])
    assert "launch.role_proposed" not in heard(headers)
    assert {event.split(".")[0] for event in heard(headers)} == {"launch"}


def test_a_stream_ends_with_the_right_to_it(books):
    email = books.officials[1][0]
    token = program.result_of("user", "token", "create", *books.client.where, "--user", email, "--label", "stream", "--out", "-")
    listed = program.result_of("user", "token", "list", *books.client.where, "--user", email)
    (number,) = [line.split()[0] for line in listed.splitlines() if "stream" in line]
    with Stream(books.client, {"Authorization": f"Bearer {token}"}) as stream:
        program.result_of("user", "token", "revoke", *books.client.where, "--user", email, number)
        since = time.monotonic()
        assert stream.frames() == []
        assert time.monotonic() - since < 5


def test_a_stream_ends_with_the_role_that_it_was_opened_by(books):
    email, headers, _ = books.make_official()
    change_role(books, email)
    with Stream(books.client, headers) as stream:
        change_role(books, email, effect="revoke")
        since = time.monotonic()
        stream.frames()
        assert time.monotonic() - since < 5
    assert Stream(books.client, headers).response.status == 403


def test_nobody_takes_all_streams(books):
    headers = dict(books.officials[1][1])
    open_ones = [Stream(books.client, headers) for _ in range(4)]
    try:
        assert [one.response.status for one in open_ones] == [200] * 4
        fifth = Stream(books.client, headers)
        assert fifth.response.status == 429
        assert json.loads(fifth.response.read())["code"] == "http.too_many_streams"
        with Stream(books.client, dict(books.officials[0][1]), "/api/v1/launch/events?seconds=0") as other:
            assert other.frames() == []
    finally:
        for one in open_ones:
            one.connection.close()
