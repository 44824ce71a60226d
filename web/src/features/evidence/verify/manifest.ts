import type { Bytes } from "@/shared/proof/bytes";
import { Fields, isObject, JsonError, readCanonical } from "@/shared/proof/json";

// The manifests of evidence (docs/evidence-format.md).

export type FileEntry = {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
  readonly mediaType: string;
  readonly capturedAt: string;
  readonly capturedBy: string;
  readonly source: string;
  readonly coversFrom: string | null;
  readonly coversTo: string | null;
  readonly coveragePpm: number | null;
  readonly samples: number | null;
};

/** Which attempt a bundle is of. */
export type AttemptHead = {
  readonly change: string;
  readonly revision: number;
  readonly revisionDigest: string;
  readonly attempt: number;
  readonly rehearsal: boolean;
};

export type Manifest = {
  readonly head: AttemptHead;
  readonly outcome: string;
  readonly producer: string;
  readonly finishedAt: string;
  readonly files: readonly FileEntry[];
  /** What should be there and isn't. */
  readonly missing: readonly { readonly what: string; readonly reason: string }[];
  readonly audit: {
    readonly origin: string;
    readonly first: number;
    readonly last: number;
    readonly size: number;
  };
};

export type AttemptList = readonly {
  readonly folder: string;
  readonly head: AttemptHead;
  /** Null while it isn't finished. */
  readonly manifestSha256: string | null;
}[];

function headOf(fields: Fields): AttemptHead {
  return {
    change: fields.text("change"),
    revision: fields.count("revision"),
    revisionDigest: fields.text("revision_digest"),
    attempt: fields.count("attempt"),
    rehearsal: fields.truth("rehearsal"),
  };
}

const isName = (part: string) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part);

function fileOf(fields: Fields): FileEntry {
  const file = {
    path: fields.text("path"),
    sha256: fields.text("sha256"),
    size: fields.count("size"),
    mediaType: fields.text("media_type"),
    capturedAt: fields.text("captured_at"),
    capturedBy: fields.text("captured_by"),
    source: fields.text("source"),
    coversFrom: fields.textOrNull("covers_from"),
    coversTo: fields.textOrNull("covers_to"),
    coveragePpm: fields.countOrNull("coverage_ppm"),
    samples: fields.countOrNull("samples"),
  };
  fields.nothingElse();
  if (!file.path.split("/").every(isName)) {
    throw new JsonError(`${file.path} isn't a path below the bundle.`);
  }
  return file;
}

function expectKind(fields: Fields, kind: string): void {
  if (fields.count("v") !== 1 || fields.text("kind") !== kind) {
    throw new JsonError("It is a manifest of another kind or version.");
  }
}

function refuseTwice(names: readonly string[], what: string): void {
  if (new Set(names).size !== names.length) {
    throw new JsonError(`${what} stands in it twice.`);
  }
}

/** Reads canonical bytes. Throws JsonError. */
export function parseManifest(bytes: Bytes): Manifest {
  const fields = new Fields(readCanonical(bytes));
  expectKind(fields, "attempt");
  const audit = fields.part("audit");
  const manifest = {
    head: headOf(fields),
    outcome: fields.text("outcome"),
    producer: fields.text("producer"),
    finishedAt: fields.text("finished_at"),
    files: fields.parts("files").map(fileOf),
    missing: fields.parts("missing").map((one) => {
      const entry = { what: one.text("what"), reason: one.text("reason") };
      one.nothingElse();
      return entry;
    }),
    audit: {
      origin: audit.text("origin"),
      first: audit.count("first"),
      last: audit.count("last"),
      size: audit.count("size"),
    },
  };
  audit.nothingElse();
  fields.nothingElse();
  refuseTwice(
    manifest.files.map(({ path }) => path),
    "A path",
  );
  return manifest;
}

/** Of a folder with all attempts of a phase. Throws JsonError. */
export function parseAttemptList(bytes: Bytes): AttemptList {
  const fields = new Fields(readCanonical(bytes));
  expectKind(fields, "attempts");
  const attempts = fields.parts("attempts").map((one) => {
    const entry = {
      folder: one.text("folder"),
      head: headOf(one),
      manifestSha256: one.textOrNull("manifest_sha256"),
    };
    one.nothingElse();
    if (!isName(entry.folder)) {
      throw new JsonError("A folder isn't one name.");
    }
    return entry;
  });
  fields.nothingElse();
  refuseTwice(
    attempts.map(({ folder }) => folder),
    "A folder",
  );
  return attempts;
}

export function isAttemptList(bytes: Bytes): boolean {
  try {
    const value = readCanonical(bytes);
    return isObject(value) && value["kind"] === "attempts";
  } catch {
    return false;
  }
}

export function isSameHead(one: AttemptHead, other: AttemptHead): boolean {
  return (
    one.change === other.change &&
    one.revision === other.revision &&
    one.revisionDigest === other.revisionDigest &&
    one.attempt === other.attempt &&
    one.rehearsal === other.rehearsal
  );
}
