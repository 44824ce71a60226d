import { areEqual, type Bytes, sha256 } from "./bytes";

// The tree of RFC 6962, and what proves something about it (RFC 9162 §2.1.3.2, §2.1.4.2). Sizes and
// numbers of leaves go up to 2^53 - 1, so halves are taken by division: a shift would cut them to 32 bits.

export type TreeHead = { readonly size: number; readonly root: Bytes };

export class ProofError extends Error {}

const leafPrefix = new Uint8Array([0]);
const nodePrefix = new Uint8Array([1]);

export function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(leafPrefix, entry);
}

export function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(nodePrefix, left, right);
}

const isOdd = (number: number) => number % 2 === 1;
const half = (number: number) => Math.floor(number / 2);

function isPowerOfTwo(number: number): boolean {
  let rest = number;
  while (rest > 1 && !isOdd(rest)) {
    rest = half(rest);
  }
  return rest === 1;
}

/** Where a walk from a node up to the root stands. */
class Climb {
  position: number;
  last: number;

  constructor(position: number, last: number) {
    this.position = position;
    this.last = last;
  }

  get isAtTop(): boolean {
    return this.last === 0;
  }

  /** Whether the next hash of the path stands to the left. */
  get takesLeft(): boolean {
    return isOdd(this.position) || this.position === this.last;
  }

  up(): void {
    this.position = half(this.position);
    this.last = half(this.last);
  }

  /** Past levels where the node has no sibling. */
  skipAlone(): void {
    while (!isOdd(this.position) && this.position !== 0) {
      this.up();
    }
  }
}

/** Hashes of another length could be read as other nodes. */
function demandHashes(...hashes: readonly Bytes[]): void {
  if (!hashes.every(({ length }) => length === 32)) {
    throw new ProofError("A hash isn't 32 bytes.");
  }
}

/** Throws ProofError unless `path` leads from the leaf's hash to the root. */
export async function verifyInclusion(
  leaf: Bytes,
  index: number,
  path: readonly Bytes[],
  tree: TreeHead,
): Promise<void> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= tree.size) {
    throw new ProofError("The leaf's number isn't within the tree.");
  }
  demandHashes(leaf, tree.root, ...path);
  const climb = new Climb(index, tree.size - 1);
  let hash = leaf;
  for (const sibling of path) {
    if (climb.isAtTop) {
      throw new ProofError("The inclusion proof is longer than the tree is high.");
    }
    if (climb.takesLeft) {
      hash = await nodeHash(sibling, hash);
      climb.skipAlone();
    } else {
      hash = await nodeHash(hash, sibling);
    }
    climb.up();
  }
  if (!climb.isAtTop) {
    throw new ProofError("The inclusion proof is shorter than the tree is high.");
  }
  if (!areEqual(hash, tree.root)) {
    throw new ProofError("The inclusion proof doesn't lead to the tree's root.");
  }
}

function verifySameSize(older: TreeHead, newer: TreeHead, path: readonly Bytes[]): void {
  if (path.length > 0) {
    throw new ProofError("Trees of one size need no consistency proof.");
  }
  if (!areEqual(older.root, newer.root)) {
    throw new ProofError("Two trees of one size have different roots.");
  }
}

/** Throws ProofError unless `path` proves that `newer` begins with all of `older`, which has leaves. */
export async function verifyConsistency(
  older: TreeHead,
  newer: TreeHead,
  path: readonly Bytes[],
): Promise<void> {
  if (older.size < 1 || older.size > newer.size) {
    throw new ProofError("The older tree must have leaves, and no more than the newer one.");
  }
  demandHashes(older.root, newer.root, ...path);
  if (older.size === newer.size) {
    verifySameSize(older, newer, path);
    return;
  }
  // Where the old tree is one complete subtree, its root is the proof's first hash, left out.
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...path] : path;
  if (first === undefined || path.length === 0) {
    throw new ProofError("The consistency proof is empty.");
  }
  const climb = new Climb(older.size - 1, newer.size - 1);
  while (isOdd(climb.position)) {
    climb.up();
  }
  let oldRoot = first;
  let newRoot = first;
  for (const hash of rest) {
    if (climb.isAtTop) {
      throw new ProofError("The consistency proof is longer than the tree is high.");
    }
    if (climb.takesLeft) {
      oldRoot = await nodeHash(hash, oldRoot);
      newRoot = await nodeHash(hash, newRoot);
      climb.skipAlone();
    } else {
      newRoot = await nodeHash(newRoot, hash);
    }
    climb.up();
  }
  if (!climb.isAtTop) {
    throw new ProofError("The consistency proof is shorter than the tree is high.");
  }
  if (!areEqual(oldRoot, older.root)) {
    throw new ProofError("The consistency proof doesn't lead to the older tree's root.");
  }
  if (!areEqual(newRoot, newer.root)) {
    throw new ProofError("The consistency proof doesn't lead to the newer tree's root.");
  }
}
