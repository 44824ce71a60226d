"""What the contract says in words: keys, batches, pages, compression."""
import concurrent.futures
import gzip
import http.client
import json
import uuid

import pytest
from cases import good, without_accounts
from client import OPERATIONS


# What a person does that happens once by its own nature (a key's enrolment, a cosignature) takes no key.
# A report's signature needs a real execution, which takes too long here (src/launch/report_db_test.cpp).
WRITES = [name for name, operation in OPERATIONS.items()
          if ("header", "idempotency-key") in operation.parameters and name != "signReport"]


@pytest.mark.parametrize("name", WRITES)
def test_a_repeated_write_gives_the_first_answer_again(books, name):
    request = good(books, name)
    if name == "createChart":
        without_accounts(books, request)
    request["headers"].setdefault("Idempotency-Key", books.key())
    first = books.client.send(name, **request)
    again = books.client.send(name, **request)
    assert first.status == again.status and first.status in (200, 201, 204)
    assert (first.header("Idempotency-Replayed"), again.header("Idempotency-Replayed")) == (None, "true")
    if first.status == 204:
        assert first.body == again.body == b""
    elif name == "createToken":
        assert again.json == first.json | {"token": None, "token_was_told": True} and not first.json["token_was_told"]
    elif name == "createInvitation":
        assert again.json == first.json | {"secret": None, "secret_was_told": True} and not first.json["secret_was_told"]
    elif name == "postEntries":
        assert [item["replayed"] for item in again.json["items"]] == [True, True]
        assert [item["number"] for item in again.json["items"]] == [item["number"] for item in first.json["items"]]
    else:
        assert again.json == first.json


def test_a_repeated_batch_gives_its_refusals_again(books):
    """Also when the books would judge otherwise by now; and other content is refused."""
    where, key = {"tenant_id": books.a.id}, {**books.as_("owner"), "Idempotency-Key": books.key()}
    parent = books.make_account(books.a, books.key())
    batch = {"entries": [books.entry(), books.entry() | {"lines": []}, books.entry(amount="7")]}
    batch["entries"][2]["lines"][0]["account_id"] = 1_000_000 + parent["id"]
    first = books.client.send("postEntries", where, headers=key, body=batch, is_good=None)
    assert [item["status"] for item in first.json["items"]] == [201, 422, 422]
    assert first.header("Idempotency-Replayed") is None
    for _ in range(2):
        again = books.client.send("postEntries", where, headers=key, body=batch, is_good=None)
        assert (again.status, again.header("Idempotency-Replayed")) == (200, "true")
        assert again.json["items"][1:] == first.json["items"][1:]
        assert again.json["items"][0] == first.json["items"][0] | {"replayed": True}
    batch["entries"][1] = books.entry()
    other = books.client.send("postEntries", where, headers=key, body=batch)
    assert (other.status, other.json["code"]) == (409, "ledger.idempotency_conflict")


def test_a_refused_entry_of_a_batch_stays_refused_though_the_books_have_changed(books):
    where, key = {"tenant_id": books.a.id}, {**books.as_("owner"), "Idempotency-Key": books.key()}
    account = max(books.a.accounts.values()) + 1
    batch = {"entries": [books.entry()]}
    batch["entries"][0]["lines"][0]["account_id"] = account
    first = books.client.send("postEntries", where, headers=key, body=batch)
    assert first.json["items"][0]["problem"]["code"] == "ledger.unknown_account"
    while books.make_account(books.a, books.key())["id"] < account:
        pass
    again = books.client.send("postEntries", where, headers=key, body=batch)
    assert again.json == first.json and again.header("Idempotency-Replayed") == "true"


def test_the_order_of_members_and_the_sender_are_no_content(books):
    request = good(books, "postEntry")
    first = books.client.send("postEntry", **request)
    request["raw"] = json.dumps(dict(reversed(request["body"].items())), indent=2).encode()
    request["headers"].update(books.as_("bookkeeper"))
    again = books.client.send("postEntry", **request)
    assert again.header("Idempotency-Replayed") == "true" and again.json == first.json


def test_a_refused_entry_leaves_its_key_free(books):
    key = books.key()
    where, sent = {"tenant_id": books.a.id}, {**books.as_("owner"), "Idempotency-Key": key}
    refused = books.client.send("postEntry", where, headers=sent, body=books.entry() | {"lines": []}, is_good=False)
    assert refused.status == 422
    assert books.client.send("postEntry", where, headers=sent, body=books.entry()).status == 201


def test_one_key_sent_many_times_at_once_posts_once(books):
    request = good(books, "postEntry")
    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: books.client.send("postEntry", **request), range(32)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["number"] for answer in answers}) == 1
    assert sum(answer.header("Idempotency-Replayed") is None for answer in answers) == 1


@pytest.mark.parametrize("name", ["createToken", "addMember", "removeMember"])
def test_a_key_of_tokens_and_members_sent_many_times_at_once_works_once(books, name):
    request = good(books, name)
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: books.client.send(name, **request), range(16)))
    assert len({answer.status for answer in answers}) == 1, [answer.body for answer in answers]
    assert sum(answer.header("Idempotency-Replayed") is None for answer in answers) == 1
    if name == "createToken":
        assert len({answer.json["token_id"] for answer in answers}) == 1
        assert sum(answer.json["token"] is not None for answer in answers) == 1


def test_a_member_has_the_role_that_an_owner_gave_from_the_next_request_on(books):
    email, sent = books.make_person(), books.as_("owner")
    session = books.sign_in(email)
    where = {"tenant_id": books.a.id}
    assert books.client.send("getTenant", where, headers=session).status == 404
    member = books.client.send("addMember", where, headers=sent, body={"email": email.upper(), "role": "viewer"}).json
    assert (member["email"], member["role"]) == (email, "viewer")
    assert books.client.send("getTenant", where, headers=session).json["role"] == "viewer"
    of_member = {**where, "user_id": member["user_id"]}
    changed = books.client.send("changeMember", of_member, headers=sent, body={"role": "owner"})
    assert changed.json == member | {"role": "owner"}
    everybody = books.client.send("listMembers", where, headers=session).json["items"]
    assert changed.json in everybody
    assert books.client.send("removeMember", of_member, headers=session).status == 204
    assert books.client.send("getTenant", where, headers=session).status == 404
    again = books.client.send("removeMember", of_member, headers=sent)
    assert (again.status, again.json["code"]) == (404, "identity.member_not_found")


def test_who_acted_has_a_name_in_the_tenants_of_theirs_alone(books):
    where, session = {"tenant_id": books.a.id}, books.session
    member, token = books.make_member(), books.client.send("createToken", where, headers=session, body={
        "label": "Web shop", "role": "viewer"}).json["token_id"]
    person, program, owner = f"user:{member}", f"token:{token}", f"user:{books.user}"
    known = [{"actor": program, "name": "Web shop", "made_by": owner, "made_by_name": "Ann Lee"},
             {"actor": person, "name": "Bea", "made_by": None, "made_by_name": None}]

    def names(tenant):
        answer = books.client.send("getActors", {"tenant_id": tenant.id}, headers=books.as_("owner", tenant),
                                   query=[("actor", person), ("actor", program), ("actor", person)])
        assert answer.status == 200 and b"example.com" not in answer.body
        return answer.json["items"]

    assert names(books.a) == known and names(books.b) == []
    assert books.client.send("removeMember", {**where, "user_id": member}, headers=session).status == 204
    assert books.client.send("revokeToken", {**where, "token_id": token}, headers=session).status == 204
    assert names(books.a) == known and names(books.b) == [], "who is gone keeps the name"


def test_two_owners_can_not_remove_each_other_at_once(books):
    tenant = books.make_tenant("Two owners", "USD", (), ("owner",))
    where, sent = {"tenant_id": tenant.id}, books.as_("owner", tenant)
    for _ in range(5):
        both = [books.client.send("addMember", where, headers=sent, body={"email": books.make_person(), "role": "owner"})
                .json["user_id"] for _ in range(2)]
        with concurrent.futures.ThreadPoolExecutor(2) as threads:
            removed = list(threads.map(lambda user: books.client.send("removeMember", {**where, "user_id": user},
                                                                      headers=sent).status, both))
        roles = [one["role"] for one in books.client.send("listMembers", where, headers=sent).json["items"]]
        assert "owner" in roles and 204 in removed, (roles, removed)


def test_a_new_name_is_ones_own_and_the_tenants_of_the_person_know_of_it(books):
    email = books.make_person()
    where, sent = {"tenant_id": books.a.id}, books.as_("owner")
    user = books.client.send("addMember", where, headers=sent, body={"email": email, "role": "viewer"}).json["user_id"]
    session = books.sign_in(email)
    assert books.client.send("changeMe", headers=session, body={"name": "Beatrix"}).json == {
        "user_id": user, "email": email, "name": "Beatrix"}
    assert books.client.send("getSession", headers=session).json["user"]["name"] == "Beatrix"
    events = books.client.send("listTenantAudit", where, headers=sent, query=[("object", f"user:{user}"), ("kind", "user")]).json["items"]
    assert [(event["actor"], event["before"]["name"], event["after"]["name"]) for event in events] == [(f"user:{user}", "Bea", "Beatrix")]


def test_an_account_made_many_times_at_once_is_made_once(books):
    request = good(books, "createAccount")
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: books.client.send("createAccount", **request), range(16)))
    assert {answer.status for answer in answers} == {201}, [answer.body for answer in answers]
    assert len({answer.json["id"] for answer in answers}) == 1




def test_a_bank_account_holds_one_currency(books):
    made = books.make_account(books.a, books.key(), subtype="bank")
    assert made["commodity"] == "USD"
    entry = books.entry() | {"lines": [
        {"account_id": made["id"], "amount": "10", "currency": "EUR", "base_amount": "11.00"},
        {"account_id": books.a.accounts["sales"], "amount": "-11", "currency": "USD"}]}
    answer = books.client.send("postEntry", {"tenant_id": books.a.id}, body=entry, headers={**books.as_("owner"), "Idempotency-Key": books.key()})
    assert (answer.status, answer.json["code"]) == (422, "ledger.wrong_commodity")
    assert answer.json["errors"] == [{"pointer": "/lines/0/currency", "detail": "the account holds USD alone"}]


def test_an_account_takes_nothing_once_it_is_inactive(books):
    account = books.make_account(books.a, books.key())
    where, sent = {"tenant_id": books.a.id, "account_id": account["id"]}, books.as_("owner")
    entry = books.entry()
    entry["lines"][0]["account_id"] = account["id"]

    def post(**change):
        key = {**sent, "Idempotency-Key": books.key()}
        return books.client.send("postEntry", {"tenant_id": books.a.id}, headers=key, body=entry | change)

    def set_active(active):
        return books.client.send("changeAccount", where, headers=sent, body={"active": active})

    assert set_active(False).json == account | {"active": False}
    refused = post()
    assert (refused.status, refused.json["code"]) == (422, "ledger.account_inactive")
    assert [error["pointer"] for error in refused.json["errors"]] == ["/lines/0/account_id"]
    batch = books.client.send("postEntries", {"tenant_id": books.a.id}, headers={**sent, "Idempotency-Key": books.key()},
                              body={"entries": [books.entry(), entry]})
    assert [error["pointer"] for error in batch.json["items"][1]["problem"]["errors"]] == ["/entries/1/lines/0/account_id"]
    assert set_active(True).json == account
    assert post().status == 201
    assert (set_active(False).status, set_active(False).json["code"]) == (409, "ledger.account_has_balance")
    assert books.client.send("getAccount", where, headers=sent).json["active"]


def test_an_account_does_not_end_while_something_arrives(books):
    """Of posting and ending at once either may be first; never do both succeed."""
    sent = books.as_("owner")
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        for _ in range(20):
            account = books.make_account(books.a, books.key())["id"]
            entry = books.entry()
            entry["lines"][0]["account_id"] = account
            posting = threads.submit(books.client.send, "postEntry", {"tenant_id": books.a.id}, body=entry,
                                     headers={**sent, "Idempotency-Key": books.key()})
            ending = threads.submit(books.client.send, "changeAccount", {"tenant_id": books.a.id, "account_id": account},
                                    body={"active": False}, headers=sent)
            assert (posting.result().status, ending.result().status) in ((201, 409), (422, 200))


def test_an_entry_reads_as_it_was_posted(books):
    content = books.entry(reference="4711", tags=["project=atlas", "desk="]) | {"lines": [
        {"account_id": books.a.accounts["bank"], "amount": "10", "currency": "EUR", "base_amount": "10.85", "memo": "bought"},
        {"account_id": books.a.accounts["sales"], "amount": "-10.85", "currency": "USD"}]}
    posted = books.client.send("postEntry", {"tenant_id": books.a.id}, body=content,
                               headers={**books.as_("bookkeeper"), "Idempotency-Key": books.key()})
    number = posted.json["number"]
    assert posted.header("Location") == f"/api/v1/tenants/{books.a.id}/journal-entries/{number}"
    entry = books.client.send("getEntry", {"tenant_id": books.a.id, "number": number}, headers=books.as_("viewer")).json
    assert entry.pop("posted_at") and entry.pop("posted_by").startswith("token:")
    assert entry == {
        "number": number, "date": "2026-03-31", "document_date": None, "description": "Contract", "reference": "4711",
        "tags": {"desk": "", "project": "atlas"}, "source": "api", "reverses": None, "reversed_by": None, "reason": "",
        "late": False, "late_reason": "", "hash": posted.json["hash"], "lines": [
            {"account_id": books.a.accounts["bank"], "account_code": "bank", "amount": "10.00", "currency": "EUR",
             "base_amount": "10.85", "cost": {"amount": "10.85", "currency": "USD"}, "memo": "bought"},
            {"account_id": books.a.accounts["sales"], "account_code": "sales", "amount": "-10.85", "currency": "USD",
             "base_amount": "-10.85", "memo": ""}]}


def test_a_reversal_and_its_entry_name_each_other(books):
    number = books.post(amount="77.70", tags={"project": "atlas"})
    where = {"tenant_id": books.a.id, "number": number}
    reversal = books.client.send("reverseEntry", where, body={"reason": "Booked twice", "date": "2026-05-01"},
                                 headers={**books.as_("accountant"), "Idempotency-Key": books.key()}).json["number"]
    entry = books.client.send("getEntry", where, headers=books.as_("owner")).json
    opposite = books.client.send("getEntry", {**where, "number": reversal}, headers=books.as_("owner")).json
    assert entry["reversed_by"] == reversal and opposite["reverses"] == number
    assert (opposite["date"], opposite["reason"], opposite["source"]) == ("2026-05-01", "Booked twice", "reversal")
    assert [one["amount"] for one in opposite["lines"]] == ["-77.70", "77.70"]


def test_a_batch_of_a_thousand_keeps_their_order(books):
    entries = [books.entry(amount=f"{at + 1}.00", reference=f"batch {at}") for at in range(1000)]
    answer = books.client.send("postEntries", {"tenant_id": books.a.id}, body={"entries": entries},
                               headers={**books.as_("owner"), "Idempotency-Key": books.key()})
    assert answer.status == 200
    items = answer.json["items"]
    assert [item["index"] for item in items] == list(range(1000))
    assert {item["status"] for item in items} == {201}
    numbers = [item["number"] for item in items]
    assert numbers == list(range(numbers[0], numbers[0] + 1000))
    last = books.client.send("getEntry", {"tenant_id": books.a.id, "number": numbers[999]}, headers=books.as_("owner")).json
    assert last["reference"] == "batch 999" and last["lines"][0]["amount"] == "1000.00"


def test_one_bad_entry_of_a_batch_fails_alone(books):
    bad = {
        1: (books.entry() | {"lines": []}, 422, "ledger.too_few_lines"),
        3: (books.entry(amount="1") | {"lines": books.entry()["lines"][:1] * 2}, 422, "ledger.unbalanced"),
        4: (books.entry(currency="QQQ"), 422, "ledger.unknown_commodity"),
        6: ("an entry", 422, "ledger.bad_entry"),
        7: (books.entry(date="2026-99-99"), 422, "ledger.bad_entry"),
    }
    entries = [bad[at][0] if at in bad else books.entry() for at in range(9)]
    answer = books.client.send("postEntries", {"tenant_id": books.a.id}, body={"entries": entries}, is_good=None,
                               headers={**books.as_("owner"), "Idempotency-Key": books.key()})
    items = answer.json["items"]
    for at, item in enumerate(items):
        if at in bad:
            assert (item["status"], item["problem"]["code"]) == bad[at][1:], at
            for error in item["problem"].get("errors", []):
                assert error["pointer"] == f"/entries/{at}" or error["pointer"].startswith(f"/entries/{at}/"), error
        else:
            assert item["status"] == 201
    numbers = [item["number"] for item in items if item["status"] == 201]
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_the_trial_balance_shows_what_was_posted(books):
    def closing():
        balance = books.client.send("getTrialBalance", {"tenant_id": books.a.id}, headers=books.as_("viewer")).json
        assert balance["balanced"] is True and balance["totals"]["debit"] == balance["totals"]["credit"]
        return balance["last_entry"], {(row["account"], row["commodity"]): row["closing"] for row in balance["items"]}

    last, before = closing()
    number = books.post(amount="0.07")
    now, after = closing()
    assert now == number == last + 1
    cents = {key: round(float(value) * 100) for key, value in after.items()}
    was = {key: round(float(value) * 100) for key, value in before.items()}
    assert cents[("Bank", "USD")] - was[("Bank", "USD")] == 7
    assert cents[("Sales", "USD")] - was[("Sales", "USD")] == -7




@pytest.mark.parametrize("name", ["listAccounts", "listCommodities", "listTokens", "listMembers", "listEntries"])
def test_pages_add_up_to_the_whole_list(books, name):
    add_one = {"listAccounts": lambda _: books.make_account(books.a, books.key()),
               "listCommodities": lambda currency: books.post(currency=currency),
               "listTokens": lambda _: books.make_token(),
               "listMembers": lambda _: books.make_member(),
               "listEntries": lambda currency: books.post(currency=currency)}[name]
    for currency in ("CHF", "GBP", "SEK", "NOK"):
        add_one(currency)
    where, sent = {"tenant_id": books.a.id}, books.as_("owner")
    most = dict((key[1], node) for key, node in OPERATIONS[name].parameters.items())["limit"]["schema"]["maximum"]

    def pages(limit):
        items, cursor = [], []
        limit = min(limit, most)
        while True:
            page = books.client.send(name, where, query=[*cursor, ("limit", str(limit))], headers=sent).json
            assert len(page["items"]) <= limit
            items += page["items"]
            if page["next"] is None:
                return items
            lines = sum(len(item.get("lines", ())) for item in page["items"])
            assert len(page["items"]) == limit or lines >= 10_000  # a page of entries is bounded by its lines too
            cursor = [("cursor", page["next"])]

    whole = pages(most)
    assert len(whole) > 3
    assert pages(max(1, len(whole) // 7)) == whole
    assert pages(len(whole)) == whole  # the last page is full and yet the last


def test_a_page_is_not_moved_by_what_is_posted_meanwhile(books):
    where, sent = {"tenant_id": books.a.id}, books.as_("owner")
    for _ in range(3):
        books.post()
    first = books.client.send("listEntries", where, query=[("limit", "2")], headers=sent).json
    books.post()
    second = books.client.send("listEntries", where, query=[("limit", "2"), ("cursor", first["next"])], headers=sent).json
    numbers = [entry["number"] for entry in first["items"] + second["items"]]
    assert numbers == [1, 2, 3, 4]


def test_long_answers_are_compressed_for_those_who_ask(books):
    target = OPERATIONS["listAccounts"].path({"tenant_id": books.a.id})
    for at in range(20):
        books.make_account(books.a, f"gzip {at:02} {uuid.uuid4()}")
    plain = books.client.exchange("GET", target, {**books.as_("owner"), "Accept-Encoding": "identity"})
    packed = books.client.exchange("GET", target, {**books.as_("owner"), "Accept-Encoding": "br, gzip;q=0.8"})
    refused = books.client.exchange("GET", target, {**books.as_("owner"), "Accept-Encoding": "gzip;q=0"})
    assert plain.header("Content-Encoding") is None and refused.header("Content-Encoding") is None
    assert packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body == refused.body
    assert len(packed.body) < len(plain.body) / 2
    for answer in (plain, packed):
        assert "accept-encoding" in (answer.header("Vary") or "").lower()
    head = books.client.exchange("HEAD", target, {**books.as_("owner"), "Accept-Encoding": "gzip"})
    assert head.header("Content-Encoding") == "gzip" and head.header("Content-Length") == packed.header("Content-Length")


@pytest.mark.parametrize("name", ["getAccount", "getEntry", "getTrialBalance"])
def test_an_answer_that_has_not_changed_is_not_sent_again(books, name):
    request = good(books, name)
    first = books.client.send(name, **request)
    for encoding in ("identity", "gzip"):  # a compressed answer is the same version
        request["headers"].update({"If-None-Match": f'W/"other", {first.header("ETag")}', "Accept-Encoding": encoding})
        again = books.client.send(name, **request)
        assert (again.status, again.body) == (304, b"")
    if name == "getEntry":
        books.client.send("reverseEntry", {**request["path"]}, body={"reason": "x"},
                          headers={**books.as_("owner"), "Idempotency-Key": books.key()})
    elif name == "getTrialBalance":
        books.post()
    else:
        books.client.send("changeAccount", request["path"], body={"name": f"Renamed {books.key()}"}, headers=books.as_("owner"))
    request["headers"]["Accept-Encoding"] = "identity"
    assert books.client.send(name, **request).status == 200


def test_many_requests_go_through_one_connection(books):
    connection = http.client.HTTPConnection("127.0.0.1", books.client.serving.port, timeout=30)
    connection.connect()
    used = connection.sock
    for target in ("/api/v1/session", f"/api/v1/tenants/{books.a.id}/accounts", "/nowhere", "/api/v1/session"):
        connection.request("GET", target, headers=books.as_("owner"))
        connection.getresponse().read()
        assert connection.sock is used, target
    connection.close()


def test_one_post_shows_in_the_metrics_of_the_database(books):
    assert books.client.send("postEntry", **good(books, "postEntry")).status == 201
    metrics = books.client.send("getMetrics").body.decode()
    pool = 'db_client_connection_pool_name="tenants"'
    counts = {
        **{f"db_client_connection_{time}_time_seconds_count{{{pool}}}": 1 for time in ("create", "wait", "use")},
        'db_client_operation_duration_seconds_count{db_operation_name="ledger.post_entries",db_system_name="postgresql",error_type=""}': 1,
        f"accubooks_db_pool_used_connection_seconds_total{{{pool}}}": 1e-6,
    }
    found = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert {name for name, least in counts.items() if float(found.get(name, 0)) < least} == set()
