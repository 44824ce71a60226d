import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { seeded } from "../testing/seeded";
import {
  addDays,
  addMonths,
  dateOfDay,
  dayNumber,
  endOfMonth,
  isCivilDate,
  weekday,
} from "./civil";
import { formatDate, formatDateLong, todayIn, weekdayName } from "./format";
import { parseDate } from "./parse";
import { pressDateKey, type DateEntry } from "./steps";

const LOCALES = ["en-US", "en-GB", "de-DE", "de-CH", "fr-FR", "en-IN", "ja-JP"];

/** The machine's zone, what it is ahead of UTC in January, and instants beside its clock changes. */
const ZONES: [zone: string, minutes: number, instants: string[]][] = [
  ["UTC", 0, ["2026-03-15T12:00:00Z"]],
  ["Pacific/Kiritimati", 840, ["2026-03-15T12:00:00Z"]],
  [
    "America/Los_Angeles",
    -480,
    [
      "2026-03-08T09:59:59Z", // 01:59:59 PST, an hour is about to be missing
      "2026-03-08T10:00:00Z",
      "2026-11-01T08:30:00Z", // 01:30 PDT, an hour is about to come twice
      "2026-11-01T09:30:00Z",
    ],
  ],
];

for (const [zone, minutes, instants] of ZONES) {
  for (const instant of instants) {
    describe(`dates on a machine in ${zone} at ${instant}`, () => {
      const before = process.env["TZ"];
      beforeAll(() => {
        process.env["TZ"] = zone;
        vi.useFakeTimers({ now: Date.parse(instant), toFake: ["Date"] });
      });
      afterAll(() => {
        vi.useRealTimers();
        process.env["TZ"] = before;
      });
      test("the machine is there, or the others would prove nothing", () => {
        expect(new Date("2026-01-15T00:00:00Z").getTimezoneOffset()).toBe(0 - minutes);
        expect(Date.now()).toBe(Date.parse(instant));
      });
      suite();
    });
  }
}

function suite(): void {
  test.each([
    ["2026-03-15", true],
    ["2024-02-29", true],
    ["2026-02-29", false],
    ["1900-02-29", false],
    ["2026-13-01", false],
    ["2026-3-15", false],
    ["2026-03-15T00:00:00Z", false],
    ["0999-01-01", false],
  ])("%s is a day: %s", (text, is) => {
    expect(isCivilDate(text)).toBe(is);
  });

  test("every day of 1900 to 2199 follows the one before", () => {
    let date = "1900-01-01";
    for (let number = dayNumber(date); date < "2200-01-01"; number += 1) {
      if (!isCivilDate(date) || dateOfDay(number) !== date || dayNumber(date) !== number) {
        throw new Error(date);
      }
      date = addDays(date, 1);
    }
    expect(date).toBe("2200-01-01");
  });

  test("days are counted from 1970, weeks begin on Monday", () => {
    expect(dayNumber("1970-01-01")).toBe(0);
    expect(dayNumber("2000-03-01")).toBe(11017);
    expect(weekday("2026-03-15")).toBe(6);
    expect(weekday("1969-12-29")).toBe(0);
  });

  test("months end where they end", () => {
    expect(endOfMonth("2024-02-10")).toBe("2024-02-29");
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
    expect(addMonths("2026-01-31", -2)).toBe("2025-11-30");
    expect(addMonths("2026-12-15", 1)).toBe("2027-01-15");
  });

  test.each([
    ["en-US", "03/08/2026"],
    ["de-DE", "08.03.2026"],
    ["fr-FR", "08/03/2026"],
    ["ja-JP", "2026/03/08"],
  ])("is shown in %s as %s", (locale, shown) => {
    expect(formatDate("2026-03-08", locale)).toBe(shown);
  });

  test("is shown by its own weekday, whatever the clock does that night", () => {
    expect(weekdayName("2026-03-08", "en-US")).toBe("Sun");
    expect(weekdayName("2026-11-01", "en-US")).toBe("Sun");
    expect(formatDateLong("2026-11-01", "en-GB")).toBe("1 Nov 2026");
  });

  test("what is shown reads as itself", () => {
    for (let seed = 0; seed < 2000; seed += 1) {
      const random = seeded(seed);
      const date = dateOfDay(random.below(90_000) - 30_000);
      const locale = random.pick(LOCALES);
      const shown = random.pick([formatDate(date, locale), date]);
      const reading = parseDate(shown, "2026-03-15", locale);
      expect({ shown, reading }).toEqual({ shown, reading: { ok: true, date } });
    }
  });

  test.each([
    ["15", "en-US", "2026-02-15"],
    ["5", "en-US", "2026-02-05"],
    ["31", "en-US", "no_such_day"],
    ["1503", "de-DE", "2026-03-15"],
    ["0315", "en-US", "2026-03-15"],
    ["1503", "en-US", "no_such_day"],
    ["0315", "ja-JP", "2026-03-15"],
    ["15/3", "en-GB", "2026-03-15"],
    ["3/15", "en-US", "2026-03-15"],
    ["15.3.", "de-DE", "2026-03-15"],
    ["15.3.26", "de-DE", "2026-03-15"],
    ["15 3 2025", "fr-FR", "2025-03-15"],
    ["15.3.99", "de-DE", "1999-03-15"],
    ["15.3.75", "de-DE", "2075-03-15"],
    ["150326", "de-DE", "2026-03-15"],
    ["031526", "en-US", "2026-03-15"],
    ["15032026", "de-DE", "2026-03-15"],
    ["20260315", "ja-JP", "2026-03-15"],
    ["26/3/15", "ja-JP", "2026-03-15"],
    ["2026-03-15", "de-DE", "2026-03-15"],
    ["+5", "en-US", "2026-02-15"],
    ["-10", "en-US", "2026-01-31"],
    ["", "en-US", "unreadable"],
    ["150", "en-US", "unreadable"],
    ["2026-03", "en-US", "unreadable"],
    ["15.3.126", "de-DE", "unreadable"],
    ["tomorrow", "en-US", "unreadable"],
    ["0", "en-US", "no_such_day"],
  ])("%j in %s, seen from 10 February 2026, is %s", (text, locale, means) => {
    const reading = parseDate(text, "2026-02-10", locale);
    expect(reading.ok ? reading.date : reading.refusal).toBe(means);
  });

  test.each([
    ["t", "2026-11-01"],
    ["+", "2026-03-09"],
    ["-", "2026-03-07"],
    ["m", "2026-03-01"],
    ["h", "2026-03-31"],
    ["y", "2026-01-01"],
    ["r", "2026-12-31"],
    ["M", "2026-03-01"],
  ])("%s leads to %s", (key, date) => {
    expect(press("2026-03-08", [key]).date).toBe(date);
  });

  test("+ steps at once, and +5 is five days", () => {
    expect(press("2026-03-08", ["+", "+", "+"]).date).toBe("2026-03-11");
    expect(press("2026-03-08", ["+", "5"])).toMatchObject({ text: "+5", date: "2026-03-08" });
    expect(press("2026-03-08", ["+", "+", "5"])).toMatchObject({ text: "+5", date: "2026-03-09" });
  });

  test("a letter within typed text is text", () => {
    const field = { text: "15", date: "2026-03-08", stepped: null };
    const key = { key: "-", replaces: false };
    expect(pressDateKey(field, key, "2026-11-01", (date) => date)).toBeNull();
  });

  test("today is the day of whoever's books these are", () => {
    const late = Date.parse("2026-03-08T10:30:00Z");
    expect(todayIn("UTC", late)).toBe("2026-03-08");
    expect(todayIn("Pacific/Kiritimati", late)).toBe("2026-03-09");
    expect(todayIn("America/Los_Angeles", Date.parse("2026-03-08T07:59:59Z"))).toBe("2026-03-07");
    expect(todayIn("America/Los_Angeles", Date.parse("2026-11-01T08:59:59Z"))).toBe("2026-11-01");
    expect(todayIn("America/Los_Angeles", Date.parse("2026-11-02T07:59:59Z"))).toBe("2026-11-01");
  });
}

function press(date: string, keys: string[]): DateEntry {
  return keys.reduce<DateEntry>(
    (field, key) =>
      pressDateKey(field, { key, replaces: true }, "2026-11-01", (shown) => shown) ?? field,
    { text: date, date, stepped: null },
  );
}
