import { useMutation, useQueryClient } from "@tanstack/react-query";

import { type AccountId, accountQueries } from "@/shared/accounts/accounts";
import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

export type NewAccount = components["schemas"]["NewAccount"];
export type AccountChange = components["schemas"]["AccountChange"];

export function useCreateAccount(tenant: TenantId, idempotencyKey: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (account: NewAccount) =>
      answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/accounts", {
          params: {
            path: { tenant_id: tenant },
            header: { "Idempotency-Key": idempotencyKey },
          },
          body: account,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accountQueries.root(tenant) }),
  });
}

/** Settled either way the accounts are read again: somebody else may have made some. Then the form is gone, so `onMade` belongs here. */
export function useCreateChart(tenant: TenantId, idempotencyKey: string, onMade: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (chart: string) =>
      answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/chart", {
          params: {
            path: { tenant_id: tenant },
            header: { "Idempotency-Key": idempotencyKey },
          },
          body: { chart },
        }),
      ),
    onSuccess: onMade,
    onSettled: () => queryClient.invalidateQueries({ queryKey: accountQueries.root(tenant) }),
  });
}

export function useChangeAccount(tenant: TenantId, account: AccountId) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (change: AccountChange) =>
      answerOf(
        client.PATCH("/api/v1/tenants/{tenant_id}/accounts/{account_id}", {
          params: { path: { tenant_id: tenant, account_id: account } },
          body: change,
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: accountQueries.root(tenant) }),
  });
}
