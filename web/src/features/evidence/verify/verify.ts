import { sha256, toHex } from "@/shared/proof/bytes";
import { about, fileAt, type Files, isSeal, NotVerified, paths } from "./bundle";
import { checkDecisions } from "./decisions";
import {
  checkAllGrowth,
  checkCheckpoints,
  checkLeaves,
  checkSeal,
  checkWitnesses,
  lastOf,
  trustedLog,
} from "./log";
import {
  type AttemptList,
  isAttemptList,
  isSameHead,
  type Manifest,
  parseAttemptList,
  parseManifest,
} from "./manifest";
import type { Policy } from "./policy";

// Judges evidence from the files alone, in the order of docs/evidence-format.md. The command line's
// `accubooks audit verify` is the authority; the vectors of both are the same.

/** In this order; what comes behind the first that fails isn't looked at. */
export const checks = [
  "policy",
  "files",
  "leaves",
  "growth",
  "seal",
  "decisions",
  "witnesses",
] as const;
export type Check = (typeof checks)[number];

export type Line = {
  /** Folder of the attempt, empty for the only one. */
  readonly attempt: string;
  readonly check: Check;
  readonly isGood: boolean;
  /** The file that is spoken of; empty for all. */
  readonly file: string;
  readonly count: number;
  readonly detail: string;
};

export type Tell = (line: Line) => void;

/** One walk through the checks of an attempt, or of the list of all: where it stands, and to whom it tells. */
class Walk {
  readonly #attempt: string;
  readonly #tell: Tell;
  #check: Check;

  constructor(attempt: string, first: Check, tell: Tell) {
    this.#attempt = attempt;
    this.#tell = tell;
    this.#check = first;
  }

  begin(check: Check): void {
    this.#check = check;
  }

  good(count: number, detail = "", file = ""): void {
    this.#tell({ attempt: this.#attempt, check: this.#check, isGood: true, file, count, detail });
  }

  /** What `run` gives; null when something was wrong, which is told. */
  async of<T>(run: () => T | Promise<T>): Promise<T | null> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof NotVerified)) {
        throw error;
      }
      const { file, what } = error;
      this.#tell({
        attempt: this.#attempt,
        check: this.#check,
        isGood: false,
        file,
        count: 0,
        detail: what,
      });
      return null;
    }
  }
}

/** The manifest and every file that it names, and none besides. */
async function checkFiles(files: Files, walk: Walk): Promise<Manifest> {
  const manifest = await about(paths.manifest, () => parseManifest(fileAt(files, paths.manifest)));
  for (const { path, size, sha256: digest } of manifest.files) {
    const bytes = fileAt(files, path);
    if (bytes.length !== size || toHex(await sha256(bytes)) !== digest) {
      throw new NotVerified(path, "Its content isn't that of the manifest.");
    }
    walk.good(bytes.length, "", path);
  }
  const named = new Set(manifest.files.map(({ path }) => path));
  for (const path of files.keys()) {
    if (path !== paths.manifest && !isSeal(path) && !named.has(path)) {
      throw new NotVerified(path, "It isn't in the manifest.");
    }
  }
  return manifest;
}

/** Each step needs what the one before has proven. */
async function checkAttempt(files: Files, policy: Policy, walk: Walk): Promise<Manifest> {
  const manifest = await checkFiles(files, walk);
  walk.begin("leaves");
  const log = trustedLog(manifest, policy);
  const checkpoints = await checkCheckpoints(files, log);
  const acts = await checkLeaves(files, manifest, checkpoints, log);
  walk.good(acts.length, log.name);
  walk.begin("growth");
  await checkAllGrowth(files, checkpoints, log);
  walk.good(checkpoints.length);
  walk.begin("seal");
  const sealed = await checkSeal(files, manifest, lastOf(checkpoints), log);
  walk.good(sealed.tree.size);
  walk.begin("decisions");
  for (const { decision, name, role, file } of await checkDecisions(
    files,
    manifest,
    acts,
    policy,
  )) {
    walk.good(1, `${decision}: ${name}, ${role}`, file);
  }
  walk.begin("witnesses");
  const names = await checkWitnesses(files, sealed, log, policy);
  walk.good(names.length, names.join(", "));
  return manifest;
}

function verifyAttempt(
  files: Files,
  policy: Policy,
  attempt: string,
  tell: Tell,
): Promise<Manifest | null> {
  const walk = new Walk(attempt, "files", tell);
  return walk.of(() => checkAttempt(files, policy, walk));
}

function below(files: Files, folder: string): Files {
  const start = `${folder}/`;
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(start))
      .map(([path, bytes]) => [path.slice(start.length), bytes]),
  );
}

/** Attempts of a revision are counted from 1, so that none can be taken away unseen; no folder besides. */
function checkList(list: AttemptList, files: Files): void {
  if (list.length === 0) {
    throw new NotVerified(paths.manifest, "The list has no attempts; nothing is proven by none.");
  }
  const names = new Set(list.map(({ head }) => `${head.change}/${head.revision}/${head.attempt}`));
  if (names.size !== list.length) {
    throw new NotVerified(paths.manifest, "An attempt stands in the list twice.");
  }
  for (const { head, folder, manifestSha256 } of list) {
    if (head.attempt > 1 && !names.has(`${head.change}/${head.revision}/${head.attempt - 1}`)) {
      throw new NotVerified(
        paths.manifest,
        `Attempt ${head.attempt - 1} of ${head.change}/${head.revision} is missing.`,
      );
    }
    if (manifestSha256 === null) {
      throw new NotVerified(folder, "The attempt isn't finished.");
    }
  }
  const folders = new Set(list.map(({ folder }) => folder));
  for (const path of files.keys()) {
    const [name] = path.split("/");
    if (path !== paths.manifest && path !== ".lock" && !folders.has(name ?? "")) {
      throw new NotVerified(path, "It isn't in the list of attempts.");
    }
  }
}

async function verifyAll(files: Files, policy: Policy, tell: Tell): Promise<boolean> {
  const walk = new Walk("", "files", tell);
  const list = await walk.of(async () => {
    const read = await about(paths.manifest, () => parseAttemptList(fileAt(files, paths.manifest)));
    checkList(read, files);
    return read;
  });
  let areAllGood = list !== null;
  for (const { folder, head, manifestSha256 } of list ?? []) {
    const own = below(files, folder);
    const manifest = await verifyAttempt(own, policy, folder, tell);
    const isListed = await walk.of(async () => {
      const digest = toHex(await sha256(fileAt(own, paths.manifest)));
      if (digest !== manifestSha256 || (manifest !== null && !isSameHead(manifest.head, head))) {
        throw new NotVerified(folder, "Its manifest isn't the one of the list of attempts.");
      }
      return true;
    });
    areAllGood = areAllGood && isListed === true && manifest !== null;
  }
  return areAllGood;
}

/** Whether everything held; each finding is told as it is made. `fingerprint` is the policy's, from somebody else. */
export async function verifyEvidence(
  files: Files,
  policy: Policy,
  fingerprint: string,
  tell: Tell,
): Promise<boolean> {
  const walk = new Walk("", "policy", tell);
  const isTrusted = await walk.of(() => {
    if (policy.fingerprint !== fingerprint.trim().toLowerCase()) {
      throw new NotVerified("policy.json", `Its fingerprint is ${policy.fingerprint}.`);
    }
    return true;
  });
  if (isTrusted === null) {
    return false;
  }
  walk.good(1, policy.fingerprint);
  const manifest = files.get(paths.manifest);
  if (manifest !== undefined && isAttemptList(manifest)) {
    return verifyAll(files, policy, tell);
  }
  return (await verifyAttempt(files, policy, "", tell)) !== null;
}
