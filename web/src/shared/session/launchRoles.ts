import { queryOptions, useQuery } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import { ProblemError } from "@/shared/api/problem";
import type { components } from "@/shared/api/schema";

import { sessionQuery } from "./session";

export type LaunchRole = components["schemas"]["LaunchRole"];
export type LaunchRoles = components["schemas"]["LaunchRoles"];

/** Who holds which role of the launch; null for who holds none, because only holders are told. */
export const launchRolesQuery = queryOptions({
  queryKey: ["launch", "roles"] as const,
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<LaunchRoles | null> => {
    try {
      return await answerOf(client.GET("/api/v1/launch/roles", { signal }));
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 403) return null;
      throw error;
    }
  },
});

/** The caller's own roles of the launch; empty while they aren't known. */
export function useLaunchRoles(): readonly LaunchRole[] {
  const { data: caller } = useQuery(sessionQuery);
  const { data } = useQuery(launchRolesQuery);
  const me = caller?.user?.user_id;
  return (data?.holders ?? [])
    .filter((holder) => holder.user.user_id === me)
    .map((holder) => holder.role);
}
