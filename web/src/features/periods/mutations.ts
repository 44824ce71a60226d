import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { TenantId } from "@/shared/session/session";

import type { PeriodAct } from "./acts";
import { periodQueries } from "./queries";

const routes = {
  close: "/api/v1/tenants/{tenant_id}/periods/{period}/closing",
  lock: "/api/v1/tenants/{tenant_id}/periods/{period}/lock",
  ask: "/api/v1/tenants/{tenant_id}/periods/{period}/reopening-request",
  reopen: "/api/v1/tenants/{tenant_id}/periods/{period}/reopening",
} as const;

/** Nothing of it is done twice: the server refuses what has been done. */
export function useActOnPeriod(tenant: TenantId, period: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ act, reason }: { act: PeriodAct; reason: string }) =>
      answerOf(
        client.POST(routes[act], {
          params: { path: { tenant_id: tenant, period } },
          body: { reason },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [tenant] }),
  });
}

/** What is done to a fiscal year, which the server does once. Without an answer it may be done: how the year stands is asked again. */
function useActOnYear<T>(tenant: TenantId, act: string, send: (said: T) => Promise<unknown>) {
  const queryClient = useQueryClient();
  const mutationKey = [...periodQueries.root(tenant), act];
  const { mutate, error, isPending } = useMutation({
    mutationKey,
    mutationFn: send,
    onSettled: () => queryClient.invalidateQueries({ queryKey: [tenant] }),
  });
  return {
    error,
    isPending,
    /** Not while it is under way: a second press may come before the page has shown that. */
    start: (said: T, onSuccess: () => void) => {
      if (queryClient.isMutating({ mutationKey }) === 0) mutate(said, { onSuccess });
    },
  };
}

export function useCloseYear(tenant: TenantId, year: string) {
  return useActOnYear(tenant, "close-year", (retainedAccount: string) =>
    answerOf(
      client.POST("/api/v1/tenants/{tenant_id}/fiscal-years/{year}/closing", {
        params: { path: { tenant_id: tenant, year } },
        body: { retained_account: retainedAccount },
      }),
    ),
  );
}

export function useReopenYear(tenant: TenantId, year: string) {
  return useActOnYear(tenant, "reopen-year", (reason: string) =>
    answerOf(
      client.POST("/api/v1/tenants/{tenant_id}/fiscal-years/{year}/reopening", {
        params: { path: { tenant_id: tenant, year } },
        body: { reason },
      }),
    ),
  );
}
