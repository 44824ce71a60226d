"""A client that holds every answer to the contract, and the books it works on."""
import base64
import dataclasses
import datetime
import functools
import hashlib
import http.client
import itertools
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src/testing"))
import authenticator  # noqa: E402
import program  # noqa: E402
import signer  # noqa: E402
from contract import Breach, Contract  # noqa: E402
from places import check_places, problems_in  # noqa: E402

CONTRACT = Contract(HERE / "openapi.yaml")
OPERATIONS = CONTRACT.operations
PASSWORD = "correct horse battery staple"
ROLES = ("owner", "accountant", "bookkeeper", "viewer")


@dataclasses.dataclass
class Answer:
    status: int
    headers: list
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def json(self):
        return json.loads(self.body)

    def without_request_id(self):
        """What a caller could tell two answers apart by."""
        apart = ("date", "x-request-id")
        headers = [(name, value) for name, value in self.headers if name.lower() not in apart]
        return self.status, headers, self.body.replace((self.header("X-Request-Id") or "").encode(), b"")


class Client:
    """Sends requests and holds every answer to the contract."""

    def __init__(self, serving, where):
        self.serving = serving
        self.where = where  # the same database, for the command line
        self._addresses = itertools.count(1)
        self.come_from_elsewhere()

    def come_from_elsewhere(self):
        """From an address of its own on, since who asks for passwords from one address may do so some sixty times."""
        number = next(self._addresses)
        self.address = f"127.0.{number // 250}.{number % 250 + 1}"

    def exchange(self, method, target, headers=(), body=None, is_ops=False, timeout=60):
        """One request as it stands; nothing is checked."""
        port = self.serving.ops_port if is_ops else self.serving.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(self.address, 0))
        try:
            connection.request(method, target, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def send(self, name, path=None, query=(), headers=None, body=None, raw=None, is_good=True, timeout=60):
        """An operation's answer, checked. `is_good`: whether the contract should allow the request, None: don't look.
        `raw` is sent instead of `body`. What GET answers, HEAD must answer too."""
        operation, path, headers = OPERATIONS[name], path or {}, dict(headers or {})
        if is_good is not None:
            self._judge(operation, path, query, headers, body, is_good)
        if raw is None and operation.body_schema is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            headers.setdefault("Content-Type", "application/json")
            if headers["Content-Type"] is None:
                del headers["Content-Type"]
        target = operation.path(path) + ("?" + urllib.parse.urlencode(query) if query else "")
        answer = self.exchange(operation.method, target, headers, raw, operation.is_ops, timeout)
        operation.check_response(answer.status, answer.headers, answer.body)
        for problem in problems_in(answer):
            check_places(operation, problem)
        if operation.method == "GET":
            self._check_head(operation, target, headers, answer)
        return answer

    def _judge(self, operation, path, query, headers, body, is_good):
        try:
            operation.check_request(path, query, headers, body)
        except Breach:
            if is_good:
                raise
            return
        assert is_good, f"{operation.name}: the contract allows what this case thinks it refuses"

    def _check_head(self, operation, target, headers, answer):
        changing = {"date", "x-request-id"}
        if operation.name in ("getMetrics", "getHealthMetrics", "getReadiness", "getExecution", "getOperations") or answer.status >= 400:
            changing.add("content-length")  # figures move on between two looks; request ids differ in length
        for _ in range(3):
            head = self.exchange("HEAD", target, headers, None, operation.is_ops)
            operation.check_response(head.status, head.headers, None)
            assert head.body == b""
            if head.status == answer.status and fields(head, changing) == fields(answer, changing):
                return
            answer = self.exchange("GET", target, headers, None, operation.is_ops)  # what works beside us may have changed it
        assert (head.status, fields(head, changing)) == (answer.status, fields(answer, changing))


def fields(answer, without=()):
    return sorted((name.lower(), value) for name, value in answer.headers if name.lower() not in without)


@dataclasses.dataclass
class Tenant:
    id: int
    tokens: dict  # by role
    accounts: dict = dataclasses.field(default_factory=dict)  # id by code


class Books:
    """Two tenants of one program, and a person who owns the first."""

    def __init__(self, client):
        self.client = client
        self._keys = itertools.count(1)
        self.a = self.make_tenant("Contract A", "USD", ("bank", "sales"), ROLES)
        self.b = self.make_tenant("Contract B", "EUR", ("bank", "sales", "fees"))
        self.user = program.result_of("user", "create", *client.where, "--email", "Ann@Example.com", "--name", "Ann Lee",
                                      "--tenant", self.a.id, "--role", "owner", stdin=PASSWORD + "\n")
        self.post(self.b, currency="EUR")
        self.post(self.a)
        self.post(self.a, date="1900-01-15")  # what is closed in tests is long ago
        for _ in range(3):
            self.make_member()
        self.session = self.sign_in()

    def make_tenant(self, name, currency, codes, roles=("owner",)):
        """A tenant with a token for each role and an account for each code."""
        number = int(program.result_of("tenant", "create", *self.client.where, "--name", name, "--currency", currency))
        tenant = Tenant(number, {role: program.result_of("token", "create", *self.client.where, "--tenant", number,
                                                         "--role", role) for role in roles})
        for code in codes:
            self.make_account(tenant, code)
        return tenant

    def key(self):
        return f"contract-{next(self._keys)}"

    def as_(self, role, tenant=None):
        return {"Authorization": f"Bearer {(tenant or self.a).tokens[role]}"}

    def sign_in(self, email="ann@example.com"):
        """The headers of a browser that has signed in."""
        answer = self.client.send("createSession", body={"email": email, "password": PASSWORD})
        assert answer.status == 201, answer.body
        return {"Cookie": answer.header("Set-Cookie").split(";")[0], "X-CSRF-Token": answer.json["csrf_token"]}

    def spare_session(self):
        """The id of a session of Ann's that isn't the one in use, the same until it is ended: sign-ins are few."""
        listed = self.client.send("listSessions", headers=dict(self.session)).json["items"]
        others = [each["session_id"] for each in listed if not each["is_this"]]
        if not others:
            self.sign_in()
            return self.spare_session()
        return others[0]

    def make_account(self, tenant, code, **more):
        answer = self.client.send("createAccount", {"tenant_id": tenant.id}, headers=self.as_("owner", tenant),
                                  body={"code": code, "name": code.title(), "type": "asset", **more})
        assert answer.status == 201, answer.body
        tenant.accounts[code] = answer.json["id"]
        return answer.json

    def entry(self, tenant=None, amount="12.50", currency="USD", **more):
        tenant = tenant or self.a
        return {"date": "2026-03-31", "description": "Contract", "lines": [
            {"account_id": tenant.accounts["bank"], "amount": amount, "currency": currency},
            {"account_id": tenant.accounts["sales"], "amount": f"-{amount}", "currency": currency},
        ], **more}

    def post(self, tenant=None, key=None, **entry):
        tenant = tenant or self.a
        answer = self.client.send("postEntry", {"tenant_id": tenant.id}, body=self.entry(tenant, **entry),
                                  headers={**self.as_("owner", tenant), "Idempotency-Key": key or self.key()})
        assert answer.status == 201, answer.body
        return answer.json["number"]

    def make_draft(self, tenant=None, **entry):
        """The answer to saving one."""
        tenant = tenant or self.a
        body = self.entry(tenant) | {name: value(self) if callable(value) else value for name, value in entry.items()}
        answer = self.client.send("createDraft", {"tenant_id": tenant.id}, headers=self.as_("owner", tenant), body=body)
        assert answer.status == 201, answer.body
        return answer

    def attach(self, tenant=None):
        """(number of an entry, digest of a document that is attached to it)"""
        number = self.post(tenant, currency="USD")
        answer = self.client.send("addAttachment", {"tenant_id": (tenant or self.a).id, "number": number},
                                  headers=self.as_("owner", tenant),
                                  body={"name": "Beleg.txt", "media_type": "text/plain", "content": "QmVsZWcK"})
        assert answer.status == 201, answer.body
        return number, answer.json["sha256"]

    def attach_to_draft(self, tenant=None):
        """(id of a draft, digest of a document that is attached to it)"""
        draft = self.make_draft(tenant).json["id"]
        answer = self.client.send("addDraftAttachment", {"tenant_id": (tenant or self.a).id, "draft_id": draft},
                                  headers=self.as_("owner", tenant),
                                  body={"name": "Beleg.txt", "media_type": "text/plain", "content": "QmVsZWcK"})
        assert answer.status == 201, answer.body
        return draft, answer.json["sha256"]

    def save_mapping(self, name, pairs, tenant=None):
        """The name under which it is saved."""
        answer = self.client.send("saveImportMapping", {"tenant_id": (tenant or self.a).id}, headers=self.as_("owner", tenant),
                                  body={"name": name, "pairs": pairs})
        assert answer.status == 200, answer.body
        return name

    def file_to_import(self):
        """A file of CSV of which nothing was imported before."""
        rows = f"Day,Text,Amount,Account\n2026-03-31,Sale {self.key()},12.50,sales\n2026-04-01,'=SUM(A1) {self.key()},-2.25,sales\n"
        return {"format": "csv", "name": "bank.csv", "content": base64.b64encode(rows.encode()).decode(), "mapping": {
            "date": "Day", "description": "Text", "amount": "Amount", "account": "=bank", "counter": "Account"}}

    def import_file(self, tenant=None):
        """The number of an import's batch."""
        tenant = tenant or self.a
        answer = self.client.send("importFile", {"tenant_id": tenant.id}, headers=self.as_("owner", tenant),
                                  body=self.file_to_import())
        assert answer.status == 200, answer.body
        return answer.json["batch"]

    def make_token(self):
        answer = self.client.send("createToken", {"tenant_id": self.a.id}, headers=self.as_("owner"),
                                  body={"label": "Till", "role": "viewer"})
        return answer.json["token_id"]

    def invite(self, email=None):
        """The answer to inviting somebody, with the secret. A tenant has 100 open invitations at most: now and then all go."""
        self._invited = getattr(self, "_invited", 0) + 1
        if self._invited % 40 == 0:
            listed = self.client.send("listInvitations", {"tenant_id": self.a.id}, headers=self.as_("owner"),
                                      query=[("limit", "1000")]).json["items"]
            for invitation in listed:
                if invitation["accepted_at"] is None and invitation["withdrawn_at"] is None:
                    self.client.send("withdrawInvitation", headers=self.as_("owner"), path={
                        "tenant_id": self.a.id, "invitation_id": invitation["invitation_id"]})
        answer = self.client.send("createInvitation", {"tenant_id": self.a.id}, headers=self.as_("owner"),
                                  body={"email": email or f"{self.key()}@example.com", "role": "viewer"})
        assert answer.status == 201, answer.body
        return answer.json

    def as_joiner(self):
        """(headers of somebody who isn't a member, an invitation to that person); one person for all."""
        if not hasattr(self, "_joiner"):
            self._joiner = self.make_person()
            token = program.result_of("user", "token", "create", *self.client.where, "--user", self._joiner, "--out", "-")
            self._joiner_headers = {"Authorization": f"Bearer {token}"}
        members = self.client.send("listMembers", {"tenant_id": self.a.id}, headers=self.as_("owner"), query=[("limit", "1000")])
        for member in members.json["items"]:
            if member["email"] == self._joiner:
                self.client.send("removeMember", {"tenant_id": self.a.id, "user_id": member["user_id"]}, headers=self.as_("owner"))
        return dict(self._joiner_headers), self.invite(self._joiner)

    def make_person(self):
        """The address of somebody who can sign in and belongs to no tenant."""
        email = f"{self.key()}@example.com"
        program.result_of("user", "create", *self.client.where, "--email", email, "--name", "Bea", stdin=PASSWORD + "\n")
        return email

    def reset_secret(self):
        """The secret of a new password, as it was mailed to somebody of its own: there is no mail server, so it lies in the outbox."""
        email = self.make_person()
        assert self.client.send("requestPasswordReset", body={"email": email}).status == 202
        outbox = self.client.where[1].parent / "launch/outbox"

        def mails():
            texts = (file.read_text(encoding="utf-8") for file in outbox.glob("reset.*.txt"))
            return [text for text in texts if f"To: {email}\n" in text]
        self.client.serving.wait_until(mails, "mailing a secret")
        return re.search("abr_[0-9a-f]{64}", mails()[0])[0]

    def make_signer(self):
        """(headers of somebody with a second factor, one code of it), anew each time; one person for all."""
        if not hasattr(self, "_signer"):
            self._signer = self.make_person()
            token = program.result_of("user", "token", "create", *self.client.where, "--user", self._signer, "--out", "-")
            self._signer_headers = {"Authorization": f"Bearer {token}"}
        minted = program.result_of("user", "totp", "enrol", *self.client.where, "--user", self._signer, "--out", "-",
                                   "--reason", "another request")
        return dict(self._signer_headers), minted.splitlines()[-1]

    def begin_enrolment(self, headers, code):
        """What concludes the enrolment of a second factor that is begun with this code of the one before."""
        begun = self.client.send("beginSecondFactor", headers=dict(headers), body={"current_password": PASSWORD, "code": code})
        assert begun.status == 201, begun.body
        return {"enrolment": begun.json["enrolment"], "code": authenticator.code_of(begun.json["uri"])}

    def make_factor(self):
        """(address, one code) of somebody with a second factor, who can sign in."""
        self.make_signer()
        return self._signer, self.make_signer()[1]

    def make_operator(self):
        """Headers of somebody who watches how the program does and belongs to no tenant."""
        email = f"{self.key()}@example.com"
        program.result_of("user", "create", *self.client.where, "--email", email, "--operator", stdin=PASSWORD + "\n")
        token = program.result_of("user", "token", "create", *self.client.where, "--user", email, "--out", "-")
        return {"Authorization": f"Bearer {token}"}

    def as_operator(self):
        """One of them for all."""
        if not hasattr(self, "_operator_headers"):
            self._operator_headers = self.make_operator()
        return dict(self._operator_headers)

    def as_signer(self):
        """Headers of somebody who acts as a person."""
        if not hasattr(self, "_signer_headers"):
            self.make_signer()
        return dict(self._signer_headers)

    def make_cosignature(self):
        """The newest checkpoint of the audit log, cosigned by a new witness (C2SP tlog-cosignature)."""
        lead = dict(self.officials[0][1])
        self.client.send("createAnchor", headers=lead)
        checkpoint = self.client.send("getAudit", headers=lead).json["checkpoint"].split("\n\n")[0] + "\n"
        origin, size = checkpoint.split("\n")[:2]
        name, seconds = f"witness.test/{self.key()}", 1767225600
        folder = program.temporary_folder("witness")
        try:
            def openssl(*words):
                return subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder).stdout
            openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem")
            public = openssl("pkey", "-in", "key.pem", "-pubout", "-outform", "DER")[-32:]
            (folder / "message").write_text(f"cosignature/v1\ntime {seconds}\n{checkpoint}")
            signature = openssl("pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-in", "message")
        finally:
            program.remove_folder(folder)
        key_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
        line = base64.b64encode(key_id + seconds.to_bytes(8, "big") + signature).decode()
        return {"origin": origin, "size": int(size), "signature": f"\u2014 {name} {line}\n",
                "witness": f"{name}+{key_id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}"}

    def revoke_keys(self):
        """Makes room: a person has ten keys at most."""
        headers, _ = self.make_signer()
        for key in self.client.send("listKeys", headers=headers).json["items"]:
            if key["revoked_at"] is None:
                self.client.send("revokeKey", {"key_id": key["key_id"]}, headers=headers, body={"reason": "Room"})

    def make_key(self):
        """The id of the signer's newest key."""
        headers, code = self.make_signer()
        answer = self.client.send("addKey", headers=headers, body={"code": code, "envelope": signer.Signer().possession()})
        assert answer.status == 201, answer.body
        return answer.json["key_id"]

    def make_official(self):
        """(address, headers, key) of somebody who signs."""
        email = self.make_person()
        token = program.result_of("user", "token", "create", *self.client.where, "--user", email, "--out", "-")
        minted = program.result_of("user", "totp", "enrol", *self.client.where, "--user", email, "--out", "-")
        headers, key = {"Authorization": f"Bearer {token}"}, signer.Signer()
        answer = self.client.send("addKey", headers=headers,
                                  body={"code": minted.splitlines()[-1], "envelope": key.possession()})
        assert answer.status == 201, answer.body
        return email, headers, key

    @functools.cached_property
    def officials(self):
        """The requesting lead and the Executive Operator."""
        lead, executive = self.make_official(), self.make_official()
        program.result_of("launch", "bootstrap-admin", *self.client.where, "--lead", lead[0], "--executive", executive[0])
        return lead, executive

    def request_change(self, anew=False):
        """Phase 1 in review, `anew` in a revision of its own; the change as the Executive sees it."""
        lead, executive = self.officials
        newest = self.client.send("listChanges", headers=dict(lead[1])).json["items"][-1:]
        if newest and newest[0]["state"] == "executing":
            self.steer("abort", may_have_ended=True)
        if anew or not newest or newest[0]["state"] != "in_review":
            answer = self.client.send("requestChange", headers=dict(lead[1]), body={"phase": "phase1", "new_revision": True})
            assert answer.status == 201, answer.body
        return self.client.send("getChange", {"change": "phase1"}, headers=dict(executive[1])).json

    def decide(self, verb="approve", **more):
        """The request of a decision about a revision in review."""
        change, (_, headers, key) = self.request_change(), self.officials[1]
        return {"path": {"change": change["change"]}, "headers": dict(headers),
                "body": {"envelope": key.decision(verb, change, **more)}}

    def approve_change(self):
        """The name of phase 1's change, approved, with nothing under way and everybody told of it."""
        lead = dict(self.officials[0][1])
        newest = self.client.send("listChanges", headers=lead).json["items"][-1:]
        if newest and newest[0]["state"] == "executing":
            self.steer("abort", may_have_ended=True)
        elif not newest or newest[0]["state"] != "approved":
            answer = self.client.send("decideChange", **self.decide())
            assert answer.status == 201, answer.body
        self.client.serving.wait_until(self._is_told, "telling of the approval")
        return self.client.send("getChange", {"change": "phase1"}, headers=lead).json["change"]

    def _is_told(self):
        """Nothing but a rehearsal may be started here; without the receipts that isn't even what refuses."""
        answer = self.client.send("startExecution", {"change": "phase1"}, headers=dict(self.officials[0][1]),
                                  body={"rehearsal": False})
        assert answer.status == 409, answer.body
        return answer.json["code"] != "launch.notice_undelivered"

    def start_execution(self):
        """The number of a rehearsal under way."""
        answer = self.client.send("startExecution", {"change": self.approve_change()}, headers=dict(self.officials[0][1]),
                                  body={"rehearsal": True, "time_scale": 300})
        assert answer.status == 201, answer.body
        return answer.json["execution"]

    def steer(self, intent, may_have_ended=False):
        answer = self.client.send("steerExecution", {"change": "phase1"}, headers=dict(self.officials[0][1]),
                                  body={"intent": intent, "reason": "It was tried enough"})
        ended = may_have_ended and answer.status == 409 and answer.json["code"] == "launch.nothing_runs"
        assert ended or answer.status == 201, answer.body

    def end_execution(self):
        """The exact bytes of a report, that of a rehearsal which was ended by hand; one for all."""
        lead = dict(self.officials[0][1])
        if not hasattr(self, "_report"):
            self.start_execution()
            self.steer("abort", may_have_ended=True)
            self.client.serving.wait_until(
                lambda: self.client.send("getReport", {"change": "phase1"}, headers=lead).status == 200, "making the report")
            self._report = True
        return self.client.send("getReportContent", {"change": "phase1"}, headers=lead).body

    def open_incident(self, severity="p2"):
        answer = self.client.send("openIncident", headers=dict(self.officials[0][1]),
                                  body={"severity": severity, "title": "Answers are slow"})
        assert answer.status == 201, answer.body
        return answer.json["id"]

    def calendar(self):
        return self.client.send("getCalendar", {"tenant_id": self.a.id}, headers=self.as_("owner")).json

    def act(self, name, period):
        answer = self.client.send(name, {"tenant_id": self.a.id, "period": period}, headers=self.as_("owner"),
                                  body={"reason": "As agreed"})
        assert answer.status == 201, answer.body
        return answer.json

    def next_open(self):
        """The name of the period that is closed next."""
        closed = self.calendar()["closed_through"]
        if closed:
            return (datetime.date.fromisoformat(closed) + datetime.timedelta(days=1)).isoformat()[:7]
        return self.client.send("listPeriods", {"tenant_id": self.a.id}, headers=self.as_("owner")).json["items"][0]["period"]

    def close_next(self):
        """The last day of a period that was soft closed now."""
        return self.act("closePeriod", self.next_open())["last_day"]

    def closed_day(self):
        """A day that is soft closed."""
        calendar = self.calendar()
        return calendar["closed_through"] if calendar["closed_through"] != calendar["locked_through"] else self.close_next()

    def next_closed(self):
        """The name of the period that is locked next."""
        self.closed_day()
        locked = self.calendar()["locked_through"]
        if locked:
            return (datetime.date.fromisoformat(locked) + datetime.timedelta(days=1)).isoformat()[:7]
        return self.client.send("listPeriods", {"tenant_id": self.a.id}, headers=self.as_("owner")).json["items"][0]["period"]

    def locked_day(self):
        """A day that is locked for good."""
        return self.calendar()["locked_through"] or self.act("lockPeriod", self.next_closed())["last_day"]

    def period_for(self, name):
        """The period to which the operation's act may be done now."""
        if name == "closePeriod":
            return self.next_open()
        if name == "lockPeriod":
            return self.next_closed()
        period = self.closed_day()[:7]
        if name == "reopenPeriod":
            self.act("askReopening", period)
        return period

    def open_year(self):
        """A fiscal year that has earnings and isn't closed."""
        if "income" not in self.a.accounts:
            self.make_account(self.a, "income", type="revenue")
            self.make_account(self.a, "retained", type="equity")
        self._on_year("reopenYear", {"reason": "Again"})
        self.post(self.a, date="1999-06-30", lines=[
            {"account_id": self.a.accounts["bank"], "amount": "1", "currency": "USD"},
            {"account_id": self.a.accounts["income"], "amount": "-1", "currency": "USD"}])
        return "1999"

    def closed_year(self):
        self.open_year()
        return self._on_year("closeYear", {"retained_account": "retained"})

    def _on_year(self, name, body):
        answer = self.client.send(name, {"tenant_id": self.a.id, "year": "1999"}, headers=self.as_("owner"), body=body)
        assert answer.status in (201, 409), answer.body
        return "1999"

    def two_owners(self):
        """The headers of two people who own the first tenant, at their browsers."""
        if not hasattr(self, "_second_owner"):
            email = self.make_person()
            answer = self.client.send("addMember", {"tenant_id": self.a.id}, headers=self.as_("owner"),
                                      body={"email": email, "role": "owner"})
            assert answer.status == 201, answer.body
            self._second_owner = self.sign_in(email)
        return self.sign_in(), self._second_owner

    def make_member(self, role="viewer"):
        answer = self.client.send("addMember", {"tenant_id": self.a.id}, headers=self.as_("owner"),
                                  body={"email": self.make_person(), "role": role})
        assert answer.status == 201, answer.body
        return answer.json["user_id"]
