import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import { sha256, toHex } from "@/shared/proof/bytes";

import { type Payload, readPayload } from "./payload";

type Schemas = components["schemas"];
export type ChangeStanding = Schemas["ChangeStanding"];
export type Change = Schemas["Change"];
export type ChangeRevision = Schemas["ChangeRevision"];
export type ChangeState = Schemas["ChangeState"];
export type LaunchRole = Schemas["LaunchRole"];
export type Notices = Schemas["Notices"];
export type SignedDecision = Schemas["SignedDecision"];
export type Execution = Schemas["Execution"];
/** In a list, one that this version of the program can't read says so. */
export type ListedExecution = Schemas["Executions"]["items"][number];

/** The exact bytes of a revision were hashed here, and are the ones that the server says they are. */
export interface SeenPayload {
  payload: Payload;
  /** SHA-256 of the bytes, as this browser found it. */
  sha256: string;
}

/** The server shows other bytes than its digest says: nothing is drawn from them, nothing is signed. */
export class OtherBytesError extends Error {
  readonly found: string;
  readonly wanted: string;

  constructor(found: string, wanted: string) {
    super(`The bytes have the digest ${found}, not ${wanted}.`);
    this.found = found;
    this.wanted = wanted;
  }
}

async function seePayload(
  change: string,
  revision: number,
  wanted: string,
  signal: AbortSignal,
): Promise<SeenPayload> {
  const path = { change, revision };
  const buffer = await answerOf(
    client.GET("/api/v1/launch/changes/{change}/revisions/{revision}/payload", {
      params: { path },
      parseAs: "arrayBuffer",
      signal,
    }),
  );
  const bytes = new Uint8Array(buffer);
  const found = toHex(await sha256(bytes));
  if (found !== wanted) throw new OtherBytesError(found, wanted);
  return { payload: readPayload(bytes), sha256: found };
}

/** Nothing of the launch belongs to a tenant: the keys begin with "launch". */
export const launchQueries = {
  root: ["launch"] as const,
  changes: () =>
    queryOptions({
      queryKey: [...launchQueries.root, "changes"] as const,
      queryFn: async ({ signal }) =>
        (await answerOf(client.GET("/api/v1/launch/changes", { signal }))).items,
    }),
  change: (change: string) =>
    queryOptions({
      queryKey: [...launchQueries.root, "change", change] as const,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/launch/changes/{change}", { params: { path: { change } }, signal }),
        ),
    }),
  /** Of the exact bytes, which never change: the digest is part of what is asked for. */
  payload: (change: string, revision: number, digest: string) =>
    queryOptions({
      queryKey: ["launch-payload", change, revision, digest] as const,
      queryFn: ({ signal }) => seePayload(change, revision, digest, signal),
      staleTime: Infinity,
    }),
  decisions: (change: string) =>
    queryOptions({
      queryKey: [...launchQueries.root, "decisions", change] as const,
      queryFn: async ({ signal }) =>
        (
          await answerOf(
            client.GET("/api/v1/launch/changes/{change}/decisions", {
              params: { path: { change } },
              signal,
            }),
          )
        ).items,
    }),
  notices: (change: string) =>
    queryOptions({
      queryKey: [...launchQueries.root, "notices", change] as const,
      queryFn: async ({ signal }) =>
        (
          await answerOf(
            client.GET("/api/v1/launch/changes/{change}/notices", {
              params: { path: { change } },
              signal,
            }),
          )
        ).items,
    }),
  executions: (change: string) =>
    queryOptions({
      queryKey: [...launchQueries.root, "executions", change] as const,
      queryFn: async ({ signal }) =>
        (
          await answerOf(
            client.GET("/api/v1/launch/changes/{change}/executions", {
              params: { path: { change } },
              signal,
            }),
          )
        ).items,
    }),
};
