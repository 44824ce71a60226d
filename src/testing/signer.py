"""A person's key as another implementation holds it: Ed25519 by OpenSSL, as WebCrypto's raw keys are."""
import base64
import datetime
import hashlib
import json
import pathlib
import secrets
import subprocess
import tempfile

STATEMENT = "application/vnd.in-toto+json"
SEED_PREFIX = bytes.fromhex("302e020100300506032b657004220420")  # PKCS #8 of RFC 8410, before the 32 bytes


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value):
    """RFC 8785 of what has ASCII names and no numbers but small whole ones."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def statement(subject, digest, predicate_type, predicate):
    return canonical({"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": subject, "digest": {"sha256": digest}}],
                      "predicateType": predicate_type, "predicate": predicate})


class Signer:
    def __init__(self):
        self.seed = secrets.token_bytes(32)
        self.public = self._openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER")[-32:]
        self.key_id = hashlib.sha256(self.public).hexdigest()

    def _openssl(self, command, *arguments, message=None):
        with tempfile.TemporaryDirectory() as folder:
            key, data = pathlib.Path(folder, "key"), pathlib.Path(folder, "data")
            key.write_bytes(SEED_PREFIX + self.seed)
            named = ["-inkey", key, "-keyform", "DER", "-rawin", "-in", data] if message is not None else ["-in", key]
            data.write_bytes(message or b"")
            return subprocess.run(["openssl", command, *arguments, *named], check=True, capture_output=True).stdout

    def envelope(self, payload):
        """The statement in a DSSE envelope."""
        message = b"DSSEv1 %d %s %d %s" % (len(STATEMENT), STATEMENT.encode(), len(payload), payload)
        signature = self._openssl("pkeyutl", "-sign", message=message)
        return {"payloadType": STATEMENT, "payload": base64.b64encode(payload).decode(),
                "signatures": [{"keyid": self.key_id, "sig": base64.b64encode(signature).decode()}]}

    def possession(self, kind="browser"):
        """What the key says of itself when it is enrolled."""
        return self.envelope(statement("key", self.key_id, "https://accubooks.dev/identity/key-possession/v1",
                                       {"publicKey": base64.b64encode(self.public).decode(), "kind": kind, "madeAt": now()}))

    def decision(self, verb, change, **more):
        """What the approver says to the newest revision of a change, as the server shows it (getChange)."""
        until = datetime.datetime.fromisoformat(change["now"]) + datetime.timedelta(days=7)
        predicate = {"decision": verb, "change": int(change["change"][4:]), "revision": change["revision"],
                     "role": "executive_operator", "conditions": [], "notBefore": change["now"],
                     "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                     "approver": {"id": change["you"]["user_id"], "name": change["you"]["name"], "keyid": self.key_id,
                                  "method": "ed25519"}}
        if verb == "approve":
            predicate["sentence"] = change["policy"]["sentences"][0]
        else:
            predicate["rationale"] = "The beta is not ready yet"
        return self.envelope(statement(f"{change['change']}/rev/{change['revision']}", change["sha256"],
                                       "https://accubooks.dev/launch/decision/v1", {**predicate, **more}))

    def backup_statement(self, backup, finished, tested, signed_at=None):
        """A backup that was taken elsewhere, attested."""
        content = hashlib.sha256(f"{finished} {tested} {backup}".encode()).hexdigest()
        return self.envelope(statement("backup", content, "https://accubooks.dev/launch/backup/v1",
                                       {"backup": backup, "finishedAt": finished, "testedAt": tested,
                                        "signedAt": signed_at or now()}))

    def role_statement(self, act, grant, role, email, effect="grant", signed_at=None):
        """A launch role, proposed or confirmed."""
        content = hashlib.sha256(f"{grant} {effect} {role} {email}".encode()).hexdigest()
        return self.envelope(statement(f"grant/{grant}", content, "https://accubooks.dev/launch/role/v1",
                                       {"act": act, "grant": grant, "effect": effect, "role": role, "email": email,
                                        "signedAt": signed_at or now()}))

    def report(self, content, you, **more):
        """The lead's word that these bytes are the report of an execution; `you` as getChange says who asks."""
        report = json.loads(content)
        about = {name: report[name] for name in ("change", "revision", "attempt", "outcome")}
        subject = f"{report['change']}/rev/{report['revision']}/attempt/{report['attempt']}/report.json"
        return self.envelope(statement(subject, hashlib.sha256(content).hexdigest(), "https://accubooks.dev/launch/report/v1",
                                       {**about, "signer": {"id": you["user_id"], "name": you["name"]}, "signedAt": now(), **more}))
