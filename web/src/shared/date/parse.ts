import { addDays, civil, exists, partsOf, type CivilDate, type Parts } from "./civil";
import { orderOf, type Part } from "./format";

export type DateRefusal = "unreadable" | "no_such_day";

export type DateReading = { ok: true; date: CivilDate } | { ok: false; refusal: DateRefusal };

/**
 * The day that a person means: `2026-03-15` everywhere; `15` of the month that is shown; `15/3`,
 * `15.3.26`, `1503`, `150326`, `15032026` in the locale's order; `+5` and `-5` days from what is
 * shown. Nothing is moved to a day that exists: 31 in February is refused.
 */
export function parseDate(text: string, shown: CivilDate, locale: string): DateReading {
  const typed = text.trim().replace(/[./\s-]+$/u, "");
  const shift = /^([+-])([0-9]{1,4})$/.exec(typed);
  if (shift !== null) {
    const days = Number(shift[2]);
    return { ok: true, date: addDays(shown, shift[1] === "-" ? -days : days) };
  }
  const pieces = /^[0-9]{1,8}$/.test(typed)
    ? cut(typed, locale)
    : /^[0-9]+([./\s-]+[0-9]+){1,2}$/u.test(typed)
      ? typed.split(/[./\s-]+/u)
      : null;
  const parts = pieces === null ? null : arranged(pieces, shown, locale);
  if (parts === null) {
    return { ok: false, refusal: "unreadable" };
  }
  return exists(parts) ? { ok: true, date: civil(parts) } : { ok: false, refusal: "no_such_day" };
}

/** Digits without separators, two for each part; the year may have four. */
function cut(digits: string, locale: string): string[] | null {
  if (digits.length <= 2) {
    return [digits];
  }
  if (digits.length === 4) {
    return [digits.slice(0, 2), digits.slice(2)];
  }
  if (digits.length === 6) {
    return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  }
  if (digits.length === 8) {
    return orderOf(locale)[0] === "year"
      ? [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)]
      : [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  }
  return null;
}

function arranged(pieces: string[], shown: CivilDate, locale: string): Parts | null {
  const now = partsOf(shown);
  if (now === null) {
    return null;
  }
  const byLocale = orderOf(locale);
  const order: readonly Part[] =
    pieces.length === 1
      ? ["day"]
      : pieces.length === 2
        ? byLocale.filter((part) => part !== "year")
        : pieces[0]?.length === 4
          ? ["year", "month", "day"]
          : byLocale;
  const parts = { ...now };
  for (const [index, part] of order.entries()) {
    const piece = pieces[index] ?? "";
    const long = part === "year" && piece.length === 4;
    if (!long && piece.length > 2) {
      return null;
    }
    parts[part] = part === "year" && !long ? nearest(Number(piece), now.year) : Number(piece);
  }
  return parts;
}

/** The year that ends so and is less than fifty years away. */
function nearest(ending: number, year: number): number {
  const first = year - 49;
  return first + ((((ending - first) % 100) + 100) % 100);
}
