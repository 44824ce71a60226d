import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { TenantId } from "@/shared/session/session";

export type Member = components["schemas"]["Member"];
export type Invitation = components["schemas"]["Invitation"];
export type Token = components["schemas"]["Token"];

/** As many as a page of the API has; a tenant with more people than this is managed by a program. */
const limit = 1000;

const everything = (tenant: TenantId) => ({
  params: { path: { tenant_id: tenant }, query: { limit } },
});

export const peopleQueries = {
  root: (tenant: TenantId) => [tenant, "people"] as const,

  members: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...peopleQueries.root(tenant), "members"] as const,
      queryFn: async ({ signal }) =>
        (
          await answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/members", { ...everything(tenant), signal }),
          )
        ).items,
    }),

  invitations: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...peopleQueries.root(tenant), "invitations"] as const,
      queryFn: async ({ signal }) =>
        (
          await answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/invitations", {
              ...everything(tenant),
              signal,
            }),
          )
        ).items,
    }),

  tokens: (tenant: TenantId) =>
    queryOptions({
      queryKey: [...peopleQueries.root(tenant), "tokens"] as const,
      queryFn: async ({ signal }) =>
        (
          await answerOf(
            client.GET("/api/v1/tenants/{tenant_id}/tokens", { ...everything(tenant), signal }),
          )
        ).items,
    }),
};
