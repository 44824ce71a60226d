import { useEffect, useRef, useState } from "react";

import type { Line } from "./verify/verify";
import type { Job, Report } from "./verify/worker";

export interface Verification {
  lines: readonly Line[];
  state: "idle" | "running" | "good" | "bad" | "failed";
  /** Why it could not be checked at all. */
  why: string;
}

const idle: Verification = { lines: [], state: "idle", why: "" };

function after(before: Verification, report: Report): Verification {
  if (report.kind === "line") return { ...before, lines: [...before.lines, report.line] };
  if (report.kind === "failed") return { ...before, state: "failed", why: report.why };
  return { ...before, state: report.isGood ? "good" : "bad" };
}

/** Verifies in a worker; another start ends the one before, as leaving the page does. */
export function useVerification() {
  const [found, setFound] = useState(idle);
  const worker = useRef<Worker | null>(null);
  useEffect(() => () => worker.current?.terminate(), []);

  const start = (job: Job) => {
    worker.current?.terminate();
    const next = new Worker(new URL("./verify/worker.ts", import.meta.url), { type: "module" });
    worker.current = next;
    setFound({ ...idle, state: "running" });
    next.addEventListener("message", ({ data }: MessageEvent<Report>) => {
      setFound((before) => after(before, data));
      if (data.kind !== "line") next.terminate();
    });
    next.addEventListener("error", ({ message }) => {
      setFound((before) => ({ ...before, state: "failed", why: message }));
      next.terminate();
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    next.postMessage(job);
  };

  return { found, start };
}
