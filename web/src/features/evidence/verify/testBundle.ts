import { type Bytes, sha256, toBase64, toHex, utf8 } from "@/shared/proof/bytes";
import { keyId } from "@/shared/proof/ed25519";
import { preAuthenticationEncoding, statementType, writeEnvelope } from "@/shared/proof/envelope";
import { canonicalJson, type Json, type JsonObject } from "@/shared/proof/json";
import { leafHash } from "@/shared/proof/merkle";
import { statementBytes } from "@/shared/proof/statement";
import { rfcKey1, rfcKey2, type TestKey, TestTree } from "@/shared/proof/testing";
import { checkpointPath, growthPath, paths, proofPath } from "./bundle";

// Evidence of one attempt as the server writes it, small, and its policy; for tests.

const origin = "accubooks.test/launch-audit";
const requester = "018f0000-0000-7000-8000-000000000001";
const executive = "018f0000-0000-7000-8000-000000000002";
const at = (second: number) => `2026-03-01T02:00:${String(second).padStart(2, "0")}.000000Z`;

async function verifierKey(
  name: string,
  key: TestKey,
  type: number,
): Promise<{ text: string; id: Bytes }> {
  const bytes = new Uint8Array([type, ...key.publicKey]);
  const id = (await sha256(utf8(`${name}\n`), bytes)).slice(0, 4);
  return { text: `${name}+${toHex(id)}+${toBase64(bytes)}`, id };
}

type Act = {
  readonly action: string;
  readonly objectDigest: string | null;
  readonly payload: Json;
};

/** A log of acts, of which the lines, proofs and checkpoints are what a bundle holds. */
class TestLog {
  readonly entries: Bytes[] = [];
  readonly lines: string[] = [];
  readonly #key: TestKey;

  constructor(key: TestKey) {
    this.#key = key;
  }

  async append({ action, objectDigest, payload }: Act): Promise<void> {
    const seq = this.entries.length;
    const before = this.entries.at(-1);
    const salt = new Uint8Array(32).fill(seq);
    const bytes = utf8(canonicalJson(payload));
    const entry = canonicalJson({
      v: 1,
      seq,
      time: at(seq),
      actor: "system",
      action,
      object: "CHG-0001/rev/1",
      object_digest: objectDigest,
      prev_leaf: before === undefined ? "0".repeat(64) : toHex(await leafHash(before)),
      tenant: null,
      payload_sha256: toHex(await sha256(salt, bytes)),
    });
    this.entries.push(utf8(entry));
    this.lines.push(canonicalJson({ entry, payload: toBase64(bytes), salt: toBase64(salt) }));
  }

  async note(size: number): Promise<string> {
    const text = `${origin}\n${size}\n${toBase64(await this.#tree(size).root())}\n`;
    const { id } = await verifierKey(origin, this.#key, 1);
    const signature = toBase64(new Uint8Array([...id, ...(await this.#key.sign(utf8(text)))]));
    return `${text}\n— ${origin} ${signature}\n`;
  }

  async inclusion(index: number, size: number): Promise<string> {
    const path = await this.#tree(size).inclusion(index);
    return `c2sp.org/tlog-proof@v1\nindex ${index}\n${linesOf(path)}\n${await this.note(size)}`;
  }

  async growth(from: number, to: number): Promise<string> {
    return `old ${from}\n${linesOf(await this.#tree(to).consistency(from))}\n${await this.note(to)}`;
  }

  #tree(size: number): TestTree {
    return new TestTree(this.entries.slice(0, size));
  }
}

const linesOf = (path: readonly Bytes[]) => path.map((hash) => `${toBase64(hash)}\n`).join("");

async function approval(revisionDigest: string, key: TestKey): Promise<string> {
  const payload = statementBytes({
    subjects: [{ name: "CHG-0001/rev/1", sha256: revisionDigest }],
    predicateType: "https://accubooks.dev/launch/decision/v1",
    predicate: {
      decision: "approve",
      role: "executive_operator",
      approver: {
        id: executive,
        name: "Eve",
        keyid: await keyId(key.publicKey),
        method: "ed25519",
      },
      notBefore: at(0),
      expiresAt: at(59),
    },
  });
  const sig = await key.sign(preAuthenticationEncoding(statementType, payload));
  return writeEnvelope({ payloadType: statementType, payload, signatures: [{ keyid: "", sig }] });
}

async function manifestOf(
  files: ReadonlyMap<string, Bytes>,
  revisionDigest: string,
): Promise<string> {
  const entries: JsonObject[] = [];
  for (const [path, bytes] of files) {
    entries.push({
      path,
      sha256: toHex(await sha256(bytes)),
      size: bytes.length,
      media_type: "application/json",
      captured_at: at(5),
      captured_by: "a",
      source: "a test",
      covers_from: null,
      covers_to: null,
      coverage_ppm: null,
      samples: null,
    });
  }
  return canonicalJson({
    v: 1,
    kind: "attempt",
    change: "CHG-0001",
    revision: 1,
    revision_digest: revisionDigest,
    attempt: 1,
    rehearsal: true,
    outcome: "rehearsed",
    producer: "1.0.0",
    finished_at: at(5),
    files: entries,
    missing: [{ what: "incidents.json", reason: "There was none." }],
    audit: { origin, first: 0, last: 1, size: 2 },
  });
}

async function policyOf(log: TestKey, executiveKey: TestKey): Promise<JsonObject> {
  return {
    v: 1,
    logs: [(await verifierKey(origin, log, 1)).text],
    witnesses: [],
    witnesses_required: 0,
    approvers: [
      {
        user: executive,
        name: "Eve Okafor",
        keyid: await keyId(executiveKey.publicKey),
        public_key: toBase64(executiveKey.publicKey),
        roles: ["executive_operator"],
        enrolled_at: at(0),
        revoked_at: null,
      },
    ],
    quorum: { executive_operator: 1 },
  };
}

export async function testBundle(): Promise<{ files: Map<string, Bytes>; policy: JsonObject }> {
  const [logKey, executiveKey] = [await rfcKey1(), await rfcKey2()];
  const log = new TestLog(logKey);
  const revision = canonicalJson({ change: "CHG-0001", requester: { user_id: requester } });
  const revisionDigest = toHex(await sha256(utf8(revision)));
  const envelope = await approval(revisionDigest, executiveKey);
  await log.append({
    action: "launch.decision",
    objectDigest: revisionDigest,
    payload: { envelope },
  });
  await log.append({
    action: "launch.execution_event",
    objectDigest: null,
    payload: { kind: "started" },
  });
  const texts: readonly (readonly [string, string])[] = [
    [paths.revision, revision],
    [`${paths.approvals}1${paths.approvalEnding}`, envelope],
    [paths.leaves, `${log.lines.join("\n")}\n`],
    [proofPath(0), await log.inclusion(0, 1)],
    [proofPath(1), await log.inclusion(1, 2)],
    [checkpointPath(1), await log.note(1)],
    [checkpointPath(2), await log.note(2)],
    [growthPath(1, 2), await log.growth(1, 2)],
    ["measurements.jsonl", '{"errors":0}\n'],
  ];
  const files = new Map(texts.map(([path, text]) => [path, utf8(text)]));
  const manifest = await manifestOf(files, revisionDigest);
  files.set(paths.manifest, utf8(manifest));
  const manifestDigest = toHex(await sha256(utf8(manifest)));
  await log.append({ action: "launch.evidence_sealed", objectDigest: manifestDigest, payload: {} });
  files.set(paths.sealLeaf, utf8(log.lines[2] ?? ""));
  files.set(paths.sealProof, utf8(await log.inclusion(2, 3)));
  files.set(paths.sealGrowth, utf8(await log.growth(2, 3)));
  return { files, policy: await policyOf(logKey, executiveKey) };
}
