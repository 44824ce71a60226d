import type { Change } from "./queries";

/** Whether a change was carried out and kept; how it stands alone doesn't tell that from a rollback. */
export function hasSucceeded({ history }: Pick<Change, "history">): boolean {
  const last = history.findLast(({ event }) => event === "ended");
  return last?.detail["ending"] === "completed";
}
