import type { Change, ChangeStanding } from "../queries";
import { hasSucceeded } from "../success";

type Phase = ChangeStanding["phase"];
type State = ChangeStanding["state"];

const phases: readonly Phase[] = ["phase1", "phase2", "phase3", "phase4"];

/** A revision that has come to its end leaves room for the next one. */
const ended: readonly State[] = [
  "rejected",
  "deferred",
  "withdrawn",
  "expired",
  "revoked",
  "stale",
  "draft",
];

/**
 * The phase whose approval may be asked for now: the first one; again that of a change that came to nothing; after one that was
 * kept and reported, the next. None while a change is under way. `closed` is the newest change where it is closed.
 */
export function phaseToRequest(
  newest: Pick<ChangeStanding, "phase" | "state"> | undefined,
  closed: Pick<Change, "history"> | undefined,
): Phase | null {
  if (newest === undefined) return "phase1";
  if (ended.includes(newest.state)) return newest.phase;
  if (newest.state !== "closed" || closed === undefined) return null;
  return hasSucceeded(closed) ? (phases[phases.indexOf(newest.phase) + 1] ?? null) : newest.phase;
}
