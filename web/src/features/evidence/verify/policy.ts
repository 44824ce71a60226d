import {
  areEqual,
  type Bytes,
  fromBase64,
  sha256,
  textOf,
  toHex,
  utf8,
} from "@/shared/proof/bytes";
import { keyId } from "@/shared/proof/ed25519";
import { instantMicros } from "@/shared/proof/instant";
import { canonicalJson, Fields, JsonError, parseJson } from "@/shared/proof/json";
import { keyTypes, parseVerifierKey, type VerifierKey } from "@/shared/proof/note";

/** A person's key, as it was enrolled. */
export type Approver = {
  readonly user: string;
  readonly name: string;
  readonly key: Bytes;
  readonly roles: readonly string[];
  readonly enrolledAt: bigint;
  readonly revokedAt: bigint | null;
};

/** Whom a reader of evidence trusts, apart from the server: the root of every check. */
export type Policy = {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly VerifierKey[];
  readonly witnessesRequired: number;
  readonly approvers: readonly Approver[];
  readonly quorum: readonly { readonly role: string; readonly people: number }[];
  /** What stakeholders compare: SHA-256 of the canonical JSON, however the file is laid out. */
  readonly fingerprint: string;
};

async function keysOf(fields: Fields, name: string, type: number): Promise<readonly VerifierKey[]> {
  const keys: VerifierKey[] = [];
  for (const text of fields.texts(name)) {
    const key = await parseVerifierKey(text);
    if (key.type !== type) {
      throw new JsonError(`${name} holds what isn't a key of that kind.`);
    }
    const isTwin = (other: VerifierKey) =>
      other.name === key.name || (type === keyTypes.cosignature && areEqual(other.key, key.key));
    if (keys.some(isTwin)) {
      throw new JsonError(`${name} holds ${key.name} twice.`);
    }
    keys.push(key);
  }
  return keys;
}

async function approverOf(fields: Fields): Promise<Approver> {
  const key = fromBase64(fields.text("public_key"));
  if (key?.length !== 32 || (await keyId(key)) !== fields.text("keyid")) {
    throw new JsonError("public_key isn't the key that keyid names.");
  }
  const revoked = fields.textOrNull("revoked_at");
  const approver = {
    user: fields.text("user"),
    name: fields.text("name"),
    key,
    roles: fields.texts("roles"),
    enrolledAt: instantMicros(fields.text("enrolled_at")),
    revokedAt: revoked === null ? null : instantMicros(revoked),
  };
  fields.nothingElse();
  return approver;
}

function quorumOf(fields: Fields) {
  return fields.names().map((role) => {
    const people = fields.count(role);
    if (people < 1) {
      throw new JsonError("quorum isn't numbers by role.");
    }
    return { role, people };
  });
}

/** Throws JsonError or ProofError, also for contradictions. */
export async function parsePolicy(bytes: Bytes): Promise<Policy> {
  const value = parseJson(textOf(bytes));
  const fields = new Fields(value);
  if (fields.count("v") !== 1) {
    throw new JsonError("The policy is of another version.");
  }
  const policy = {
    logs: await keysOf(fields, "logs", keyTypes.ed25519),
    witnesses: await keysOf(fields, "witnesses", keyTypes.cosignature),
    witnessesRequired: fields.count("witnesses_required"),
    approvers: await Promise.all(fields.parts("approvers").map(approverOf)),
    quorum: quorumOf(fields.part("quorum")),
    fingerprint: toHex(await sha256(utf8(canonicalJson(value)))),
  };
  fields.nothingElse();
  if (policy.witnessesRequired > policy.witnesses.length) {
    throw new JsonError("witnesses_required is more than there are.");
  }
  if (new Set(policy.approvers.map(({ key }) => toHex(key))).size !== policy.approvers.length) {
    throw new JsonError("approvers holds a key twice.");
  }
  return policy;
}
