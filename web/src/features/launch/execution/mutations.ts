import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, newIdempotencyKey } from "@/shared/api/client";

import { launchQueries } from "../queries";
import type { Intent } from "./rights";

/** Says what becomes of the execution under way. */
export function useSteer(change: string) {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: ({ intent, reason }: { intent: Intent; reason: string }) =>
      answerOf(
        client.POST("/api/v1/launch/changes/{change}/intents", {
          params: { path: { change }, header: { "Idempotency-Key": key } },
          body: { intent, reason },
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: launchQueries.root }),
        queries.invalidateQueries({ queryKey: ["launch-view"] }),
      ]),
  });
}

export interface WantedStart {
  rehearsal: boolean;
  timeScale: number;
  /** Why outside of the change window; empty inside. */
  override: string;
}

/** Carries the approved revision out, or rehearses it. */
export function useStart(change: string) {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: ({ rehearsal, timeScale, override }: WantedStart) =>
      answerOf(
        client.POST("/api/v1/launch/changes/{change}/executions", {
          params: { path: { change }, header: { "Idempotency-Key": key } },
          body: {
            rehearsal,
            ...(rehearsal ? { time_scale: timeScale } : {}),
            ...(override === "" ? {} : { override_window: override }),
          },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: launchQueries.root }),
  });
}
