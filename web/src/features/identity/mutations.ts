import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, done, newIdempotencyKey, rememberSession } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import { wipe } from "@/shared/kept/kept";
import { sessionQuery } from "@/shared/session/session";

export type Credentials = components["schemas"]["Credentials"];

/** Signs in, and learns which books there are before anything else is shown. */
export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials) => {
      rememberSession(await answerOf(client.POST("/api/v1/session", { body: credentials })));
      await learnTenants(queryClient);
    },
  });
}

/** Makes a tenant, which its maker owns, and learns of it. */
export function useCreateTenant() {
  const queryClient = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: (body: components["schemas"]["NewTenant"]) =>
      answerOf(
        client.POST("/api/v1/me/tenants", { params: { header: { "Idempotency-Key": key } }, body }),
      ),
    // Also of a refusal: the tenant may be there and its chart not, which the next press mends.
    onSettled: () => learnTenants(queryClient),
  });
}

/** Makes an account of who is invited; signing in comes after. */
export const useAcceptInvitation = () =>
  useMutation({
    mutationFn: (body: components["schemas"]["Acceptance"]) =>
      answerOf(client.POST("/api/v1/invitations/acceptance", { body })),
  });

/** Asks for a mail with the secret of a new password; the answer is everybody's. */
export const useAskForReset = () =>
  useMutation({
    mutationFn: (email: string) =>
      done(client.POST("/api/v1/password-resets", { body: { email } })),
  });

/** Sets a new password with that secret; signing in comes after. */
export const useConcludeReset = () =>
  useMutation({
    mutationFn: (body: components["schemas"]["ResetConclusion"]) =>
      done(client.POST("/api/v1/password-resets/conclusion", { body })),
  });

/** The same of who has an account and is signed in. */
export function useJoin() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (secret: string) =>
      answerOf(client.POST("/api/v1/me/memberships", { body: { secret } })),
    onSuccess: () => learnTenants(queryClient),
  });
}

const learnTenants = (queryClient: QueryClient) =>
  queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });

/** Signs out and forgets everything that was read: the next person at this browser sees none of it. */
export function useSignOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => done(client.DELETE("/api/v1/session")),
    onSuccess: async () => {
      await wipe().catch(() => undefined); // a browser that keeps nothing has nothing to wipe
      forgetEverything(queryClient);
    },
  });
}

function forgetEverything(queryClient: QueryClient): void {
  rememberSession(null);
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
