import { areEqual, type Bytes, fromBase64, textOf, utf8 } from "./bytes";
import { leafHash, ProofError, type TreeHead, verifyConsistency, verifyInclusion } from "./merkle";
import { type Note, parseNote, verifyNote, type VerifierKey } from "./note";

/** What a log says about itself (C2SP tlog-checkpoint), and the note that holds it. */
export type Checkpoint = { readonly origin: string; readonly tree: TreeHead; readonly note: Note };

/** That a leaf is in a log (C2SP tlog-proof@v1). */
export type InclusionProof = {
  readonly index: number;
  readonly path: readonly Bytes[];
  readonly checkpoint: Checkpoint;
};

/** That a log only grew from `from` leaves to the checkpoint (the body of C2SP tlog-witness's add-checkpoint). */
export type ConsistencyProof = {
  readonly from: number;
  readonly path: readonly Bytes[];
  readonly checkpoint: Checkpoint;
};

const pathMax = 63;
const proofBytesMax = 72 * 1024;
const proofHeader = "c2sp.org/tlog-proof@v1";

function parseCount(text: string): number | null {
  const number = /^(0|[1-9][0-9]*)$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}

function parseHash(text: string): Bytes | null {
  const bytes = fromBase64(text);
  return bytes?.length === 32 ? bytes : null;
}

/** Reads without verifying. Throws ProofError. */
export function parseCheckpoint(bytes: Bytes): Checkpoint {
  const note = parseNote(bytes);
  const [origin, count, hash, end, ...more] = note.text.split("\n");
  const size = parseCount(count ?? "");
  const root = parseHash(hash ?? "");
  if (
    origin === undefined ||
    origin === "" ||
    size === null ||
    root === null ||
    end !== "" ||
    more.length > 0
  ) {
    throw new ProofError("A checkpoint has three lines: origin, size and root.");
  }
  return { origin, tree: { size, root }, note };
}

export function isSameCheckpoint(one: Checkpoint, other: Checkpoint): boolean {
  return (
    one.origin === other.origin &&
    one.tree.size === other.tree.size &&
    areEqual(one.tree.root, other.tree.root)
  );
}

/** Throws ProofError unless the log of that key has signed it. */
export async function verifyCheckpoint(checkpoint: Checkpoint, log: VerifierKey): Promise<void> {
  if (checkpoint.origin !== log.name) {
    throw new ProofError(`The checkpoint is of another log than ${log.name}.`);
  }
  await verifyNote(checkpoint.note, log);
}

function split(bytes: Bytes): {
  head: readonly string[];
  path: readonly Bytes[];
  checkpoint: Checkpoint;
} {
  if (bytes.length > proofBytesMax) {
    throw new ProofError("The proof is too long.");
  }
  let text: string;
  try {
    text = textOf(bytes);
  } catch {
    throw new ProofError("A proof is UTF-8.");
  }
  const gap = text.indexOf("\n\n");
  if (gap < 0) {
    throw new ProofError("A proof has an empty line between its path and its checkpoint.");
  }
  const lines = text.slice(0, gap).split("\n");
  const headLines = lines[0] === proofHeader ? 2 : 1;
  const path = lines.slice(headLines).map((line) => {
    const hash = parseHash(line);
    if (hash === null) {
      throw new ProofError("A proof's path is lines, each a SHA-256 in base64.");
    }
    return hash;
  });
  if (path.length > pathMax) {
    throw new ProofError("A proof's path has at most 63 hashes.");
  }
  return {
    head: lines.slice(0, headLines),
    path,
    checkpoint: parseCheckpoint(utf8(text.slice(gap + 2))),
  };
}

function numberBehind(keyword: string, line: string | undefined): number {
  const number = line?.startsWith(keyword) === true ? parseCount(line.slice(keyword.length)) : null;
  if (number === null) {
    throw new ProofError(`A proof's line "${keyword.trim()}" has a number.`);
  }
  return number;
}

/** Reads without verifying. Throws ProofError. */
export function parseInclusionProof(bytes: Bytes): InclusionProof {
  const { head, path, checkpoint } = split(bytes);
  if (head[0] !== proofHeader) {
    throw new ProofError(`An inclusion proof begins with the line ${proofHeader}.`);
  }
  return { index: numberBehind("index ", head[1]), path, checkpoint };
}

/** Reads without verifying. Throws ProofError. */
export function parseConsistencyProof(bytes: Bytes): ConsistencyProof {
  const { head, path, checkpoint } = split(bytes);
  const from = numberBehind("old ", head[0]);
  if (from > checkpoint.tree.size) {
    throw new ProofError("A consistency proof leads from a smaller tree to a greater one.");
  }
  return { from, path, checkpoint };
}

/** Throws ProofError unless the entry is in the log of that key. */
export async function verifyEntry(
  proof: InclusionProof,
  entry: Bytes,
  log: VerifierKey,
): Promise<void> {
  await verifyCheckpoint(proof.checkpoint, log);
  await verifyInclusion(await leafHash(entry), proof.index, proof.path, proof.checkpoint.tree);
}

/** Throws ProofError unless the log of that key grew from `older`, which is trusted, to the checkpoint. */
export async function verifyGrowth(
  proof: ConsistencyProof,
  older: TreeHead,
  log: VerifierKey,
): Promise<void> {
  await verifyCheckpoint(proof.checkpoint, log);
  if (proof.from !== older.size) {
    throw new ProofError(`The consistency proof begins at ${proof.from}, not at ${older.size}.`);
  }
  await verifyConsistency(older, proof.checkpoint.tree, proof.path);
}
