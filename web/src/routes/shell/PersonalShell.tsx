import type { ReactElement } from "react";

import { personalRail } from "../identity/area";
import { Shell } from "./Shell";

export function PersonalShell(): ReactElement {
  return <Shell world="books" rail={personalRail} />;
}
