import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";

/** How many tenants I have made, and may make. */
export const allowanceQuery = queryOptions({
  queryKey: ["me", "tenants"] as const,
  queryFn: ({ signal }) => answerOf(client.GET("/api/v1/me/tenants", { signal })),
});
