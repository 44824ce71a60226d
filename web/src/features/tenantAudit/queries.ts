import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

export type AuditEvent = components["schemas"]["AuditEvent"];
export type AuditKind = components["schemas"]["AuditKind"];
type AuditPage = components["schemas"]["AuditEvents"];

export const auditKinds: readonly AuditKind[] = [
  "account",
  "period",
  "role",
  "user",
  "token",
  "setting",
  "import",
  "export",
];

/** Which events are shown; as in the page's address. */
export interface AuditSearch {
  kind?: AuditKind;
  from?: string;
  to?: string;
  actor?: string;
}

const day = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  const kind = auditKinds.find((one) => one === raw["kind"]);
  const [from, to] = [day(raw["from"]), day(raw["to"])];
  const actor = typeof raw["actor"] === "string" && raw["actor"] !== "" ? raw["actor"] : undefined;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(actor === undefined ? {} : { actor }),
  };
}

/** In the order in which it happened, page by page. */
export const auditQuery = (tenant: TenantId, search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: [tenant, "audit", search] as const,
    initialPageParam: 0,
    placeholderData: keepPreviousData,
    getNextPageParam: (page: AuditPage) => (page.next === null ? undefined : Number(page.next)),
    queryFn: ({ pageParam, signal }) =>
      answerOf(
        client.GET("/api/v1/tenants/{tenant_id}/audit", {
          params: {
            path: { tenant_id: tenant },
            query: { ...search, ...(pageParam === 0 ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
  });

/** Where the browser fetches the same events as a file. */
export function exportAddress(tenant: TenantId, search: AuditSearch): string {
  const query = new URLSearchParams({ ...search }).toString();
  return `/api/v1/tenants/${tenant}/audit/export${query === "" ? "" : `?${query}`}`;
}
