import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
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
