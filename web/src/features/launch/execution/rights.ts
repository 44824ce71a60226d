import type { LaunchRole } from "../queries";
import type { ExecutionView } from "./queries";

export const intents = ["pause", "rollback", "abort", "resume", "resolve"] as const;
export type Intent = (typeof intents)[number];

/** Why an act isn't there for somebody at this moment. */
export type Guard =
  | "role"
  | "ended"
  | "paused"
  | "not_paused"
  | "not_failed"
  | "executive"
  | "p0_open"
  | "rolls_back";

const mayStop: readonly LaunchRole[] = ["requester_lead", "executive_operator", "on_call"];
const rollingBack = ["rolling_back", "rollback_verify", "rollback_failed"];

export interface Ground {
  roles: readonly LaunchRole[];
  execution: ExecutionView["execution"];
  openP0: number;
}

/** What an act fails that somebody of the three may do in principle. */
function guardOfState(intent: Intent, { roles, execution, openP0 }: Ground): Guard | null {
  const { state } = execution;
  switch (intent) {
    case "pause":
      if (state === "paused") return "paused";
      return rollingBack.includes(state) ? "rolls_back" : null;
    case "rollback":
    case "abort":
      return rollingBack.includes(state) ? "rolls_back" : null;
    case "resume":
      if (state !== "paused") return "not_paused";
      if (!roles.includes("executive_operator")) return "executive";
      return openP0 > 0 ? "p0_open" : null;
    case "resolve":
      return state === "rollback_failed" ? null : "not_failed";
  }
}

/** The guard that an act fails; null for one that may be pressed. The safe direction fails none before the way back. */
export function guardOf(intent: Intent, ground: Ground): Guard | null {
  if (!ground.roles.some((role) => mayStop.includes(role))) return "role";
  return ground.execution.ended ? "ended" : guardOfState(intent, ground);
}
