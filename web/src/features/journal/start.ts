import { queryOptions } from "@tanstack/react-query";

import type { AccountIndex } from "@/shared/accounts/match";
import { formatDate } from "@/shared/date/format";
import type { TenantId } from "@/shared/session/session";

import { formOf } from "./body";
import { readDraft } from "./drafts";
import { newForm, type Terms } from "./form";
import { journalQueries } from "./queries";
import { begun, keptUnfinished, placeFor, type Unfinished } from "./unfinished";

export interface Beginning {
  tenant: TenantId;
  user: string;
  draft: number | null;
  /** The day that an empty entry has. */
  day: string;
  index: AccountIndex;
  terms: Terms;
}

/** What the editor begins with: what this browser kept, else the draft, else an empty entry. */
export const startQuery = (of: Beginning) =>
  queryOptions({
    queryKey: [...journalQueries.root(of.tenant), "start", of.user, of.draft] as const,
    // Once for each editor that is opened: an editor's own state is newer than anything read later.
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async (): Promise<Unfinished> => {
      const kept = await keptUnfinished(placeFor(of.tenant, of.user, of.draft)).catch(() => null);
      if (kept !== null) return kept;
      if (of.draft === null) {
        const date = { text: formatDate(of.day, of.terms.locale), date: of.day, stepped: null };
        return begun(newForm(date, of.terms.base), null);
      }
      const { ref, entry } = await readDraft(of.tenant, of.draft);
      return begun(formOf(entry, of.day, of.index, of.terms), ref);
    },
  });
