import { QueryClient } from "@tanstack/react-query";

import { ProblemError } from "./problem";

/** Asks again only where the server may not have seen the question, or says that it is busy. */
function mayRetry(failures: number, error: Error): boolean {
  if (failures >= 2) return false;
  return !(error instanceof ProblemError) || error.problem.status === 503;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: mayRetry,
        retryDelay: (attempt, error) =>
          error instanceof ProblemError && error.retryAfterSeconds !== null
            ? error.retryAfterSeconds * 1000
            : 500 * 2 ** attempt,
      },
      // Writes are repeated by people, who see what happened; the idempotency key keeps that safe.
      mutations: { retry: false },
    },
  });
}
