import { addDays, endOfMonth, endOfYear, startOfMonth, startOfYear, type CivilDate } from "./civil";

const STEPS: Record<string, (date: CivilDate, today: CivilDate) => CivilDate> = {
  t: (_date, today) => today,
  "+": (date) => addDays(date, 1),
  "-": (date) => addDays(date, -1),
  m: startOfMonth,
  h: endOfMonth,
  y: startOfYear,
  r: endOfYear,
};

/** What a date field holds: what is typed, and the day that it stands on meanwhile. */
export type DateEntry = {
  text: string;
  date: CivilDate;
  /** The day before the last `+` or `-`, from which `+5` counts. */
  stepped: { sign: "+" | "-"; from: CivilDate } | null;
};

export type KeyPress = {
  key: string;
  /** Whether the next character takes the place of all text, as after a step or on arrival. */
  replaces: boolean;
};

/**
 * The keys bookkeepers know from elsewhere: `t` today, `+` `-` a day, `m` `h` start and end of the
 * month, `y` `r` of the year. Null if the key isn't one of them and is text like any other.
 *
 * `+` acts at once, and still `+5` means five days: a digit after it takes the step back.
 */
export function pressDateKey(
  field: DateEntry,
  { key, replaces }: KeyPress,
  today: CivilDate,
  show: (date: CivilDate) => string,
): DateEntry | null {
  if (field.stepped !== null && replaces && /^[0-9]$/.test(key)) {
    const { sign, from } = field.stepped;
    return { text: sign + key, date: from, stepped: null };
  }
  const step = STEPS[key.toLowerCase()];
  if (step === undefined || !(replaces || field.text === "")) {
    return null;
  }
  const date = step(field.date, today);
  const stepped = key === "+" || key === "-" ? ({ sign: key, from: field.date } as const) : null;
  return { text: show(date), date, stepped };
}
