import type { ReactElement } from "react";

import { watchesOperations } from "@/shared/session/launchRoles";
import { useCaller } from "@/shared/session/session";

import { launchRail } from "../launch/area";
import { opsRail } from "../ops/area";
import { Shell } from "./Shell";

/** Who only operates has no part in the launch; who has neither may be on the way to a first key. */
export function OperationsShell(): ReactElement {
  const caller = useCaller();
  const isOnlyOperator = caller.operator && caller.launch_roles.length === 0;
  const rail = [
    ...(watchesOperations(caller) ? opsRail : []),
    ...(isOnlyOperator ? [] : launchRail),
  ];
  return <Shell world="operations" rail={rail} />;
}
