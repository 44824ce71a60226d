import { watchesOperations } from "@/shared/session/launchRoles";
import { useCaller } from "@/shared/session/session";

/** The path into the other world; null for who has no part in it. */
export function useOtherWorld(world: "books" | "operations"): string | null {
  const caller = useCaller();
  if (world === "operations") return caller.tenants.length > 0 ? "/" : null;
  return watchesOperations(caller) ? "/ops" : null;
}
