import { queryOptions, useQuery } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

import { keysOf } from "./keyStore";
import { type BrowserKey, canSign } from "./signing";

export type PersonalKey = components["schemas"]["PersonalKey"];

/** My keys as the server knows them, revoked ones too. */
export const personalKeysQuery = queryOptions({
  queryKey: ["me", "keys"] as const,
  queryFn: async ({ signal }) => (await answerOf(client.GET("/api/v1/me/keys", { signal }))).items,
});

/** My keys in this browser, whether the server knows them or not. */
export const browserKeysQuery = (userId: string) =>
  queryOptions({
    queryKey: ["browser-keys", userId] as const,
    queryFn: () => (canSign() ? keysOf(userId) : []),
    staleTime: Infinity,
  });

/** The keys that I can sign with here: in this browser, enrolled and not revoked. Undefined while it isn't known. */
export function useSigningKeys(userId: string): readonly BrowserKey[] | undefined {
  const { data: known } = useQuery(personalKeysQuery);
  const { data: here } = useQuery(browserKeysQuery(userId));
  if (known === undefined || here === undefined) return undefined;
  const good = new Set(known.filter((key) => key.revoked_at === null).map((key) => key.key_id));
  return here.filter((key) => good.has(key.keyId));
}
