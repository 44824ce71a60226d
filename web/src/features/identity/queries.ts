import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";

/** The charts that a new tenant may begin with. */
export const chartsQuery = queryOptions({
  queryKey: ["charts"] as const,
  staleTime: Infinity,
  queryFn: async ({ signal }) => (await answerOf(client.GET("/api/v1/charts", { signal }))).items,
});

/** How many tenants I have made, and may make. */
export const allowanceQuery = queryOptions({
  queryKey: ["me", "tenants"] as const,
  queryFn: ({ signal }) => answerOf(client.GET("/api/v1/me/tenants", { signal })),
});
