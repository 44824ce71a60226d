import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { Bytes } from "@/shared/proof/bytes";

import type { Files } from "./verify/bundle";
import { type Manifest, parseManifest } from "./verify/manifest";

/** One file, byte for byte. */
export async function evidenceFile(
  execution: number,
  path: string,
  signal?: AbortSignal,
): Promise<Bytes> {
  const buffer = await answerOf(
    client.GET("/api/v1/launch/executions/{execution}/evidence/file", {
      params: { path: { execution }, query: { path } },
      parseAs: "arrayBuffer",
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  return new Uint8Array(buffer);
}

async function listOf(execution: number, signal?: AbortSignal) {
  return answerOf(
    client.GET("/api/v1/launch/executions/{execution}/evidence", {
      params: { path: { execution } },
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

export interface Evidence {
  folder: string;
  files: readonly { path: string; size: number }[];
  /** Null while the evidence isn't finished. */
  manifest: Manifest | null;
}

export const evidenceQuery = (execution: number) =>
  queryOptions({
    queryKey: ["launch", "evidence", execution] as const,
    queryFn: async ({ signal }): Promise<Evidence> => {
      const { folder, files } = await listOf(execution, signal);
      const isFinished = files.some(({ path }) => path === "manifest.json");
      const manifest = isFinished
        ? parseManifest(await evidenceFile(execution, "manifest.json", signal))
        : null;
      return { folder, files, manifest };
    },
  });

/** The whole bundle as the server has it. */
export async function servedBundle(execution: number): Promise<Files> {
  const { files } = await listOf(execution);
  const bundle = new Map<string, Bytes>();
  for (const { path } of files) {
    bundle.set(path, await evidenceFile(execution, path));
  }
  return bundle;
}
