import { dayNumber, type CivilDate } from "./civil";

export type Part = "year" | "month" | "day";

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale, {
      calendar: "gregory",
      numberingSystem: "latn",
      ...options,
    });
    formats.set(key, found);
  }
  return found;
}

/** Midnight UTC of the day, only ever formatted in UTC. */
function utc(date: CivilDate): number {
  return dayNumber(date) * DAY_MS;
}

/** In the locale's short numeric form; what this writes, `parseDate` reads. */
export function formatDate(date: CivilDate, locale: string): string {
  return format(locale, {
    timeZone: "UTC",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(utc(date));
}

/** As `15 Mar 2026` in the locale's words. */
export function formatDateLong(date: CivilDate, locale: string): string {
  return format(locale, {
    timeZone: "UTC",
    year: "numeric",
    month: "short",
    day: "numeric",
  }).format(utc(date));
}

export function weekdayName(date: CivilDate, locale: string): string {
  return format(locale, { timeZone: "UTC", weekday: "short" }).format(utc(date));
}

export function monthName(date: CivilDate, locale: string): string {
  return format(locale, { timeZone: "UTC", year: "numeric", month: "long" }).format(utc(date));
}

/** In which order the locale writes the parts of a day. */
export function orderOf(locale: string): readonly Part[] {
  return format(locale, { timeZone: "UTC", year: "numeric", month: "2-digit", day: "2-digit" })
    .formatToParts(0)
    .flatMap(({ type }) => (type === "year" || type === "month" || type === "day" ? [type] : []));
}

/** The day it is in `zone` at an instant: whose books, whose day. */
export function todayIn(zone: string, now: number): CivilDate {
  const parts = new Map(
    format("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  return `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
}

/** An instant both ways: in UTC, as the books have it, and in `zone`. */
export function formatInstant(
  instant: string,
  locale: string,
  zone: string,
): { utc: string; local: string } {
  const options = { dateStyle: "medium", timeStyle: "medium" } as const;
  const at = Date.parse(instant);
  return {
    utc: format(locale, { timeZone: "UTC", ...options }).format(at),
    local: format(locale, { timeZone: zone, ...options }).format(at),
  };
}
