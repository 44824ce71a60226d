import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, rememberSession } from "@/shared/api/client";
import { ProblemError } from "@/shared/api/problem";
import type { components } from "@/shared/api/schema";

export type Caller = components["schemas"]["Caller"];
export type User = components["schemas"]["User"];
export type Tenant = components["schemas"]["Tenant"];
export type Role = components["schemas"]["Role"];
export type TenantId = Tenant["tenant_id"];

/** Who I am and which books I may open; null for who isn't signed in. */
export const sessionQuery = queryOptions({
  queryKey: ["session"] as const,
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<Caller | null> => {
    try {
      const caller = await answerOf(client.GET("/api/v1/session", { signal }));
      rememberSession(caller);
      return caller;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return null;
      throw error;
    }
  },
});

/** The caller, on a page behind the sign-in. */
export function useCaller(): Caller {
  const { data } = useSuspenseQuery(sessionQuery);
  // Between signing out and leaving, what is still on screen is the person's who left.
  const [arrived] = useState(data);
  const caller = data ?? arrived;
  if (caller === null) throw new Error("This page is only shown to who is signed in.");
  return caller;
}

/** The tenant with this number, on a page that is only shown to its members. */
export function useTenant(tenantId: TenantId): Tenant {
  const tenant = useCaller().tenants.find((one) => one.tenant_id === tenantId);
  if (tenant === undefined) throw new Error("This page is only shown to members of the tenant.");
  return tenant;
}
