import type { Bytes } from "@/shared/proof/bytes";

import { parsePolicy } from "./policy";
import { type Line, verifyEvidence } from "./verify";

// Digests, signatures and proofs are recomputed apart from the page, which stays at hand.

export interface Job {
  files: readonly (readonly [string, Bytes])[];
  policy: Bytes;
  fingerprint: string;
}

export type Report =
  | { kind: "line"; line: Line }
  | { kind: "done"; isGood: boolean }
  /** The policy can't be read, or the browser can't check it. */
  | { kind: "failed"; why: string };

function tell(report: Report): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  globalThis.postMessage(report);
}

async function work({ files, policy, fingerprint }: Job): Promise<void> {
  try {
    const trusted = await parsePolicy(policy);
    const isGood = await verifyEvidence(new Map(files), trusted, fingerprint, (line) =>
      tell({ kind: "line", line }),
    );
    tell({ kind: "done", isGood });
  } catch (error) {
    tell({ kind: "failed", why: error instanceof Error ? error.message : String(error) });
  }
}

globalThis.addEventListener("message", (event: MessageEvent<Job>) => void work(event.data));
