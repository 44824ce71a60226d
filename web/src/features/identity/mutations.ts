import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";

import { answerOf, client, done, rememberCsrfToken } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import { wipe } from "@/shared/kept/kept";
import { sessionQuery } from "@/shared/session/session";

export type Credentials = components["schemas"]["Credentials"];

/** Signs in, and learns which books there are before anything else is shown. */
export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (credentials: Credentials) => {
      const { csrf_token } = await answerOf(client.POST("/api/v1/session", { body: credentials }));
      rememberCsrfToken(csrf_token);
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    },
  });
}

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
  rememberCsrfToken(null);
  queryClient.clear();
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
