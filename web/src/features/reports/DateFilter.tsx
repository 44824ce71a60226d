import { useState } from "react";

import type { CivilDate } from "@/shared/date/civil";
import { formatDate } from "@/shared/date/format";
import type { DateEntry } from "@/shared/date/steps";
import { useLocale } from "@/shared/text/text";
import { DateField, dateEntryOf } from "@/shared/ui/fields/DateField";

interface DateFilterProps {
  label: string;
  value: CivilDate | undefined;
  today: CivilDate;
  /** Called when a day is settled on, or the field is emptied. */
  onSettle: (value: CivilDate | undefined) => void;
}

/** A day of the URL: what is typed becomes it when it is a whole day. */
export function DateFilter({ label, value, today, onSettle }: DateFilterProps) {
  const { format } = useLocale();
  const entryOf = (date: CivilDate | undefined): DateEntry =>
    date === undefined ? { text: "", date: today, stepped: null } : dateEntryOf(date, format);
  const [entry, setEntry] = useState(() => entryOf(value));
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    // The URL has changed: by this field, which shows it already, or by something else.
    setSeen(value);
    if (entry.text !== entryOf(value).text) setEntry(entryOf(value));
  }

  const change = (next: DateEntry): void => {
    setEntry(next);
    if (next.text === "" && value !== undefined) onSettle(undefined);
    else if (next.text === formatDate(next.date, format) && next.date !== value)
      onSettle(next.date);
  };
  return <DateField label={label} entry={entry} onChange={change} today={today} optional />;
}
