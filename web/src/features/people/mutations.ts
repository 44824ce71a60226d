import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, done, newIdempotencyKey } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import type { Role, TenantId } from "@/shared/session/session";

import { peopleQueries } from "./queries";

type NewInvitation = components["schemas"]["NewInvitation"];
type NewToken = components["schemas"]["NewToken"];

/** What every write here does: sends a key that one form keeps, and has the lists read again. */
function useWrite<Input, Answer>(
  tenant: TenantId,
  write: (input: Input, key: string) => Promise<Answer>,
) {
  const queryClient = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: (input: Input) => write(input, key),
    onSettled: () => queryClient.invalidateQueries({ queryKey: peopleQueries.root(tenant) }),
  });
}

const header = (key: string) => ({ "Idempotency-Key": key });

export const useInvite = (tenant: TenantId) =>
  useWrite(tenant, (body: NewInvitation, key) =>
    answerOf(
      client.POST("/api/v1/tenants/{tenant_id}/invitations", {
        params: { path: { tenant_id: tenant }, header: header(key) },
        body,
      }),
    ),
  );

export const useWithdraw = (tenant: TenantId, invitation: string) =>
  useWrite(tenant, (_: void, key) =>
    done(
      client.DELETE("/api/v1/tenants/{tenant_id}/invitations/{invitation_id}", {
        params: { path: { tenant_id: tenant, invitation_id: invitation }, header: header(key) },
      }),
    ),
  );

/** One key for each role that is tried: the same role again is the same request. */
export const useChangeRole = (tenant: TenantId, member: string) =>
  useWrite(tenant, (role: Role, key) =>
    answerOf(
      client.PATCH("/api/v1/tenants/{tenant_id}/members/{user_id}", {
        params: { path: { tenant_id: tenant, user_id: member }, header: header(`${key}-${role}`) },
        body: { role },
      }),
    ),
  );

export const useRemoveMember = (tenant: TenantId, member: string) =>
  useWrite(tenant, (_: void, key) =>
    done(
      client.DELETE("/api/v1/tenants/{tenant_id}/members/{user_id}", {
        params: { path: { tenant_id: tenant, user_id: member }, header: header(key) },
      }),
    ),
  );

export const useMakeToken = (tenant: TenantId) =>
  useWrite(tenant, (body: NewToken, key) =>
    answerOf(
      client.POST("/api/v1/tenants/{tenant_id}/tokens", {
        params: { path: { tenant_id: tenant }, header: header(key) },
        body,
      }),
    ),
  );

export const useRevokeToken = (tenant: TenantId, token: string) =>
  useWrite(tenant, (_: void, key) =>
    done(
      client.DELETE("/api/v1/tenants/{tenant_id}/tokens/{token_id}", {
        params: { path: { tenant_id: tenant, token_id: token }, header: header(key) },
      }),
    ),
  );
