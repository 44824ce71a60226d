import { describe, expect, test } from "vitest";

import type { ExecutionHistory, ExecutionView, ViewedCriterion } from "./queries";
import { guardOf } from "./rights";
import { extended, runsOf, scaleOf } from "./series";
import { actsOf, stepsOf } from "./timeline";

const execution: ExecutionView["execution"] = {
  execution: 1,
  change: "CHG-0001",
  revision: 1,
  attempt: 1,
  sha256: "",
  rehearsal: true,
  time_scale: 300,
  override_window: null,
  state: "sustained",
  ended: false,
  intent: "none",
  cause: "progress",
  why: "",
  started_at: "",
  entered_at: "",
  deadline: "",
  window_ms: 0,
  last_at: "2026-03-01T02:00:30.000000Z",
  events_count: 1,
  instances: [],
  baseline: null,
  order: null,
};

describe("the timeline", () => {
  const start = Date.parse("2026-03-01T02:00:00Z");
  const event = (second: number, kind: string, more: object = {}) => ({
    kind,
    at_us: (start + second * 1000) * 1000,
    ...more,
  });
  const history = (ended: boolean): ExecutionHistory => ({
    ...execution,
    ended,
    events: [
      event(0, "started"),
      event(2, "entered", { state: "apply", step: 1, cause: "progress", why: "as found" }),
      event(4, "entered", { state: "sustained", cause: "progress", why: "" }),
      event(5, "intent_raised", { intent: "pause", by: "Olu", why: "Something is odd" }),
      event(5, "entered", { state: "paused", cause: "person", why: "Something is odd" }),
      event(9, "resumed", { by: "Eve", why: "It was nothing" }),
    ],
  });

  test("is the states with their times, a pause among them", () => {
    const steps = stepsOf(history(false));
    expect(steps.map(({ state, step }) => [state, step])).toEqual([
      ["precheck", 0],
      ["apply", 2],
      ["sustained", 0],
      ["paused", 0],
      ["sustained", 0],
    ]);
    expect(steps.map(({ fromMs, toMs }) => (toMs === null ? null : toMs - fromMs))).toEqual([
      2000,
      2000,
      1000,
      4000,
      null,
    ]);
    expect(steps.map(({ why }) => why)).toEqual(["", "", "", "Something is odd", "It was nothing"]);
  });

  test("ends with the execution", () => {
    expect(stepsOf(history(true)).at(-1)?.toMs).toBe(start + 30_000);
  });

  test("has what people did", () => {
    expect(actsOf(history(false)).map(({ intent, by }) => `${intent} ${by}`)).toEqual([
      "pause Olu",
      "resume Eve",
    ]);
  });
});

const view = (at: string, value: number | null): ExecutionView => {
  const criterion: ViewedCriterion = {
    criterion: "latency_p95 < 500 ms",
    outcome: "inconclusive",
    kind: value === null ? "no_data" : "value",
    value,
    text: null,
    bound: 500_000,
    baseline: null,
    baseline_text: null,
    low: null,
    high: null,
    samples: 0,
    samples_needed: 0,
    reason: "",
  };
  return {
    at,
    execution,
    covered_ms: 0,
    window_ms: 0,
    deadline_in_ms: null,
    why_not_yet: "",
    silent_inside_ms: 0,
    silent_outside_ms: 0,
    checks: [],
    criteria: [criterion],
    triggers: [],
  };
};
const at = (second: number) => `2026-03-01T02:00:0${second}.000000Z`;

describe("what was seen", () => {
  test("grows by each view once, and keeps its gaps", () => {
    const values = [10, null, 20, 30];
    const series = values.reduce(
      (seen, value, second) => extended(seen, view(at(second), value)),
      {},
    );
    const again = extended(series, view(at(3), 99));
    const points = again["latency_p95 < 500 ms"] ?? [];
    expect(points.map(({ value }) => value)).toEqual(values);
    expect(runsOf(points).map((run) => run.map(({ value }) => value))).toEqual([[10], [20, 30]]);
  });

  test("is drawn on a scale that holds the threshold, and isn't empty for zeros", () => {
    const points = [{ at: 0, value: 10 }];
    expect(scaleOf(points, [500, null]).high).toBeGreaterThan(500);
    expect(scaleOf([{ at: 0, value: 0 }], [0])).toEqual({ low: 0, high: 1 });
  });
});

const ground = (changed: object) => ({
  roles: ["on_call" as const],
  execution: { ...execution, ...changed },
  openP0: 0,
});

describe("who may", () => {
  test("pause, roll back and abort: lead, Executive and on-call, in every state before the way back", () => {
    for (const role of ["requester_lead", "executive_operator", "on_call"] as const) {
      for (const state of ["precheck", "baseline", "apply", "sustained", "finalise"]) {
        const own = { ...ground({ state }), roles: [role] };
        expect([guardOf("pause", own), guardOf("rollback", own), guardOf("abort", own)]).toEqual([
          null,
          null,
          null,
        ]);
      }
    }
    expect(guardOf("rollback", { ...ground({}), roles: ["product_lead"] })).toBe("role");
    expect(guardOf("rollback", { ...ground({}), roles: [] })).toBe("role");
  });

  test("not what has ended, or goes back already", () => {
    expect(guardOf("rollback", ground({ ended: true }))).toBe("ended");
    expect(guardOf("pause", ground({ state: "rolling_back" }))).toBe("rolls_back");
  });

  test("roll back and abort what is paused too, which isn't paused again", () => {
    const paused = ground({ state: "paused" });
    expect(guardOf("pause", paused)).toBe("paused");
    expect([guardOf("rollback", paused), guardOf("abort", paused)]).toEqual([null, null]);
  });

  test("resume: the Executive alone, and with no P0 open", () => {
    const paused = ground({ state: "paused" });
    const executive = { ...paused, roles: ["executive_operator" as const] };
    expect(guardOf("resume", ground({}))).toBe("not_paused");
    expect(guardOf("resume", paused)).toBe("executive");
    expect(guardOf("resume", executive)).toBeNull();
    expect(guardOf("resume", { ...executive, openP0: 1 })).toBe("p0_open");
    expect(guardOf("resolve", paused)).toBe("not_failed");
  });
});
