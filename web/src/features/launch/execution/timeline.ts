import type { ExecutionHistory } from "./queries";

/** A state that an execution was in, or is. */
export interface Step {
  state: string;
  /** Of an apply: which of its steps, from 1; 0 otherwise. */
  step: number;
  fromMs: number;
  /** Null while it lasts. */
  toMs: number | null;
  /** Why it was entered, where that was no plain progress. */
  why: string;
  /** Number of the event that began it. */
  event: number;
}

/** What somebody asked for. */
export interface Act {
  intent: string;
  by: string;
  why: string;
  atMs: number;
}

type Event = ExecutionHistory["events"][number];

function textIn(event: Event, name: string): string {
  const value = event[name];
  return typeof value === "string" ? value : "";
}

function numberIn(event: Event, name: string): number {
  const value = event[name];
  return typeof value === "number" ? value : 0;
}

/** The states in their order; a pause that ended is a state of its own. */
export function stepsOf({ events, ended, last_at }: ExecutionHistory): readonly Step[] {
  const steps: Step[] = [];
  const begin = (event: Event, at: number, state: string) => {
    const fromMs = event.at_us / 1000;
    const before = steps.at(-1);
    if (before !== undefined) before.toMs = fromMs;
    const cause = textIn(event, "cause");
    steps.push({
      state,
      step: state === "apply" ? numberIn(event, "step") + 1 : 0,
      fromMs,
      toMs: null,
      why: cause === "progress" ? "" : textIn(event, "why"),
      event: at + 1,
    });
  };
  let beforePause = "";
  for (const [at, event] of events.entries()) {
    if (event.kind === "started") begin(event, at, "precheck");
    if (event.kind === "entered") {
      const state = textIn(event, "state");
      if (state === "paused") beforePause = steps.at(-1)?.state ?? "";
      begin(event, at, state);
    }
    if (event.kind === "resumed") begin(event, at, beforePause);
  }
  const last = steps.at(-1);
  if (ended && last !== undefined) last.toMs = Date.parse(last_at);
  return steps;
}

export function actsOf({ events }: ExecutionHistory): readonly Act[] {
  return events.flatMap((event) => {
    if (event.kind !== "intent_raised" && event.kind !== "resumed") return [];
    return [
      {
        intent: event.kind === "resumed" ? "resume" : textIn(event, "intent"),
        by: textIn(event, "by"),
        why: textIn(event, "why"),
        atMs: event.at_us / 1000,
      },
    ];
  });
}
