import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

export type Account = components["schemas"]["Account"];
export type AccountId = Account["id"];
export type AccountType = components["schemas"]["AccountType"];
export type Commodity = components["schemas"]["Commodity"];

const PAGE = 1000;

interface Items<T> {
  items: T[];
  next: string | null;
}

/** All pages of a list that is never long: charts have thousands of accounts, not millions. */
async function allOf<T>(page: (cursor: string | undefined) => Promise<Items<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    // One page names the next.
    // oxlint-disable-next-line no-await-in-loop
    const { items, next } = await page(cursor);
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}

export const accountQueries = {
  root: (tenant: TenantId) => [tenant, "accounts"] as const,
  /** The whole chart, by code. */
  all: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...accountQueries.root(tenant), "all"] as const,
      staleTime: 60_000,
      queryFn: ({ signal }) =>
        allOf((cursor) =>
          answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/accounts", {
              params: {
                path: { tenant_id: tenant },
                query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
              },
              signal,
            }),
          ),
        ),
    }),
  /** Currencies and other commodities of the books, with their digits after the point. */
  commodities: (tenant: TenantId) =>
    queryOptions({
      queryKey: [tenant, "commodities"] as const,
      staleTime: 60_000,
      queryFn: ({ signal }) =>
        allOf((cursor) =>
          answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/commodities", {
              params: {
                path: { tenant_id: tenant },
                query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
              },
              signal,
            }),
          ),
        ),
    }),
};
