import type { QueryClient } from "@tanstack/react-query";

import type { LiveMessage } from "@/shared/live/live";

import { extended } from "./course";
import { type OperationsSample, operationsQuery } from "./queries";

export const operationsEvents = { name: "accubooks-operations", address: "/api/v1/ops/events" };

function isSample(value: unknown): value is OperationsSample {
  return typeof value === "object" && value !== null && "seq" in value && "boot_id" in value;
}

/** What keeps the query new by what the stream says; where something was missed, or is refused, it is asked anew. */
export function following(queries: QueryClient): (message: LiveMessage) => void {
  const { queryKey } = operationsQuery;
  const askAnew = () => void queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  return (message) => {
    if (message.kind === "reset" || message.kind === "refused") askAnew();
    if (message.kind !== "event") return;
    const before = queries.getQueryData(queryKey);
    const sample: unknown = JSON.parse(message.data);
    if (before === undefined || !isSample(sample)) return;
    const after = extended(before, sample);
    if (after === null) askAnew();
    else queries.setQueryData(queryKey, after);
  };
}
