import { type CivilDate, isCivilDate } from "@/shared/date/civil";

import { type Range, rangeOf } from "./ranges";

/** What a report's URL says; whatever it doesn't say is as it usually is. */
export interface ReportSearch {
  /** "start" is the first entry; nothing, the usual first day. */
  from?: CivilDate | "start";
  /** "end" is the last entry; nothing, the usual last day. */
  to?: CivilDate | "end";
  /** Columns of before, beside. */
  compare?: number;
  /** Those are the same days of the months, quarters or years before instead of the periods before. */
  every?: Every;
  /** NAME=VALUE, all of which an entry must have. */
  tag?: string[];
  /** The books as they stood with this entry as their last. */
  known?: number;
  closing?: "include" | "exclude";
}

export const everies = ["month", "quarter", "year"] as const;
export type Every = (typeof everies)[number];

const COMPARE_MAX = 12;

function isWhole(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1 && value <= max;
}

function day<T extends string>(value: unknown, word: T): CivilDate | T | undefined {
  if (value === word) return word;
  return typeof value === "string" && isCivilDate(value) ? value : undefined;
}

/** Reads a URL's search; what makes no sense counts as not said. */
export function reportSearch(search: Record<string, unknown>): ReportSearch {
  const from = day(search["from"], "start");
  const to = day(search["to"], "end");
  const { compare, known, closing } = search;
  const every = everies.find((one) => one === search["every"]);
  const given: unknown[] = Array.isArray(search["tag"]) ? search["tag"] : [];
  const tag = given.filter((one) => typeof one === "string" && /^[^=]+=/.test(one)).map(String);
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(isWhole(compare, COMPARE_MAX) ? { compare } : {}),
    ...(every === undefined ? {} : { every }),
    ...(tag.length > 0 ? { tag } : {}),
    ...(isWhole(known, Number.MAX_SAFE_INTEGER) ? { known } : {}),
    ...(closing === "include" || closing === "exclude" ? { closing } : {}),
  };
}

/** The days of a report: those of the URL, otherwise the fiscal year that it is. */
export function rangeIn({ from, to }: ReportSearch, today: CivilDate, yearStart: string): Range {
  if (from === undefined && to === undefined) return rangeOf("this-year", today, yearStart);
  return {
    ...(from === undefined || from === "start" ? {} : { from }),
    ...(to === undefined || to === "end" ? {} : { to }),
  };
}

/** The search that says these days. */
export function searchOf({ from, to }: Range): Pick<ReportSearch, "from" | "to"> {
  return { from: from ?? "start", to: to ?? "end" };
}

/** What the server is asked, without the days. */
export function questionOf({ compare, every, tag, known, closing }: ReportSearch) {
  return {
    ...(compare === undefined ? {} : { compare }),
    ...(compare !== undefined && every !== undefined ? { compare_with: every } : {}),
    ...(tag === undefined ? {} : { tag }),
    ...(known === undefined ? {} : { known_at: known }),
    ...(closing === undefined ? {} : { closing }),
  };
}
