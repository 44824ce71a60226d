import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { isCivilDate } from "@/shared/date/civil";
import { defineText } from "@/shared/text/text";

import { tenantRoute } from "../layouts";
import type { RailItem } from "../shell/rail";

/** What the journal's address says; what can't be meant is left out. */
interface JournalSearch {
  from?: string;
  to?: string;
  account?: number;
  amount?: string;
  text?: string;
  tag?: string;
  status?: "drafts";
}

const isId = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0;

function journalSearch(raw: Record<string, unknown>): JournalSearch {
  const search: JournalSearch = {};
  for (const name of ["from", "to"] as const) {
    const value = raw[name];
    if (typeof value === "string" && isCivilDate(value)) search[name] = value;
  }
  if (isId(raw["account"])) search.account = raw["account"];
  const amount = String(raw["amount"] ?? "");
  if (/^[0-9]+(\.[0-9]*)?$/.test(amount)) search.amount = amount;
  const text = String(raw["text"] ?? "");
  if (text !== "" && text.length <= 200) search.text = text;
  const tag = String(raw["tag"] ?? "");
  if (/^[^=]+=/.test(tag)) search.tag = tag;
  if (raw["status"] === "drafts") search.status = "drafts";
  return search;
}

export const journalRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "journal",
  validateSearch: journalSearch,
  component: lazyRouteComponent(() => import("./JournalPage"), "JournalPage"),
});

export const newEntryRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "journal/new",
  validateSearch: (raw: Record<string, unknown>): { draft?: number } =>
    isId(raw["draft"]) ? { draft: raw["draft"] } : {},
  component: lazyRouteComponent(() => import("./NewEntryPage"), "NewEntryPage"),
});

export const entryRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "journal/$number",
  params: {
    parse: ({ number }) => ({ number: Number(number) }),
    stringify: ({ number }) => ({ number: String(number) }),
  },
  component: lazyRouteComponent(() => import("./EntryPage"), "EntryPage"),
});

export const journalRoutes = [journalRoute, newEntryRoute, entryRoute] as const;

export const journalRail: readonly RailItem[] = [
  {
    to: "/t/$tenant/journal",
    label: defineText({ en: "Journal", de: "Journal" }),
    keys: "g j",
    exact: true,
  },
  {
    to: "/t/$tenant/journal/new",
    label: defineText({ en: "New entry", de: "Neue Buchung" }),
    permission: "journal.post",
    keys: "n",
    isTypedInto: true,
  },
];
