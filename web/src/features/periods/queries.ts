import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

export type Period = components["schemas"]["Period"];
export type PeriodChecks = components["schemas"]["PeriodChecks"];
export type YearToClose = components["schemas"]["YearToClose"];

export const periodQueries = {
  root: (tenant: TenantId) => [tenant, "periods"] as const,

  /** From the first entry's to today's, the first first. */
  all: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...periodQueries.root(tenant), "all"] as const,
      queryFn: async ({ signal }): Promise<Period[]> => {
        const periods: Period[] = [];
        let cursor: string | null = null;
        do {
          const query: { limit: number; cursor?: string } =
            cursor === null ? { limit: 1000 } : { limit: 1000, cursor };
          // One page names the next.
          // oxlint-disable-next-line no-await-in-loop
          const page: components["schemas"]["PeriodPage"] = await answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/periods", {
              params: { path: { tenant_id: tenant }, query },
              signal,
            }),
          );
          periods.push(...page.items);
          cursor = page.next;
        } while (cursor !== null);
        return periods;
      },
    }),

  /** What a lock would find. The server reads all of the books for it: only while somebody asks. */
  checks: (tenant: TenantId, period: string) =>
    queryOptions({
      queryKey: [...periodQueries.root(tenant), "checks", period] as const,
      gcTime: 0,
      staleTime: Infinity,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/periods/{period}/checks", {
            params: { path: { tenant_id: tenant, period } },
            signal,
          }),
        ),
    }),

  /** What closes a fiscal year, or closed it. */
  year: (tenant: TenantId, year: string, retained: string | null) =>
    queryOptions({
      queryKey: [...periodQueries.root(tenant), "year", year, retained] as const,
      retry: false,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/fiscal-years/{year}/closing", {
            params: {
              path: { tenant_id: tenant, year },
              query: retained === null ? {} : { retained_account: retained },
            },
            signal,
          }),
        ),
    }),
};
