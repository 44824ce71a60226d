import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What Vite tells of its bundle, by source or, of a shared part, by name. */
export type Manifest = Record<string, ManifestChunk>;

interface ManifestChunk {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

const root = join(import.meta.dirname, "../..");

/** Where the build leaves its manifest: beside the bundle it would be served. */
export const manifestFile = join(root, ".cache/web-manifest.json");
const bundle = join(root, "web/dist");

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifestFile, "utf8"));
}

/** Bytes that are sent for a file where the browser takes gzip. */
export function zippedSize(file: string): number {
  return readFileSync(join(bundle, `${file}.gz`)).length;
}

export function contentOf(file: string): string {
  return readFileSync(join(bundle, file), "utf8");
}

/** Files that must be there before a chunk runs: its own, and those of what it imports. */
export function filesOf(manifest: Manifest, from: readonly string[]): Set<string> {
  const [keys, files] = [new Set<string>(), new Set<string>()];
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`The manifest has no ${key}.`);
    if (keys.has(key)) return;
    keys.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const other of chunk.imports ?? []) visit(other);
  };
  for (const key of from) visit(key);
  return files;
}

/** The one that a page starts with. */
export function entryOf(manifest: Manifest): string {
  const [entry] = Object.keys(manifest).filter((key) => manifest[key]?.isEntry === true);
  if (entry === undefined) throw new Error("The manifest has no entry.");
  return entry;
}

/** Pages and whatever else is loaded when it is needed. */
export function lazyOf(manifest: Manifest): string[] {
  return Object.keys(manifest).filter((key) => manifest[key]?.isDynamicEntry === true);
}

/** Pages' frames, by world, with their dialogs: what stands around a page once somebody has signed in. */
export function shellsOf(manifest: Manifest): string[] {
  return lazyOf(manifest).filter((key) => key.includes("/shell/"));
}

/** What the first page of the books loads, zipped. */
export function firstPage(manifest: Manifest): { js: number; css: number } {
  const ofBooks = lazyOf(manifest).filter((key) => /\/(BooksShell|DashboardPage)\.tsx$/.test(key));
  const files = filesOf(manifest, [entryOf(manifest), ...ofBooks]);
  return { js: sizeOf(files, ".js"), css: sizeOf(files, ".css") };
}

/** Zipped bytes of the files that end so, without those that are there already. */
export function sizeOf(
  files: ReadonlySet<string>,
  extension: ".js" | ".css",
  has: ReadonlySet<string> = new Set(),
  sizeOfFile: (file: string) => number = zippedSize,
): number {
  return [...files]
    .filter((file) => file.endsWith(extension) && !has.has(file))
    .reduce((sum, file) => sum + sizeOfFile(file), 0);
}
