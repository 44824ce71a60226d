import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";
import { NoAnswerError, ProblemError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";

import type { NewEntry } from "./body";

export type Posted = components["schemas"]["Posted"];
export type NewReversal = components["schemas"]["NewReversal"];

/** What is sent, as it was sent first: asked again, it is the same thing and posts nothing twice. */
export type Order =
  | { what: "entry"; key: string; entry: NewEntry }
  /** A draft is posted once, however often it is asked for. */
  | { what: "draft"; id: number; etag: string };

export function send(tenant: TenantId, order: Order): Promise<Posted> {
  return order.what === "entry"
    ? answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/journal-entries", {
          params: { path: { tenant_id: tenant }, header: { "Idempotency-Key": order.key } },
          body: order.entry,
        }),
      )
    : answerOf(
        client.POST("/api/v1/tenants/{tenant_id}/drafts/{draft_id}/posting", {
          params: {
            path: { tenant_id: tenant, draft_id: order.id },
            header: { "If-Match": order.etag },
          },
        }),
      );
}

export function reverse(
  tenant: TenantId,
  number: number,
  key: string,
  body: NewReversal,
): Promise<Posted> {
  return answerOf(
    client.POST("/api/v1/tenants/{tenant_id}/journal-entries/{number}/reversal", {
      params: { path: { tenant_id: tenant, number }, header: { "Idempotency-Key": key } },
      body,
    }),
  );
}

/**
 * Whether the order may have been carried out all the same: then nothing else may be sent until the
 * same question is answered. A refusal is an answer; a lost one, a busy or failing server isn't.
 */
export function isUnanswered(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return (
    error instanceof ProblemError && (error.problem.status >= 500 || error.problem.status === 401)
  );
}

const WAITS_MS = [1000, 2000, 4000, 8000];

/** How long to wait before the same question is asked again. */
export function waitBeforeAsking(attempt: number, error: unknown): number {
  const asked = error instanceof ProblemError ? error.retryAfterSeconds : null;
  return asked === null ? (WAITS_MS[attempt] ?? 15_000) : asked * 1000;
}
