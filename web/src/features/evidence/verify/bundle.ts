import { type Bytes, concat, fromBase64, sha256, textOf, toHex, utf8 } from "@/shared/proof/bytes";
import { instantMicros } from "@/shared/proof/instant";
import { canonicalJson, Fields, JsonError, parseJson, readCanonical } from "@/shared/proof/json";
import { ProofError } from "@/shared/proof/merkle";

// What lies where in a bundle, and the acts of the log in it (docs/evidence-format.md).

export const paths = {
  manifest: "manifest.json",
  revision: "change/revision.json",
  approvals: "approvals/",
  approvalEnding: ".dsse.json",
  leaves: "log/leaves.jsonl",
  checkpoints: "log/checkpoints/",
  sealLeaf: "seal/leaf.json",
  sealProof: "seal/manifest.tlog-proof",
  sealGrowth: "seal/consistency.txt",
  witnessed: "seal/witnessed.txt",
} as const;

export const proofPath = (seq: number) => `log/proofs/${seq}.tlog-proof`;
export const checkpointPath = (size: number) => `${paths.checkpoints}${size}.note`;
export const growthPath = (from: number, to: number) => `log/consistency/${from}-${to}.txt`;

/** Beside the manifest, since they come after it: the log vouches for them. */
export function isSeal(path: string): boolean {
  return [paths.sealLeaf, paths.sealProof, paths.sealGrowth, paths.witnessed].some(
    (seal) => seal === path,
  );
}

/** The files of a folder, by their path below it. */
export type Files = ReadonlyMap<string, Bytes>;

/** What is wrong, and with which file. */
export class NotVerified extends Error {
  readonly file: string;
  readonly what: string;

  constructor(file: string, what: string) {
    super(`${file}: ${what}`);
    this.file = file;
    this.what = what;
  }
}

/** Runs a check; what it throws about a proof or a text becomes the finding about that file. */
export async function about<T>(file: string, check: () => T | Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof ProofError || error instanceof JsonError) {
      throw new NotVerified(file, error.message);
    }
    throw error;
  }
}

export function fileAt(files: Files, path: string): Bytes {
  const bytes = files.get(path);
  if (bytes === undefined) {
    throw new NotVerified(path, "There is no such file.");
  }
  return bytes;
}

/** One act of the log: its entry is what the tree holds. */
export type Act = {
  readonly entry: Bytes;
  readonly payload: Bytes;
  readonly seq: number;
  readonly time: bigint;
  readonly action: string;
  readonly objectDigest: string | null;
  readonly prevLeaf: string;
};

async function payloadDigest(salt: Bytes, payload: Bytes): Promise<string> {
  return toHex(await sha256(concat(salt, payload)));
}

/** Reads one line of log/leaves.jsonl, or the seal's leaf. Throws JsonError, ProofError for another payload. */
export async function parseAct(line: string): Promise<Act> {
  const whole = parseJson(line);
  const fields = new Fields(whole);
  const payload = fromBase64(fields.text("payload"));
  const salt = fromBase64(fields.text("salt"));
  const entry = utf8(fields.text("entry"));
  fields.nothingElse();
  if (payload === null || salt?.length !== 32 || canonicalJson(whole) !== line) {
    throw new JsonError("The line isn't an act of the log in canonical JSON.");
  }
  const leaf = new Fields(readCanonical(entry));
  if (leaf.count("v") !== 1 || leaf.has("tenant")) {
    throw new JsonError("The leaf isn't of this version, or of a tenant.");
  }
  const act = {
    entry,
    payload,
    seq: leaf.count("seq"),
    time: instantMicros(leaf.text("time")),
    action: leaf.text("action"),
    objectDigest: leaf.textOrNull("object_digest"),
    prevLeaf: leaf.text("prev_leaf"),
  };
  leaf.text("actor");
  leaf.text("object");
  if (leaf.text("payload_sha256") !== (await payloadDigest(salt, payload))) {
    throw new ProofError(`The payload of leaf ${act.seq} was changed.`);
  }
  leaf.nothingElse();
  return act;
}

/** The lines of a file, each with its end. */
export function linesOf(bytes: Bytes): readonly string[] {
  const text = textOf(bytes);
  if (!text.endsWith("\n")) {
    throw new JsonError("The last line has no end.");
  }
  return text.slice(0, -1).split("\n");
}
