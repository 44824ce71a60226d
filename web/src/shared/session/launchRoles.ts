import type { components } from "@/shared/api/schema";

import { type Caller, useCaller } from "./session";

export type LaunchRole = components["schemas"]["LaunchRole"];

/** The caller's own roles of the launch, on a page behind the sign-in. */
export function useLaunchRoles(): readonly LaunchRole[] {
  return useCaller().launch_roles;
}

/** Whether somebody watches how the program does: operators, and who has a part in the launch. */
export function watchesOperations({ operator, launch_roles }: Caller): boolean {
  return operator || launch_roles.length > 0;
}
