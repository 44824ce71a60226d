import { useLaunchRoles } from "@/shared/session/launchRoles";
import { useCaller } from "@/shared/session/session";

import { launchRail } from "../launch/area";
import { opsRail } from "../ops/area";

/** The path into the other world; null for who has no part in it. */
export function useOtherWorld(world: "books" | "operations"): string | null {
  const { tenants } = useCaller();
  const roles = useLaunchRoles();
  if (world === "operations") return tenants.length > 0 ? "/" : null;
  const first = [...opsRail, ...launchRail][0];
  return roles.length > 0 && first !== undefined ? first.to : null;
}
