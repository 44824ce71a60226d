"""What lets programs and people into a tenant, at the command line: tokens and invitations."""
import http.client
import json
import re


def ask(served, method, target, headers, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", served.serving.port, timeout=30)
    try:
        connection.request(method, target, None if body is None else json.dumps(body), {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return response.status, json.loads(response.read() or "null")
    finally:
        connection.close()


def test_tokens_are_listed_with_their_last_use_and_revoked(served):
    tenant = served.make_tenant()
    token = served.result_of("token", "create", "--tenant", tenant, "--role", "viewer", "--label", "till", "--expires-on", "2099-12-31")
    row = served.result_of("token", "list", "--tenant", tenant)
    found = re.fullmatch(r"([0-9a-f-]{36})  viewer  good until 2100-01-01T00:00:00\.000000Z  never used  till", row)
    assert found, row
    bearer = {"Authorization": f"Bearer {token}"}
    assert ask(served, "GET", f"/api/v1/tenants/{tenant}", bearer)[0] == 200
    assert re.search(r"  used 20\S+Z  till$", served.result_of("token", "list", "--tenant", tenant))
    served.result_of("token", "revoke", "--tenant", tenant, found[1])
    assert ask(served, "GET", f"/api/v1/tenants/{tenant}", bearer)[0] == 401
    assert "  revoked 20" in served.result_of("token", "list", "--tenant", tenant)


def test_an_invitation_is_accepted_by_a_newcomer_and_by_who_has_an_account(served, folder):
    first, second = served.make_tenant("USD"), served.make_tenant("USD")
    email = f"newcomer-{first}@example.com"
    (folder / "password").write_text("a good long password\n")

    def accept(tenant, *who, invited=email):
        secret = served.result_of("invitation", "create", "--tenant", tenant, "--email", invited, "--role", "viewer")
        return served.run("invitation", "accept", "--secret-file", "-", *who, stdin=secret + "\n")

    newcomer = ("--name", "Nell", "--password-file", folder / "password")
    done = accept(first, *newcomer)
    assert (done.returncode, done.stderr) == (0, "") and len(done.stdout.strip()) == 36, "the id of the user"
    assert accept(second, *newcomer).returncode == 1, "the address has an account"
    assert accept(second, "--user", email, invited="another@example.com").returncode == 1, "another was invited"
    assert accept(second, "--user", email).returncode == 0
    for tenant in (first, second):
        assert any(" accepted " in row for row in served.result_of("invitation", "list", "--tenant", tenant).splitlines())
    wrong = served.run("invitation", "accept", "--secret-file", "-", *newcomer, stdin="no such secret\n")
    assert wrong.returncode == 1 and "invitation" in wrong.stderr
    assert served.run("invitation", "accept", "--secret-file", "-", "--user", email, "--name", "Nell").returncode == 2


def test_an_invitation_lets_in_once_and_not_when_it_was_withdrawn(served):
    tenant = served.make_tenant()
    secrets = [served.result_of("invitation", "create", "--tenant", tenant, "--email", f"invited-{tenant}-{at}@example.com",
                                "--role", "bookkeeper") for at in range(2)]
    assert all(re.fullmatch("abi_[0-9a-f]{64}", secret) for secret in secrets)
    rows = served.result_of("invitation", "list", "--tenant", tenant).splitlines()
    assert [re.fullmatch(r"[0-9a-f-]{36}  bookkeeper  good until \S+  (\S+)", row)[1] for row in rows] == [
        f"invited-{tenant}-{at}@example.com" for at in range(2)]
    served.result_of("invitation", "withdraw", "--tenant", tenant, rows[0].split()[0])
    accept = [ask(served, "POST", "/api/v1/invitations/acceptance", {}, {"secret": secret, "name": "Bob", "password": "a good long password"})
              for secret in (*secrets, secrets[1])]
    assert [(status, body.get("code")) for status, body in accept] == [
        (403, "identity.bad_invitation"), (201, None), (403, "identity.bad_invitation")]
    assert (accept[1][1]["tenant_id"], accept[1][1]["role"]) == (tenant, "bookkeeper")
    rows = served.result_of("invitation", "list", "--tenant", tenant).splitlines()
    assert "  withdrawn 20" in rows[0] and "  accepted 20" in rows[1]


def test_what_is_not_there_is_refused(served):
    tenant = served.make_tenant()
    for arguments in (("token", "list", "--tenant", 999999), ("invitation", "list", "--tenant", 999999),
                      ("invitation", "create", "--tenant", 999999, "--email", "a@example.com", "--role", "viewer"),
                      ("token", "revoke", "--tenant", tenant, "nothing"), ("invitation", "withdraw", "--tenant", tenant, "nothing"),
                      ("invitation", "create", "--tenant", tenant, "--email", "nobody", "--role", "viewer")):
        done = served.run(*arguments)
        assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1, arguments
