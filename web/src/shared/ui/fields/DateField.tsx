import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import type { CivilDate } from "@/shared/date/civil";
import { formatDate, weekdayName } from "@/shared/date/format";
import { parseDate } from "@/shared/date/parse";
import { pressDateKey, type DateEntry } from "@/shared/date/steps";
import { useLocale, useText } from "@/shared/text/text";

import { Calendar } from "./Calendar";
import { FieldFrame } from "./FieldFrame";
import { fieldText } from "./text";

interface DateFieldProps {
  label: string;
  entry: DateEntry;
  onChange: (entry: DateEntry) => void;
  today: CivilDate;
  /** What is wrong with the day, such as a period that is locked. */
  error?: string | undefined;
  /** Whether nothing is a value, as in a filter. */
  optional?: true;
  autoFocus?: boolean;
  cell?: string;
}

/** The entry that a field begins with. */
export function dateEntryOf(date: CivilDate, locale: string): DateEntry {
  return { text: formatDate(date, locale), date, stepped: null };
}

/** A day, as text first; `t + - m h y r` step, Alt+Down opens the calendar. */
export function DateField(props: DateFieldProps) {
  const { entry, onChange, today, optional } = props;
  const words = useText(fieldText);
  const { format } = useLocale();
  const input = useRef<HTMLInputElement>(null);
  const selects = useRef(false);
  const [calendar, setCalendar] = useState<"open" | "closed">("closed");
  const reading = parseDate(entry.text, entry.date, format);
  const empty = entry.text.trim() === "";
  const refusal =
    reading.ok || (empty && optional === true) ? undefined : words.date[reading.refusal];

  useEffect(() => {
    // After a step the next key takes the place of all text, as it did on arrival.
    if (selects.current) input.current?.select();
    selects.current = false;
  });

  const settle = () => {
    if (reading.ok) onChange(dateEntryOf(reading.date, format));
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown" && event.altKey) {
      event.preventDefault();
      setCalendar("open");
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.nativeEvent.isComposing) return;
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    const replaces = selectionStart === 0 && selectionEnd === value.length;
    const next = pressDateKey(entry, { key: event.key, replaces }, today, (date) =>
      formatDate(date, format),
    );
    if (next === null) return;
    event.preventDefault();
    selects.current = next.text.length > 2; // not after `+5`, which goes on
    onChange(next);
  };

  return (
    <FieldFrame
      label={props.label}
      error={props.error ?? refusal}
      hint={reading.ok && !empty ? weekdayName(reading.date, format) : undefined}
    >
      {(ids) => (
        <>
          <input
            {...ids}
            ref={input}
            data-cell={props.cell}
            autoComplete="off"
            title={words.openCalendar}
            value={entry.text}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- where a form is opened by key, typing begins at once
            autoFocus={props.autoFocus}
            onChange={(event) =>
              onChange({ ...entry, text: event.currentTarget.value, stepped: null })
            }
            onKeyDown={press}
            onFocus={(event) => event.currentTarget.select()}
            onBlur={settle}
          />
          {calendar === "open" && (
            <Calendar
              date={reading.ok ? reading.date : entry.date}
              onPick={(date) => {
                onChange(dateEntryOf(date, format));
                setCalendar("closed");
                input.current?.focus();
              }}
              onClose={() => {
                setCalendar("closed");
                input.current?.focus();
              }}
            />
          )}
        </>
      )}
    </FieldFrame>
  );
}
