import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** The first folder below src/ that a file is in, with the feature's name where it is one. */
function roomOf(file: string): string {
  const [room = "", name = ""] = file.split("/");
  return room === "features" ? `features/${name}` : room;
}

const importPattern = /\bfrom\s+"([^"]+)"|\bimport\(?\s*"([^"]+)"/g;

/** What is wrong with an import of `to` in the file `from`, both relative to src/; null where nothing is. */
export function breach(from: string, to: string): string | null {
  const [source, target] = [roomOf(from), roomOf(to)];
  if (source === target || target === "shared" || target.endsWith(".svg")) return null;
  if (source === "shared") return `${from}: shared may not import ${target}`;
  if (source.startsWith("features/")) {
    return `${from}: a feature may not import ${target}; a route composes them, or the part moves to shared/`;
  }
  return target === "main.tsx" ? `${from}: nothing imports main.tsx` : null;
}

/** Every import under `root` that goes against the arrows: routes → features → shared, and features never meet. */
export function breaches(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(importPattern)].flatMap((match) => {
      const name = match[1] ?? match[2] ?? "";
      if (!name.startsWith("@/") && !name.startsWith(".")) return [];
      const to = name.startsWith("@/") ? name.slice(2) : normalize(join(dirname(file), name));
      const found = breach(file, to);
      return found === null ? [] : [found];
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  const found = breaches(join(import.meta.dirname, "../src"));
  for (const sentence of found) process.stderr.write(`${sentence}\n`);
  process.stdout.write(
    `arrows: ${found.length} against the folders of ${relative(process.cwd(), "src") || "src"}\n`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
}
