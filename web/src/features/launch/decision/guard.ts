import type { Change, LaunchRole } from "../queries";

/** Why somebody can't decide about a change; each is a sentence of its own on the page. */
export type Hindrance =
  "author" | "two_roles" | "role" | "not_in_review" | "deferred" | "insecure" | "no_key";

export interface Ground {
  change: Pick<Change, "you" | "policy" | "revisions" | "state" | "now">;
  /** Whether this browser can sign at all. */
  canSign: boolean;
  /** Enrolled keys of the person that are in this browser. */
  keys: number;
}

const requester: LaunchRole = "requester_lead";

/** What stands in the way, first of all what no act of the person could change; null when nothing does. */
export function hindrance({ change, canSign, keys }: Ground): Hindrance | null {
  const { you, policy, revisions, state, now } = change;
  const newest = revisions.at(-1);
  if (revisions.some(({ author }) => author === you.user_id)) return "author";
  if (you.roles.includes(requester) && you.roles.includes(policy.approver)) return "two_roles";
  if (!you.roles.includes(policy.approver)) return "role";
  if (state !== "in_review" || newest === undefined) return "not_in_review";
  if (newest.earliest !== null && newest.earliest > now) return "deferred";
  if (!canSign) return "insecure";
  return keys === 0 ? "no_key" : null;
}

/** Whether the page shows acts of deciding at all: never to who requested or edited the change. */
export function maySeeDecisions(found: Hindrance | null): boolean {
  return found !== "author" && found !== "two_roles" && found !== "role";
}
