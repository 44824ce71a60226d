import { queryOptions } from "@tanstack/react-query";

import { answerOf, client } from "@/shared/api/client";
import type { components } from "@/shared/api/schema";

import { launchQueries } from "../queries";
import { extended, type Series } from "./series";

type Schemas = components["schemas"];
export type ExecutionView = Schemas["ExecutionView"];
export type ExecutionHistory = Schemas["ExecutionHistory"];
export type ExecutionState = Schemas["ExecutionState"];
export type ViewedCriterion = Schemas["ViewedCriterion"];

/** A view, and what was seen of its criteria since the page was opened. */
export interface WatchedView {
  view: ExecutionView;
  series: Series;
}

const everyMs = 1000;

/** How an execution stands, each second until it has ended. */
export const viewQuery = (execution: number) =>
  queryOptions({
    // Apart from the launch's other queries: it is asked for each second anyway.
    queryKey: ["launch-view", execution] as const,
    queryFn: async ({ signal, client: queries, queryKey }): Promise<WatchedView> => {
      const before = queries.getQueryData<WatchedView>(queryKey);
      const view = await answerOf(
        client.GET("/api/v1/launch/executions/{execution}/view", {
          params: { path: { execution } },
          signal,
        }),
      );
      return { view, series: extended(before?.series ?? {}, view) };
    },
    refetchInterval: ({ state }) => (state.data?.view.execution.ended === true ? false : everyMs),
    staleTime: everyMs,
  });

export const historyQuery = (execution: number) =>
  queryOptions({
    queryKey: [...launchQueries.root, "execution", execution] as const,
    queryFn: ({ signal }) =>
      answerOf(
        client.GET("/api/v1/launch/executions/{execution}", {
          params: { path: { execution } },
          signal,
        }),
      ),
  });
