import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ProblemError } from "@/shared/api/problem";
import type { TenantId } from "@/shared/session/session";

import { isUnanswered, type Order, type Posted, send, waitBeforeAsking } from "./mutations";
import { journalQueries } from "./queries";

/** Where the post stands: nothing is shown as posted before the server says so. */
export type Standing = "idle" | "sending" | "unanswered" | "refused";

export interface Posting {
  standing: Standing;
  /** Why it was refused, or why there is no answer yet. */
  error: unknown;
  /** What is to be done when it is answered runs if the page is still there. */
  post: (
    order: Order,
    then: { onPosted: (posted: Posted) => void; onRefused: (error: Error) => void },
  ) => void;
  /** What was refused has been corrected. */
  reset: () => void;
}

function mayAskAgain(error: Error): boolean {
  const isSignedOut = error instanceof ProblemError && error.problem.status === 401;
  return isUnanswered(error) && !isSignedOut;
}

/** Posts an entry, asking the same question until it is answered; `onPosted` runs whether or not the page is still there. */
export function usePosting(tenant: TenantId, onPosted: () => Promise<void>): Posting {
  const queryClient = useQueryClient();
  const { mutate, status, failureReason, error, reset } = useMutation({
    mutationKey: [...journalQueries.root(tenant), "post"],
    networkMode: "always",
    mutationFn: (order: Order) => send(tenant, order),
    retry: (_attempt: number, failed: Error) => mayAskAgain(failed),
    retryDelay: waitBeforeAsking,
    onSuccess: async () => {
      await onPosted();
      // Journal, balances, reports, commodities: all that is of these books.
      void queryClient.invalidateQueries({
        queryKey: [tenant],
        predicate: ({ queryKey }) => !journalQueries.isOfDraft(queryKey),
      });
    },
  });
  const standing: Standing =
    status === "pending"
      ? failureReason === null
        ? "sending"
        : "unanswered"
      : status === "error"
        ? "refused"
        : "idle";
  return {
    standing,
    error: error ?? failureReason,
    post: (order, { onPosted: onSuccess, onRefused: onError }) =>
      mutate(order, { onSuccess, onError }),
    reset,
  };
}
