import { addDays, addMonths, type CivilDate, endOfMonth, startOfMonth } from "@/shared/date/civil";

export const presets = [
  "this-month",
  "last-month",
  "this-quarter",
  "last-quarter",
  "this-year",
  "last-year",
  "all",
] as const;

export type Preset = (typeof presets)[number];

/** Days of a report. Without a first day, from the first entry; without a last, up to the last one. */
export interface Range {
  from?: CivilDate | undefined;
  to?: CivilDate | undefined;
}

/** First day of the fiscal year that `date` is in; `start` is MM-DD. */
export function fiscalYearStart(date: CivilDate, start: string): CivilDate {
  const year = Number(date.slice(0, 4));
  const inSameYear = `${date.slice(0, 4)}-${start}`;
  return inSameYear <= date ? inSameYear : `${String(year - 1).padStart(4, "0")}-${start}`;
}

function quarterStart(date: CivilDate, start: string): CivilDate {
  const year = fiscalYearStart(date, start);
  const quarters = [9, 6, 3].map((later) => addMonths(year, later));
  return quarters.find((first) => first <= date) ?? year;
}

function months(from: CivilDate, count: number): Range {
  return { from, to: addDays(addMonths(from, count), -1) };
}

/** The days that a preset means today, in books whose fiscal year begins on `start` (MM-DD). */
export function rangeOf(preset: Preset, today: CivilDate, start: string): Range {
  switch (preset) {
    case "this-month":
      return { from: startOfMonth(today), to: endOfMonth(today) };
    case "last-month":
      return months(addMonths(startOfMonth(today), -1), 1);
    case "this-quarter":
      return months(quarterStart(today, start), 3);
    case "last-quarter":
      return months(addMonths(quarterStart(today, start), -3), 3);
    case "this-year":
      return months(fiscalYearStart(today, start), 12);
    case "last-year":
      return months(addMonths(fiscalYearStart(today, start), -12), 12);
    case "all":
      return {};
  }
}

/** The preset that means these days today; null where none does. */
export function presetOf(range: Range, today: CivilDate, start: string): Preset | null {
  return (
    presets.find((preset) => {
      const { from, to } = rangeOf(preset, today, start);
      return from === range.from && to === range.to;
    }) ?? null
  );
}
