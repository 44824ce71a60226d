import type { ReactElement } from "react";

import { launchRail } from "../launch/area";
import { opsRail } from "../ops/area";
import { Shell } from "./Shell";

const rail = [...opsRail, ...launchRail];

export function OperationsShell(): ReactElement {
  return <Shell world="operations" rail={rail} />;
}
