import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

export type OpenSession = components["schemas"]["OpenSessions"]["items"][number];
export type SecondFactor = components["schemas"]["SecondFactor"];

/** Where I am signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ["me", "sessions"] as const,
  queryFn: async ({ signal }) =>
    (await answerOf(client.GET("/api/v1/me/sessions", { signal }))).items,
});

export const secondFactorQuery = queryOptions({
  queryKey: ["me", "second-factor"] as const,
  queryFn: ({ signal }) => answerOf(client.GET("/api/v1/me/second-factor", { signal })),
});
