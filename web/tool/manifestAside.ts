import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Plugin } from "vite";

import { manifestFile } from "./sizes.ts";

/** Takes the manifest out of the bundle: it is for the tests of its sizes, and everything in the bundle is served. */
export function manifestAside(): Plugin {
  return {
    name: "manifest-aside",
    apply: "build",
    config: () => ({ build: { manifest: "manifest.json" } }),
    async writeBundle(options) {
      await mkdir(dirname(manifestFile), { recursive: true });
      await rename(join(options.dir ?? "dist", "manifest.json"), manifestFile);
    },
  };
}
