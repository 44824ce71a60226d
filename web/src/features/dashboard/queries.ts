import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { TenantId } from "@/shared/session/session";

const everyMs = 60_000;

/** What the server's last check of the books saw; it is a few minutes old at most. */
export const integrityQuery = (tenant: TenantId) =>
  queryOptions({
    queryKey: [tenant, "integrity"] as const,
    refetchInterval: everyMs,
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/v1/tenants/{tenant_id}/integrity", {
          params: { path: { tenant_id: tenant } },
          signal,
        }),
      ),
  });
