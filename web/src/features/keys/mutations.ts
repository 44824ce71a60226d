import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, done } from "@/shared/api/client";
import { envelopeJson } from "@/shared/proof/envelope";
import { instantOf } from "@/shared/proof/instant";
import { askToPersist, forgetKey, keepKey } from "@/shared/signing/keyStore";
import { browserKeysQuery, personalKeysQuery } from "@/shared/signing/queries";
import { type BrowserKey, makeKey, signStatement } from "@/shared/signing/signing";

import { possessionStatement } from "./possession";

/** A key that was made for one enrolment: another code is tried with the same one. */
function useNewKey(userId: string): () => Promise<BrowserKey> {
  const [made] = useState<{ key: Promise<BrowserKey> | null }>({ key: null });
  return () => (made.key ??= makeKey(userId, instantOf(new Date())));
}

/** Makes a key here, has it enrolled, and keeps it; whether the browser promised to keep it too. */
export function useEnrolKey(userId: string) {
  const queries = useQueryClient();
  const newKey = useNewKey(userId);
  return useMutation({
    mutationFn: async (code: string) => {
      const key = await newKey();
      const envelope = envelopeJson(await signStatement(possessionStatement(key), key));
      await keepKey(key);
      try {
        await answerOf(client.POST("/api/v1/me/keys", { body: { code, envelope } }));
      } catch (error) {
        await forgetKey(key);
        throw error;
      }
      return { keyId: key.keyId, isPersistent: await askToPersist() };
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: personalKeysQuery.queryKey }),
        queries.invalidateQueries({ queryKey: browserKeysQuery(userId).queryKey }),
      ]),
  });
}

export function useRevokeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ keyId, reason }: { keyId: string; reason: string }) =>
      done(
        client.POST("/api/v1/me/keys/{key_id}/revocation", {
          params: { path: { key_id: keyId } },
          body: { reason },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: personalKeysQuery.queryKey }),
  });
}
