import { useState } from "react";

import type { CivilDate } from "./civil";
import { todayIn } from "./format";

/** The day that it was in `zone` when this part of the page came on screen. */
export function useToday(zone: string): CivilDate {
  const [now] = useState(Date.now);
  return todayIn(zone, now);
}
