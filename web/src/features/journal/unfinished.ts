import { newIdempotencyKey } from "@/shared/api/client";
import { drop, keep, kept } from "@/shared/kept/kept";
import type { TenantId } from "@/shared/session/session";

import type { DraftRef } from "./drafts";
import type { EntryForm } from "./form";
import type { Order } from "./mutations";

/** An entry in the making, as this browser keeps it. */
export interface Unfinished {
  version: 1;
  form: EntryForm;
  /** Made when the editor opened; whatever happens to the page, the entry is posted under this one. */
  key: string;
  draft: DraftRef | null;
  /** What was sent and isn't answered yet, with the form's key of each of its lines. */
  order: { order: Order; lines: readonly number[] } | null;
}

export function begun(form: EntryForm, draft: DraftRef | null): Unfinished {
  return { version: 1, form, key: newIdempotencyKey(), draft, order: null };
}

/** Where it is kept: a new entry and each draft have a place of their own. */
export function placeFor(tenant: TenantId, user: string, draft: number | null): readonly string[] {
  return [String(tenant), user, draft === null ? "new entry" : `draft ${draft}`];
}

export const keepUnfinished = (place: readonly string[], value: Unfinished): Promise<void> =>
  keep(place, value);

export const dropUnfinished = (place: readonly string[]): Promise<void> => drop(place);

/** What is kept there; null where nothing is, or what an older version of this program kept. */
export async function keptUnfinished(place: readonly string[]): Promise<Unfinished | null> {
  const value = await kept(place);
  return isUnfinished(value) ? value : null;
}

function isUnfinished(value: unknown): value is Unfinished {
  return typeof value === "object" && value !== null && "version" in value && value.version === 1;
}
