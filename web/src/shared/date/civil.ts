/**
 * An accounting date is the text `YYYY-MM-DD` and nothing else: it has no time, no zone, and never
 * becomes a `Date` on its way, so that no clock change and no zone can move it.
 */
export type CivilDate = string;

export type Parts = { year: number; month: number; day: number };

const FORM = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;

/** The parts of a day that exists, or null. */
export function partsOf(text: string): Parts | null {
  const match = FORM.exec(text);
  const parts = {
    year: Number(match?.[1]),
    month: Number(match?.[2]),
    day: Number(match?.[3]),
  };
  return match !== null && exists(parts) ? parts : null;
}

export function isCivilDate(text: string): boolean {
  return partsOf(text) !== null;
}

/** Years of four digits, as the text has room for. */
export function exists({ year, month, day }: Parts): boolean {
  return (
    year >= 1000 &&
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  );
}

export function civil({ year, month, day }: Parts): CivilDate {
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return dateOfDay(dayNumber(date) + days);
}

export function startOfMonth(date: CivilDate): CivilDate {
  return civil({ ...sure(date), day: 1 });
}

export function endOfMonth(date: CivilDate): CivilDate {
  const { year, month } = sure(date);
  return civil({ year, month, day: daysInMonth(year, month) });
}

export function startOfYear(date: CivilDate): CivilDate {
  return civil({ ...sure(date), month: 1, day: 1 });
}

export function endOfYear(date: CivilDate): CivilDate {
  return civil({ ...sure(date), month: 12, day: 31 });
}

/** The same day of another month, or that month's last. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  const { year, month, day } = sure(date);
  const index = year * 12 + month - 1 + months;
  const moved = { year: Math.floor(index / 12), month: (index % 12) + 1 };
  return civil({ ...moved, day: Math.min(day, daysInMonth(moved.year, moved.month)) });
}

/** 0 is Monday. */
export function weekday(date: CivilDate): number {
  return (((dayNumber(date) + 3) % 7) + 7) % 7;
}

export function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible date algorithms"). */
export function dayNumber(date: CivilDate): number {
  const { year, month, day } = sure(date);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

export function dateOfDay(number: number): CivilDate {
  const shifted = number + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((fromMarch + 2) % 12) + 1;
  return civil({
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  });
}

function sure(date: CivilDate): Parts {
  const parts = partsOf(date);
  if (parts === null) {
    throw new Error(`"${date}" is no date`);
  }
  return parts;
}

function padded(value: number, width: number): string {
  return value.toString().padStart(width, "0");
}
