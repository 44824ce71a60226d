import { queryOptions } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { CivilDate } from "@/shared/date/civil";
import { todayIn } from "@/shared/date/format";
import type { TenantId } from "@/shared/session/session";

export type Calendar = components["schemas"]["Calendar"];

/** The tenant's fiscal year and time zone, and how far its books are closed. */
export const calendarQuery = (tenant: TenantId) =>
  queryOptions({
    queryKey: [tenant, "calendar"] as const,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/v1/tenants/{tenant_id}/calendar", {
          params: { path: { tenant_id: tenant } },
          signal,
        }),
      ),
  });

/** The day it is where the books are kept, as of when the page was opened. */
export function useToday({ time_zone }: Calendar): CivilDate {
  const [now] = useState(Date.now);
  return todayIn(time_zone, now);
}
