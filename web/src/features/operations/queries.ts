import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

import { joined } from "./course";

type Schemas = components["schemas"];
export type Operations = Schemas["Operations"];
export type OperationsSample = Schemas["OperationsSample"];
export type OperationsPoint = Schemas["OperationsPoint"];
export type JudgedFigure = Schemas["JudgedFigure"];
export type Grade = Schemas["Grade"];

/** The newest sample and its course; the stream keeps it new from then on. */
export const operationsQuery = queryOptions({
  queryKey: ["operations"] as const,
  staleTime: Infinity,
  queryFn: async ({ signal, client: queries, queryKey }): Promise<Operations> => {
    const fresh = await answerOf(client.GET("/api/v1/ops", { signal }));
    return joined(queries.getQueryData<Operations>(queryKey), fresh);
  },
});
