import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import type { AccountType } from "@/shared/accounts/accounts";
import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

import type { ChosenFile } from "./file";
import { type Pairs, sent } from "./mapping";
import type { Table } from "./rows";

export type ImportBatch = components["schemas"]["Import"];

/** How a file is to be read, as far as it has been said. */
export interface Reading {
  /** Of CSV: its rows as they were shown, and what the columns are. */
  table: Table | null;
  pairs: Pairs;
  like: "hledger" | "ledger" | null;
  /** Of what brings accounts along: those that are accounts of the books, and types of the others. */
  accounts: Record<string, string>;
  types: Record<string, AccountType>;
}

export function bodyOf(file: ChosenFile, reading: Reading): components["schemas"]["ImportFile"] {
  const { format, name, content } = file;
  const { table, pairs, like, accounts, types } = reading;
  if (table !== null) return { format, name, content, mapping: sent(pairs, table) };
  const body = { format, name, content, accounts };
  return format === "journal" ? { ...body, like, types } : body;
}

export const importQueries = {
  root: (tenant: TenantId) => [tenant, "imports"] as const,

  /** What the import would do: the server does all of it and undoes it. */
  preview: (tenant: TenantId, file: ChosenFile, reading: Reading) =>
    queryOptions({
      queryKey: [...importQueries.root(tenant), "preview", file.id, reading] as const,
      gcTime: 0,
      staleTime: Infinity,
      placeholderData: keepPreviousData,
      queryFn: ({ signal }) =>
        answerOf(
          client.POST("/api/v1/tenants/{tenant_id}/imports:preview", {
            params: { path: { tenant_id: tenant } },
            body: bodyOf(file, reading),
            signal,
          }),
        ),
    }),

  /** The newest first. */
  batches: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...importQueries.root(tenant), "batches"] as const,
      queryFn: async ({ signal }): Promise<ImportBatch[]> => {
        const batches: ImportBatch[] = [];
        let cursor: string | null = null;
        do {
          const query: { limit: number; cursor?: number } =
            cursor === null ? { limit: 1000 } : { limit: 1000, cursor: Number(cursor) };
          // One page names the next.
          // oxlint-disable-next-line no-await-in-loop
          const page: components["schemas"]["ImportPage"] = await answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/imports", {
              params: { path: { tenant_id: tenant }, query },
              signal,
            }),
          );
          batches.push(...page.items);
          cursor = page.next;
        } while (cursor !== null);
        return batches.toReversed();
      },
    }),

  mappings: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...importQueries.root(tenant), "mappings"] as const,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/import-mappings", {
            params: { path: { tenant_id: tenant }, query: { limit: 1000 } },
            signal,
          }),
        ),
    }),
};
