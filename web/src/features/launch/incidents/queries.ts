import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

import { launchQueries } from "../queries";

export type Incident = components["schemas"]["Incident"];
export type IncidentSeverity = components["schemas"]["IncidentSeverity"];
export type NewIncidentReport = components["schemas"]["NewIncidentReport"];

export const incidentsQuery = queryOptions({
  queryKey: [...launchQueries.root, "incidents"] as const,
  queryFn: async ({ signal }) =>
    (await answerOf(client.GET("/api/v1/launch/incidents", { signal }))).items,
});
