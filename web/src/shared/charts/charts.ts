import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

export type Chart = components["schemas"]["Charts"]["items"][number];

/** The charts that books may begin with. */
export const chartsQuery = queryOptions({
  queryKey: ["charts"] as const,
  staleTime: Infinity,
  queryFn: async ({ signal }) => (await answerOf(client.GET("/api/v1/charts", { signal }))).items,
});
