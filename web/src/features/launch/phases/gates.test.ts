import { describe, expect, test } from "vitest";

import type { Phase } from "../plan";
import type { Change } from "../queries";
import { reasonsAgainst } from "./gates";

const phase = (needs: readonly string[]): Phase => ({
  phase: "phase3",
  title: "",
  what: "",
  risk: "low",
  fromMs: 0,
  toMs: 0,
  needs,
  evidence: "",
});

function change(named: Change["phase"], state: Change["state"], ending: string | null) {
  const ended = {
    sequence: 1,
    revision: 1,
    event: "ended",
    actor: "system",
    at: "",
    detail: { ending },
  };
  return { phase: named, change: "CHG-0001", state, history: ending === null ? [] : [ended] };
}

describe("a gate", () => {
  test("is open for what needs nothing", () => {
    expect(reasonsAgainst(phase([]), { changes: [], openP0: 0 })).toEqual([]);
  });

  test("waits for each phase that is needed, and for its report", () => {
    const changes = [
      change("phase1", "closed", "completed"),
      change("phase2", "completed", "completed"),
    ];
    expect(reasonsAgainst(phase(["phase1", "phase2"]), { changes, openP0: 0 })).toEqual([
      { kind: "unreported", phase: "phase2" },
    ]);
    expect(reasonsAgainst(phase(["phase1"]), { changes, openP0: 0 })).toEqual([]);
  });

  test.each(["rolled_back", "cancelled", "rehearsed", null])(
    "isn't opened by an end that is %s",
    (ending) => {
      const changes = [change("phase1", "closed", ending)];
      expect(reasonsAgainst(phase(["phase1"]), { changes, openP0: 0 })).toEqual([
        { kind: "not_done", phase: "phase1" },
      ]);
    },
  );

  test("is closed by a P0 whatever else holds", () => {
    expect(reasonsAgainst(phase([]), { changes: [], openP0: 2 })).toEqual([
      { kind: "p0", count: 2 },
    ]);
  });
});
