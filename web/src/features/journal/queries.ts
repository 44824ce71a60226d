import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

import type { NewEntry } from "./body";
import type { DocumentOwner } from "./documents";
import { check, type Entry, type EntryProof, type Findings } from "./proof";

export type Alike = components["schemas"]["AlikeEntries"]["items"][number];
type EntryPage = components["schemas"]["EntryPage"];
export type ListedDraft = components["schemas"]["ListedDraft"];

/** Which entries the journal shows; all of it optional, as in the page's address. */
export interface EntryFilter {
  from?: string | undefined;
  to?: string | undefined;
  account?: number | undefined;
  /** As the API reads it. */
  amount?: string | undefined;
  text?: string | undefined;
  tag?: string | undefined;
}

const PAGE = 100;
/** So many are shown where the journal itself isn't. */
export const LAST_ENTRIES = 8;

const entryPath = (tenant: TenantId, number: number) => ({ tenant_id: tenant, number });

function proofOf(tenant: TenantId, number: number, signal: AbortSignal): Promise<EntryProof> {
  return answerOf(
    client.GET("/api/v1/tenants/{tenant_id}/journal-entries/{number}/proof", {
      params: { path: entryPath(tenant, number) },
      signal,
    }),
  );
}

const documentsOf = { entry: "attachments", draft: "draft-attachments" } as const;

function documentsAt(tenant: TenantId, owner: DocumentOwner, signal: AbortSignal) {
  return owner.what === "entry"
    ? answerOf(
        client.GET("/api/v1/tenants/{tenant_id}/journal-entries/{number}/attachments", {
          params: { path: entryPath(tenant, owner.number) },
          signal,
        }),
      )
    : answerOf(
        client.GET("/api/v1/tenants/{tenant_id}/drafts/{draft_id}/attachments", {
          params: { path: { tenant_id: tenant, draft_id: owner.id } },
          signal,
        }),
      );
}

export const journalQueries = {
  root: (tenant: TenantId) => [tenant, "journal"] as const,

  /** What is read of a draft that is edited: gone once it is posted, so that nobody asks for it again. */
  isOfDraft: ([, , what]: readonly unknown[]) => what === "start" || what === documentsOf.draft,

  /** The newest first, page by page. */
  entries: (tenant: TenantId, filter: EntryFilter) =>
    infiniteQueryOptions({
      queryKey: [...journalQueries.root(tenant), "entries", filter] as const,
      initialPageParam: 0,
      placeholderData: keepPreviousData,
      getNextPageParam: (page: EntryPage) => (page.next === null ? undefined : Number(page.next)),
      queryFn: ({ pageParam, signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/journal-entries", {
            params: {
              path: { tenant_id: tenant },
              query: {
                order: "newest",
                limit: PAGE,
                ...(pageParam === 0 ? {} : { cursor: pageParam }),
                ...(filter.from === undefined ? {} : { from: filter.from }),
                ...(filter.to === undefined ? {} : { to: filter.to }),
                ...(filter.account === undefined ? {} : { account_id: filter.account }),
                ...(filter.amount === undefined ? {} : { amount: filter.amount }),
                ...(filter.text === undefined ? {} : { text: filter.text }),
                ...(filter.tag === undefined ? {} : { tag: [filter.tag] }),
              },
            },
            signal,
          }),
        ),
    }),

  last: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...journalQueries.root(tenant), "last"] as const,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/journal-entries", {
            params: {
              path: { tenant_id: tenant },
              query: { order: "newest", limit: LAST_ENTRIES },
            },
            signal,
          }),
        ),
    }),

  /** Posted entries never change but by being reversed. */
  entry: (tenant: TenantId, number: number) =>
    queryOptions({
      queryKey: [...journalQueries.root(tenant), "entry", number] as const,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/journal-entries/{number}", {
            params: { path: entryPath(tenant, number) },
            signal,
          }),
        ),
    }),

  /** The entry recomputed in this browser; asked for anew each time, since a proof from a cache proves little. */
  proof: (tenant: TenantId, entry: Entry) =>
    queryOptions({
      queryKey: [...journalQueries.root(tenant), "proof", entry] as const,
      gcTime: 0,
      queryFn: async ({ signal }): Promise<Findings> => {
        const own = await proofOf(tenant, entry.number, signal);
        const next = own.next === null ? null : await proofOf(tenant, own.next, signal);
        return check(entry, tenant, own, next);
      },
    }),

  documents: (tenant: TenantId, owner: DocumentOwner) =>
    queryOptions({
      queryKey: [...journalQueries.root(tenant), documentsOf[owner.what], owner] as const,
      queryFn: ({ signal }) => documentsAt(tenant, owner, signal),
    }),

  drafts: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...journalQueries.root(tenant), "drafts"] as const,
      queryFn: ({ signal }) =>
        answerOf(
          client.GET("/api/v1/tenants/{tenant_id}/drafts", {
            params: { path: { tenant_id: tenant }, query: { limit: 1000 } },
            signal,
          }),
        ),
    }),

  /** What the entry may be a duplicate of: a warning, asked for while it is written. */
  alike: (tenant: TenantId, entry: NewEntry | null) =>
    queryOptions({
      queryKey: [...journalQueries.root(tenant), "alike", entry] as const,
      enabled: entry !== null,
      staleTime: 10_000,
      retry: false,
      queryFn: ({ signal }) =>
        answerOf(
          client.POST("/api/v1/tenants/{tenant_id}/journal-entries:alike", {
            params: { path: { tenant_id: tenant } },
            body: entry ?? {},
            signal,
          }),
        ),
    }),
};
