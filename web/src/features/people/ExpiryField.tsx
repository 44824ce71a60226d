import { useState } from "react";

import type { CivilDate } from "@/shared/date/civil";
import { parseDate } from "@/shared/date/parse";
import type { DateEntry } from "@/shared/date/steps";
import { useLocale, useText } from "@/shared/text/text";
import { DateField } from "@/shared/ui/fields/DateField";

import { peopleText } from "./text";

interface ExpiryFieldProps {
  today: CivilDate;
  /** The last day; null for none. */
  onChange: (day: CivilDate | null) => void;
  hint: string;
  error: string | undefined;
}

export function ExpiryField({ today, onChange, hint, error }: ExpiryFieldProps) {
  const text = useText(peopleText);
  const { format } = useLocale();
  const [entry, setEntry] = useState<DateEntry>({ text: "", date: today, stepped: null });
  return (
    <div>
      <DateField
        label={text.expires}
        entry={entry}
        onChange={(next) => {
          const reading = parseDate(next.text, next.date, format);
          setEntry(next);
          onChange(reading.ok && next.text.trim() !== "" ? reading.date : null);
        }}
        today={today}
        error={error}
        optional
      />
      <p>{hint}</p>
    </div>
  );
}
