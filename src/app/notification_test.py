"""Notifications as their receivers see them: the real program sends to a mail server and a webhook on loopback."""
import email
import email.policy
import http.client
import json
import uuid

import program
import pytest
from sinks import HttpSink, MailSink
from temporary_postgres import TemporaryPostgres

NASTY = "Phase 1 <!channel>\\r\\nBcc: eve@example.com"


@pytest.fixture(scope="module")
def server():
    with TemporaryPostgres() as made:
        yield made


@pytest.fixture
def database(server):
    """The name of a migrated database with one person."""
    name = "n" + uuid.uuid4().hex
    program.result_of("migrate", "--database-url", server.create_database(name))
    server.psql("insert into platform.app_user (user_id, email, name, password_hash) values "
                "('0190a000-0000-7000-8000-000000000001', 'eve@example.com', 'Eve', 'x')", name)
    return name


def tell(server, database):
    """What launch::notify inserts, for the person and the webhook."""
    server.psql("insert into launch.notification (transition, recipient, user_id, role, kind, subject, body) "
                "select 'change/1/event/2', coalesce(u::text, 'webhook'), u, case when u is not null then 'on_call' end, "
                f"'approval_notice', E'{NASTY}', E'Change: CHG-0001\\nReason: ```<https://evil.test|x>\\x1b[31m\\n' "
                "from unnest(array['0190a000-0000-7000-8000-000000000001', null]::uuid[]) u", database)


def receipts(server, database):
    """{recipient is a person: (channel, outcome, detail)} of the newest attempt."""
    rows = server.psql("select distinct on (n.notification_id) n.user_id is not null, r.channel, r.outcome, r.detail, r.attempt "
                       "from launch.notification n join launch.notification_receipt r using (notification_id) "
                       "order by n.notification_id, r.attempt desc", database)
    return {row.split("|")[0] == "t": tuple(row.split("|")[1:]) for row in rows.splitlines()}


def serving(server, database, folder, process=None, **settings):
    """`process` is how it is started besides."""
    environment = {"ACCUBOOKS_LAUNCH_DIRECTORY": str(folder / "launch"), **settings}
    return program.Serving("--database-url", server.url(database), env=program.environment(**environment), **(process or {}))


def test_people_get_a_mail_and_the_webhook_one_message(server, database, folder):
    with MailSink(refusals=1) as mails, HttpSink() as hook:
        (folder / "hook").write_text(f"http://localhost:{hook.port}/services/secret\n")
        with serving(server, database, folder, ACCUBOOKS_NOTIFY_SMTP_URL=f"smtp://localhost:{mails.port}",
                     ACCUBOOKS_NOTIFY_FROM="books@example.com", ACCUBOOKS_NOTIFY_WEBHOOK_URL=f"file:{folder / 'hook'}",
                     ACCUBOOKS_NOTIFY_WEBHOOK_HOSTS="localhost", ACCUBOOKS_NOTIFY_WEBHOOK_PRIVATE="1") as running:
            tell(server, database)
            running.wait_until(lambda: [one[1] for one in receipts(server, database).values()] == ["sent", "sent"], "sent")
            assert "secret" not in running.output()
    found = receipts(server, database)
    assert found[True] == ("mail", "sent", "250 2.0.0 queued as 1", "2")  # the first was refused for the moment
    assert found[False] == ("webhook", "sent", "HTTP 200", "1")

    message, = mails.messages
    assert (message["from"], message["to"]) == ("<books@example.com>", ["<eve@example.com>"])
    parsed = email.message_from_bytes(message["data"], policy=email.policy.default)
    assert parsed["To"] == "eve@example.com" and parsed["Bcc"] is None
    assert parsed["Subject"] == "Phase 1 <!channel>\\x0d\\x0aBcc: eve@example.com"
    assert "\x1b" not in parsed.get_content() and "Reason: ```<https://evil.test|x>\\x1b[31m" in parsed.get_content()

    (path, headers, body), = hook.posts
    assert path == "/services/secret" and headers["Content-Type"] == "application/json"
    shown = json.loads(body)["text"]
    assert shown.startswith("```\n") and shown.endswith("```") and "`" not in shown[3:-3]
    assert "&lt;!channel&gt;" in shown and "<" not in shown and "\x1b" not in shown


def test_a_redirection_is_not_followed_and_a_failure_says_why(server, database, folder):
    with HttpSink(status=302) as hook:
        with serving(server, database, folder, ACCUBOOKS_NOTIFY_WEBHOOK_URL=f"http://localhost:{hook.port}/x",
                     ACCUBOOKS_NOTIFY_WEBHOOK_HOSTS="localhost", ACCUBOOKS_NOTIFY_WEBHOOK_PRIVATE="1") as running:
            tell(server, database)
            running.wait_until(lambda: False in receipts(server, database), "trying")
        assert {path for path, _, _ in hook.posts} == {"/x"}
    assert receipts(server, database)[False][:2] == ("webhook", "failed")
    assert "HTTP 302" in receipts(server, database)[False][2]


def test_a_name_server_that_is_silent_holds_up_neither_the_next_message_nor_the_end(server, database, folder, name_server):
    with HttpSink() as hook:
        with serving(server, database, folder, name_server.settings, ACCUBOOKS_NOTIFY_SMTP_URL="smtp://mail.test",
                     ACCUBOOKS_NOTIFY_FROM="books@example.com", ACCUBOOKS_NOTIFY_WEBHOOK_URL=f"http://hook.test:{hook.port}/x",
                     ACCUBOOKS_NOTIFY_WEBHOOK_HOSTS="hook.test", ACCUBOOKS_NOTIFY_WEBHOOK_PRIVATE="1") as running:
            tell(server, database)
            running.wait_until(lambda: len(receipts(server, database)) == 2, "giving up")
            for is_person, (channel, host) in {True: ("mail", "mail.test"), False: ("webhook", "hook.test")}.items():
                told = receipts(server, database)[is_person]
                assert told[:2] == (channel, "failed") and f"no name server said in time where {host} is" in told[2]
            assert running.stop() == 0  # both look-ups still go on
        assert hook.posts == []
        with serving(server, database, folder, name_server.settings, ACCUBOOKS_NOTIFY_WEBHOOK_URL=f"http://hook.test:{hook.port}/x",
                     ACCUBOOKS_NOTIFY_WEBHOOK_HOSTS="hook.test", ACCUBOOKS_NOTIFY_WEBHOOK_PRIVATE="1") as running:
            name_server.hosts.write_text("127.0.0.1 hook.test\n")
            name_server.answers.set()
            running.wait_until(lambda: receipts(server, database)[False][1] == "sent", "sending")


def test_this_machine_is_no_webhook_unless_that_is_allowed(server, database, folder):
    with HttpSink() as hook:
        with serving(server, database, folder, ACCUBOOKS_NOTIFY_WEBHOOK_URL=f"https://localhost:{hook.port}/x",
                     ACCUBOOKS_NOTIFY_WEBHOOK_HOSTS="localhost") as running:
            tell(server, database)
            running.wait_until(lambda: False in receipts(server, database), "trying")
        assert hook.posts == []
    assert "private network" in receipts(server, database)[False][2]


def test_without_channels_the_outbox_has_the_messages_and_says_so(server, database, folder):
    with serving(server, database, folder) as running:
        tell(server, database)
        running.wait_until(lambda: len(receipts(server, database)) == 2, "told")
    files = sorted((folder / "launch/outbox").iterdir())
    assert [file.name.split("-", 1)[1] for file in files] == ["approval_notice-on_call.txt", "approval_notice-webhook.txt"]
    for file in files:
        text = file.read_text()
        assert text.startswith("NOT SENT") and "Change: CHG-0001" in text and "\x1b" not in text
        assert file.stat().st_mode & 0o77 == 0
    assert {one[:2] for one in receipts(server, database).values()} == {("outbox", "not_sent")}


def invite(running, url, **more):
    """What the answer says of the mail, and the secret."""
    where = ("--database-url", url)
    tenant = int(program.result_of("tenant", "create", *where, "--name", "Phase 1 <!channel> Ltd", "--currency", "USD"))
    token = program.result_of("token", "create", *where, "--tenant", tenant, "--role", "owner")
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    connection.request("POST", f"/api/v1/tenants/{tenant}/invitations",
                       json.dumps({"email": "bob@example.com", "role": "viewer", **more}),
                       {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert answer.status == 201, told
    return told["mail"], told["secret"]


def test_an_invited_person_is_told_by_mail_when_that_is_asked_for(server, database, folder):
    with MailSink() as mails:
        with serving(server, database, folder, ACCUBOOKS_NOTIFY_SMTP_URL=f"smtp://127.0.0.1:{mails.port}",
                     ACCUBOOKS_NOTIFY_FROM="books@example.com") as running:
            assert invite(running, server.url(database))[0] is None
            assert mails.messages == []
            outcome, secret = invite(running, server.url(database), mail=True)
            assert secret not in running.output()
    assert outcome == "sent"
    message, = mails.messages
    assert (message["from"], message["to"]) == ("<books@example.com>", ["<bob@example.com>"])
    parsed = email.message_from_bytes(message["data"], policy=email.policy.default)
    assert parsed["Bcc"] is None and parsed["Subject"].startswith("Invitation to the books of Phase 1")
    assert secret in parsed.get_content() and "as viewer" in parsed.get_content()


def test_an_invitation_that_nobody_can_mail_is_in_the_outbox(server, database, folder):
    with serving(server, database, folder) as running:
        outcome, secret = invite(running, server.url(database), mail=True)
    assert outcome == "not_sent"
    file, = (folder / "launch/outbox").iterdir()
    assert file.name.startswith("invitation.") and file.stat().st_mode & 0o77 == 0
    assert file.read_text().startswith("NOT SENT") and secret in file.read_text()


def test_an_invitation_holds_though_its_mail_failed(server, database, folder):
    with serving(server, database, folder, ACCUBOOKS_NOTIFY_SMTP_URL=f"smtp://127.0.0.1:{program.free_port()}",
                 ACCUBOOKS_NOTIFY_FROM="books@example.com") as running:
        outcome, secret = invite(running, server.url(database), mail=True)
    assert outcome == "failed" and secret.startswith("abi_")


def test_settings_that_cannot_send_end_the_start(folder):
    for settings, words in (({"ACCUBOOKS_NOTIFY_SMTP_URL": "smtp://127.0.0.1"}, "mail address"),
                            ({"ACCUBOOKS_NOTIFY_WEBHOOK_URL": "https://hooks.example.com/x"}, "notify.webhook_hosts"),
                            ({"ACCUBOOKS_NOTIFY_WEBHOOK_URL": "file:/nowhere"}, "/nowhere")):
        done = program.run("serve", "--data-dir", folder / "data", env=program.environment(**settings))
        assert done.returncode == 78 and words in done.stderr, done.stderr
