import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answerOf, client, newIdempotencyKey } from "@/shared/api/client";

import { launchQueries } from "../queries";
import type { IncidentSeverity, NewIncidentReport } from "./queries";

export interface WantedIncident {
  severity: IncidentSeverity;
  title: string;
}

export function useFileIncident() {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: (body: WantedIncident) =>
      answerOf(
        client.POST("/api/v1/launch/incidents", {
          params: { header: { "Idempotency-Key": key } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: launchQueries.root }),
  });
}

export function useCloseIncident(incident: string) {
  const queries = useQueryClient();
  const [key] = useState(newIdempotencyKey);
  return useMutation({
    mutationFn: (body: NewIncidentReport) =>
      answerOf(
        client.POST("/api/v1/launch/incidents/{incident}/report", {
          params: { path: { incident }, header: { "Idempotency-Key": key } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: launchQueries.root }),
  });
}
