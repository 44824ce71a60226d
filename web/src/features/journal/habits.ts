import { queryOptions } from "@tanstack/react-query";

import type { AccountId } from "@/shared/accounts/accounts";
import type { TenantId } from "@/shared/session/session";

import { dayOf, type EntryForm, type Terms } from "./form";

/** What the next entry begins with, of what was posted while the program is open. */
export interface Habits {
  lastDate: string | null;
  /** The accounts posted to, the last first. */
  recent: readonly AccountId[];
}

export const NO_HABITS: Habits = { lastDate: null, recent: [] };
const RECENT_MAX = 20;

/** Kept beside what comes from the server, and gone with the page. */
export const habitsQuery = (tenant: TenantId) =>
  queryOptions({
    queryKey: [tenant, "habits"] as const,
    queryFn: () => NO_HABITS,
    staleTime: Infinity,
    gcTime: Infinity,
  });

export function habitsAfter(before: Habits, form: EntryForm, terms: Terms): Habits {
  const used = form.lines.flatMap(({ account }) => (account.id === null ? [] : [account.id]));
  return {
    lastDate: dayOf(form, terms),
    recent: [...new Set([...used, ...before.recent])].slice(0, RECENT_MAX),
  };
}
