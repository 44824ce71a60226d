import { areEqual, type Bytes, sha256, textOf, toHex } from "@/shared/proof/bytes";
import {
  type Checkpoint,
  isSameCheckpoint,
  parseCheckpoint,
  parseConsistencyProof,
  parseInclusionProof,
  verifyCheckpoint,
  verifyEntry,
  verifyGrowth,
} from "@/shared/proof/checkpoint";
import { leafHash } from "@/shared/proof/merkle";
import { isCosignedBy, verifyCosignature, type VerifierKey } from "@/shared/proof/note";
import {
  about,
  type Act,
  checkpointPath,
  fileAt,
  type Files,
  growthPath,
  linesOf,
  NotVerified,
  parseAct,
  paths,
  proofPath,
} from "./bundle";
import type { Manifest } from "./manifest";
import type { Policy } from "./policy";

/** By size, smallest first. */
export type Checkpoints = readonly Checkpoint[];

export function trustedLog(manifest: Manifest, policy: Policy): VerifierKey {
  const log = policy.logs.find(({ name }) => name === manifest.audit.origin);
  if (log === undefined) {
    throw new NotVerified(paths.manifest, `The policy trusts no log ${manifest.audit.origin}.`);
  }
  return log;
}

/** The signed checkpoints of a bundle. */
export async function checkCheckpoints(files: Files, log: VerifierKey): Promise<Checkpoints> {
  const checkpoints: Checkpoint[] = [];
  for (const [path, bytes] of files) {
    if (path.startsWith(paths.checkpoints)) {
      const checkpoint = await about(path, async () => {
        const read = parseCheckpoint(bytes);
        await verifyCheckpoint(read, log);
        return read;
      });
      if (path !== checkpointPath(checkpoint.tree.size)) {
        throw new NotVerified(path, "Its name tells another size.");
      }
      checkpoints.push(checkpoint);
    }
  }
  if (checkpoints.length === 0) {
    throw new NotVerified(paths.checkpoints, "There is no checkpoint.");
  }
  return checkpoints.toSorted((one, other) => one.tree.size - other.tree.size);
}

export function lastOf(checkpoints: Checkpoints): Checkpoint {
  const last = checkpoints.at(-1);
  if (last === undefined) {
    throw new NotVerified(paths.checkpoints, "There is no checkpoint.");
  }
  return last;
}

async function checkOrder(before: Act | undefined, act: Act): Promise<void> {
  if (before === undefined) {
    return;
  }
  if (act.seq <= before.seq) {
    throw new NotVerified(paths.leaves, "Leaves aren't in the order of the log.");
  }
  if (act.seq === before.seq + 1 && act.prevLeaf !== toHex(await leafHash(before.entry))) {
    throw new NotVerified(paths.leaves, `Leaf ${act.seq} doesn't follow the one before.`);
  }
}

/** Every act of the bundle, proven to be in the log. */
export async function checkLeaves(
  files: Files,
  manifest: Manifest,
  checkpoints: Checkpoints,
  log: VerifierKey,
): Promise<readonly Act[]> {
  const lines = await about(paths.leaves, () => linesOf(fileAt(files, paths.leaves)));
  const acts: Act[] = [];
  for (const line of lines) {
    const act = await about(paths.leaves, () => parseAct(line));
    const path = proofPath(act.seq);
    const bytes = fileAt(files, path);
    const proof = await about(path, async () => {
      const read = parseInclusionProof(bytes);
      await verifyEntry(read, act.entry, log);
      return read;
    });
    if (proof.index !== act.seq) {
      throw new NotVerified(path, `The proof of leaf ${act.seq} is of another.`);
    }
    if (!checkpoints.some((one) => isSameCheckpoint(one, proof.checkpoint))) {
      throw new NotVerified(path, "Its checkpoint isn't one of the bundle's.");
    }
    await checkOrder(acts.at(-1), act);
    acts.push(act);
  }
  const { first, last, size } = manifest.audit;
  if (
    acts[0]?.seq !== first ||
    acts.at(-1)?.seq !== last ||
    lastOf(checkpoints).tree.size !== size
  ) {
    throw new NotVerified(
      paths.leaves,
      "Leaves and checkpoints aren't those that the manifest names.",
    );
  }
  return acts;
}

async function checkGrowth(
  path: string,
  bytes: Bytes,
  from: Checkpoint,
  to: Checkpoint | null,
  log: VerifierKey,
) {
  const proof = await about(path, async () => {
    const read = parseConsistencyProof(bytes);
    await verifyGrowth(read, from.tree, log);
    return read;
  });
  if (to !== null && !isSameCheckpoint(proof.checkpoint, to)) {
    throw new NotVerified(path, "It leads to another checkpoint.");
  }
  return proof.checkpoint;
}

/** That each checkpoint's tree grew out of the one before. */
export async function checkAllGrowth(
  files: Files,
  checkpoints: Checkpoints,
  log: VerifierKey,
): Promise<void> {
  for (const [at, newer] of checkpoints.entries()) {
    const older = at === 0 ? undefined : checkpoints[at - 1];
    if (older !== undefined) {
      const path = growthPath(older.tree.size, newer.tree.size);
      await checkGrowth(path, fileAt(files, path), older, newer, log);
    }
  }
}

/** That the log holds the manifest, in a tree that grew out of the bundle's last; its checkpoint. */
export async function checkSeal(
  files: Files,
  manifest: Manifest,
  last: Checkpoint,
  log: VerifierKey,
): Promise<Checkpoint> {
  const leafBytes = files.get(paths.sealLeaf);
  if (leafBytes === undefined) {
    throw new NotVerified(paths.sealLeaf, "The bundle isn't sealed.");
  }
  const act = await about(paths.sealLeaf, () => parseAct(textOf(leafBytes)));
  const proof = await about(paths.sealProof, async () => {
    const read = parseInclusionProof(fileAt(files, paths.sealProof));
    await verifyEntry(read, act.entry, log);
    return read;
  });
  if (proof.index !== act.seq) {
    throw new NotVerified(paths.sealProof, "It is the proof of another leaf.");
  }
  const digest = toHex(await sha256(fileAt(files, paths.manifest)));
  if (act.action !== "launch.evidence_sealed" || act.objectDigest !== digest) {
    throw new NotVerified(paths.manifest, "It isn't the manifest that was sealed.");
  }
  if (act.seq <= manifest.audit.last) {
    throw new NotVerified(paths.sealLeaf, "The bundle was sealed before it was finished.");
  }
  const isSameTree =
    last.tree.size === proof.checkpoint.tree.size &&
    areEqual(last.tree.root, proof.checkpoint.tree.root);
  if (!isSameTree) {
    await checkGrowth(
      paths.sealGrowth,
      fileAt(files, paths.sealGrowth),
      last,
      proof.checkpoint,
      log,
    );
  }
  return proof.checkpoint;
}

/** Names of the witnesses that cosigned the seal's checkpoint, or a later one beside it. */
export async function checkWitnesses(
  files: Files,
  sealed: Checkpoint,
  log: VerifierKey,
  policy: Policy,
): Promise<readonly string[]> {
  const later = files.get(paths.witnessed);
  const file = later === undefined ? paths.sealProof : paths.witnessed;
  const seen = later === undefined ? sealed : await checkGrowth(file, later, sealed, null, log);
  const names: string[] = [];
  for (const witness of policy.witnesses) {
    if (isCosignedBy(seen.note, witness)) {
      await about(file, () => verifyCosignature(seen.note, witness));
      names.push(witness.name);
    }
  }
  if (names.length < policy.witnessesRequired) {
    throw new NotVerified(
      file,
      `UNWITNESSED: ${names.length} of the ${policy.witnessesRequired} witnesses that the policy demands have cosigned.`,
    );
  }
  return names;
}
