import type { Period } from "./queries";

export type PeriodAct = "close" | "lock" | "ask" | "reopen";

/** What may be done to each period now: they close and lock one after another, and reopen from one on. */
export function actsOn(periods: readonly Period[], today: string): Map<string, PeriodAct[]> {
  const acts = new Map<string, PeriodAct[]>();
  const toClose = periods.find(({ state }) => state === "open");
  const toLock = periods.find(({ state }) => state === "soft_closed");
  // What was asked stands until the next act on any period.
  const last = periods
    .flatMap(({ period, acts: done }) => done.map((act) => ({ ...act, period })))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
    .at(-1);
  for (const period of periods) {
    const may: PeriodAct[] = [];
    if (period === toClose && period.last_day < today) may.push("close");
    if (period === toLock) may.push("lock");
    if (period.state === "soft_closed") {
      const isAsked = last?.act === "ask_reopen" && last.period === period.period;
      may.push(isAsked ? "reopen" : "ask");
    }
    acts.set(period.period, may);
  }
  return acts;
}

export interface FiscalYear {
  /** In which it begins. */
  name: string;
  periods: Period[];
}

/** The periods by fiscal year, the newest first; `start` is MM-DD. */
export function yearsOf(periods: readonly Period[], start: string): FiscalYear[] {
  const years = new Map<string, Period[]>();
  for (const period of periods) {
    const year = Number(period.first_day.slice(0, 4));
    const name = period.first_day.slice(5) >= start ? year : year - 1;
    const key = String(name).padStart(4, "0");
    years.set(key, [...(years.get(key) ?? []), period]);
  }
  return [...years].map(([name, own]) => ({ name, periods: own })).toReversed();
}
