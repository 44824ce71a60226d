import { formatDateLong } from "@/shared/date/format";
import { useLocale, useText } from "@/shared/text/text";

import { reportText } from "./text";

/** Days as the server gives them: a null is open to that side. */
export interface Days {
  from?: string | null | undefined;
  to?: string | null | undefined;
}

/** Says days, and what else a report is restricted to, in the reader's words. */
export function useWords() {
  const text = useText(reportText);
  const { format } = useLocale();
  const day = (date: string): string => formatDateLong(date, format);
  return {
    text,
    day,
    count: (number: number): string => new Intl.NumberFormat(format).format(number),
    days: ({ from: first, to: last }: Days): string => {
      const [from, to] = [first ?? null, last ?? null];
      if (from !== null && to !== null) return text.days(day(from), day(to));
      if (from !== null) return text.since(day(from));
      return to === null ? text.allDays : text.until(day(to));
    },
  };
}
