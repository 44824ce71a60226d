import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answerOf, client, done } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import { calendarQuery } from "@/shared/calendar/calendar";
import { sessionQuery, type TenantId } from "@/shared/session/session";

import { secondFactorQuery, sessionsQuery } from "./queries";

export type Proof = components["schemas"]["PersonalProof"];

/** A write after which these are read again, whatever came of it. */
function useWrite<Input, Answer>(
  write: (input: Input) => Promise<Answer>,
  ...stale: readonly (readonly unknown[])[]
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSettled: () =>
      Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

/** Whatever names the person is read again: a name may stand anywhere. */
export const useRename = () =>
  useWrite((name: string) => answerOf(client.PATCH("/api/v1/me", { body: { name } })), []);

export const useChangePassword = () =>
  useWrite(
    (body: components["schemas"]["PasswordChange"]) =>
      done(client.POST("/api/v1/me/password", { body })),
    sessionsQuery.queryKey,
  );

export const useEndSession = () =>
  useWrite(
    (session: string) =>
      done(
        client.DELETE("/api/v1/me/sessions/{session_id}", {
          params: { path: { session_id: session } },
        }),
      ),
    sessionsQuery.queryKey,
  );

export const useBeginFactor = () =>
  useWrite((body: Proof) => answerOf(client.POST("/api/v1/me/second-factor/enrolment", { body })));

export const useConcludeFactor = () =>
  useWrite(
    (body: components["schemas"]["EnrolmentEnd"]) =>
      answerOf(client.POST("/api/v1/me/second-factor", { body })),
    secondFactorQuery.queryKey,
  );

export const useRemoveFactor = () =>
  useWrite(
    (body: Proof) => done(client.POST("/api/v1/me/second-factor/removal", { body })),
    secondFactorQuery.queryKey,
  );

export const useRenameTenant = (tenant: TenantId) =>
  useWrite(
    (name: string) =>
      answerOf(
        client.PATCH("/api/v1/tenants/{tenant_id}", {
          params: { path: { tenant_id: tenant } },
          body: { name },
        }),
      ),
    sessionQuery.queryKey,
  );

export const useSetCalendar = (tenant: TenantId) =>
  useWrite(
    (body: components["schemas"]["NewCalendar"]) =>
      answerOf(
        client.PUT("/api/v1/tenants/{tenant_id}/calendar", {
          params: { path: { tenant_id: tenant } },
          body,
        }),
      ),
    calendarQuery(tenant).queryKey,
  );
