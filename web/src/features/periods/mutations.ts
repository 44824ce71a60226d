import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { TenantId } from "@/shared/session/session";

import type { PeriodAct } from "./acts";

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

export function useCloseYear(tenant: TenantId, year: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (retainedAccount: string) =>
      answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/fiscal-years/{year}/closing", {
          params: { path: { tenant_id: tenant, year } },
          body: { retained_account: retainedAccount },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [tenant] }),
  });
}

export function useReopenYear(tenant: TenantId, year: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/fiscal-years/{year}/reopening", {
          params: { path: { tenant_id: tenant, year } },
          body: { reason },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [tenant] }),
  });
}
