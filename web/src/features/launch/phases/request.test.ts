import { describe, expect, it } from "vitest";

import type { ChangeStanding } from "../queries";
import { phaseToRequest } from "./request";

const ended = (ending: string) => ({
  history: [
    { sequence: 4, revision: 1, event: "ended", actor: "system", at: "", detail: { ending } },
  ],
});
const standing = (phase: ChangeStanding["phase"], state: ChangeStanding["state"]) => ({
  phase,
  state,
});

describe("what may be asked for", () => {
  it.each<[string, ReturnType<typeof phaseToRequest>, Parameters<typeof phaseToRequest>]>([
    ["first the first phase", "phase1", [undefined, undefined]],
    ["again what was rejected", "phase2", [standing("phase2", "rejected"), undefined]],
    ["nothing beside a change in review", null, [standing("phase1", "in_review"), undefined]],
    ["nothing before the report is signed", null, [standing("phase1", "completed"), undefined]],
    ["again what was rolled back", "phase1", [standing("phase1", "closed"), ended("rolled_back")]],
    [
      "the next after one that was kept",
      "phase2",
      [standing("phase1", "closed"), ended("completed")],
    ],
    ["nothing while that isn't known", null, [standing("phase1", "closed"), undefined]],
    ["nothing after the last", null, [standing("phase4", "closed"), ended("completed")]],
  ])("is %s", (_, phase, given) => {
    expect(phaseToRequest(...given)).toBe(phase);
  });
});
