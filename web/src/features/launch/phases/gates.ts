import type { Phase } from "../plan";
import type { Change } from "../queries";
import { hasSucceeded } from "../success";

export interface GateGround {
  /** The newest change of each phase, where there is one. */
  changes: readonly Pick<Change, "phase" | "change" | "state" | "history">[];
  openP0: number;
}

/** Why a phase may not begin yet. */
export type Reason =
  | { kind: "p0"; count: number }
  /** The phase that is needed hasn't ended in success. */
  | { kind: "not_done"; phase: string }
  /** It has, and its report isn't signed. */
  | { kind: "unreported"; phase: string };

/** What still keeps a phase's gate closed, as the server judges it; empty when it is open. */
export function reasonsAgainst(phase: Phase, { changes, openP0 }: GateGround): readonly Reason[] {
  const missing = phase.needs.flatMap((needed): readonly Reason[] => {
    const own = changes.filter((one) => one.phase === needed && hasSucceeded(one));
    if (own.some(({ state }) => state === "closed")) return [];
    return [{ kind: own.length > 0 ? "unreported" : "not_done", phase: needed }];
  });
  return openP0 > 0 ? [{ kind: "p0", count: openP0 }, ...missing] : missing;
}
