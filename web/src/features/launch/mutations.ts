import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, newIdempotencyKey } from "@/shared/api/client";
import { envelopeJson } from "@/shared/proof/envelope";
import { type BrowserKey, signStatement } from "@/shared/signing/signing";

import { type Decision, decisionStatement, type Verb } from "./decision/statement";
import { type Change, launchQueries, type SeenPayload } from "./queries";

/** Made once per form, so that a repeated press can't act twice. */
function useIdempotencyKey(): string {
  const [key] = useState(newIdempotencyKey);
  return key;
}

/** Everything of the launch is looked at anew once something was done to it. */
function useLaunchMutation<In, Out>(act: (wanted: In, key: string) => Promise<Out>) {
  const queries = useQueryClient();
  const key = useIdempotencyKey();
  return useMutation({
    mutationFn: (wanted: In) => act(wanted, key),
    onSettled: () => queries.invalidateQueries({ queryKey: launchQueries.root }),
  });
}

export interface WantedDecision {
  verb: Verb;
  /** What was drawn: only a decision about these bytes is signed. */
  seen: SeenPayload;
  key: BrowserKey;
  text: string;
  deferUntil: string | null;
  conditions: readonly string[];
}

/** The revision was edited while the dialog was open: what was read isn't what would be signed. */
export class EditedError extends Error {}

function decisionFor(change: Change, wanted: WantedDecision): Decision {
  const { payload, sha256 } = wanted.seen;
  if (change.revision !== payload.revision || change.sha256 !== sha256) {
    throw new EditedError();
  }
  return {
    verb: wanted.verb,
    change: payload.change,
    revision: payload.revision,
    sha256,
    role: payload.policy.approver,
    approver: { id: change.you.user_id, name: change.you.name },
    keyId: wanted.key.keyId,
    now: change.now,
    validSeconds: payload.policy.validSeconds,
    text: wanted.text,
    deferUntil: wanted.deferUntil,
    conditions: wanted.conditions,
  };
}

/** Signs and sends; the server's clock says from when the decision is good. */
export function useDecide(change: string) {
  const path = { change };
  return useLaunchMutation(async (wanted: WantedDecision, key) => {
    const now = await answerOf(client.GET("/api/v1/launch/changes/{change}", { params: { path } }));
    const statement = decisionStatement(decisionFor(now, wanted));
    const envelope = envelopeJson(await signStatement(statement, wanted.key));
    return answerOf(
      client.POST("/api/v1/launch/changes/{change}/decisions", {
        params: { path, header: { "Idempotency-Key": key } },
        body: { envelope },
      }),
    );
  });
}

export function useWithdraw(change: string) {
  return useLaunchMutation((reason: string, key) =>
    answerOf(
      client.POST("/api/v1/launch/changes/{change}/withdrawal", {
        params: { path: { change }, header: { "Idempotency-Key": key } },
        body: { reason },
      }),
    ),
  );
}

export function useAcknowledge(change: string) {
  return useLaunchMutation((revision: number, key) =>
    answerOf(
      client.POST("/api/v1/launch/changes/{change}/acknowledgement", {
        params: { path: { change }, header: { "Idempotency-Key": key } },
        body: { revision },
      }),
    ),
  );
}

export interface WantedRequest {
  phase: Change["phase"];
  note: string;
}

export function useRequestChange() {
  return useLaunchMutation(({ phase, note }: WantedRequest, key) =>
    answerOf(
      client.POST("/api/v1/launch/changes", {
        params: { header: { "Idempotency-Key": key } },
        body: { phase, ...(note === "" ? {} : { note }) },
      }),
    ),
  );
}
