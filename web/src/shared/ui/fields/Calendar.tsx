import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import {
  addDays,
  addMonths,
  endOfMonth,
  startOfMonth,
  weekday,
  type CivilDate,
} from "@/shared/date/civil";
import { formatDateLong, monthName, weekdayName } from "@/shared/date/format";
import { useLocale, useText } from "@/shared/text/text";

import classes from "./Calendar.module.css";
import { fieldText } from "./text";

interface CalendarProps {
  date: CivilDate;
  onPick: (date: CivilDate) => void;
  onClose: () => void;
}

const MOVES: Record<string, (date: CivilDate) => CivilDate> = {
  ArrowLeft: (date) => addDays(date, -1),
  ArrowRight: (date) => addDays(date, 1),
  ArrowUp: (date) => addDays(date, -7),
  ArrowDown: (date) => addDays(date, 7),
  PageUp: (date) => addMonths(date, -1),
  PageDown: (date) => addMonths(date, 1),
  Home: startOfMonth,
  End: endOfMonth,
};

/** A month to pick a day from: arrows move, Enter picks, Escape closes. */
export function Calendar({ date, onPick, onClose }: CalendarProps) {
  const words = useText(fieldText);
  const { format } = useLocale();
  const [at, setAt] = useState(date);
  const days = useRef<HTMLDivElement>(null);
  useEffect(() => {
    days.current?.querySelector<HTMLElement>(`[data-day="${at}"]`)?.focus();
  }, [at]);

  const press = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move !== undefined) {
      event.preventDefault();
      setAt(move(at));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
  };

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the days bubble to here
    <div
      className={classes["calendar"]}
      role="group"
      aria-label={monthName(at, format)}
      onKeyDown={press}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onClose();
      }}
    >
      <div className={classes["head"]}>
        <button
          type="button"
          aria-label={words.previousMonth}
          onClick={() => setAt(addMonths(at, -1))}
        >
          ‹
        </button>
        <span aria-live="polite">{monthName(at, format)}</span>
        <button type="button" aria-label={words.nextMonth} onClick={() => setAt(addMonths(at, 1))}>
          ›
        </button>
      </div>
      <div className={classes["days"]} ref={days}>
        {Array.from({ length: 7 }, (_, index) => (
          <span key={index} aria-hidden="true">
            {weekdayName(addDays("2024-01-01", index), format)}
          </span>
        ))}
        {daysOf(at).map((day) => (
          <button
            key={day}
            type="button"
            data-day={day}
            tabIndex={day === at ? 0 : -1}
            aria-label={formatDateLong(day, format)}
            aria-pressed={day === date}
            data-first={day.endsWith("-01") ? weekday(day) : undefined}
            onClick={() => onPick(day)}
          >
            {Number(day.slice(8))}
          </button>
        ))}
      </div>
    </div>
  );
}

function daysOf(date: CivilDate): CivilDate[] {
  const [first, last] = [startOfMonth(date), endOfMonth(date)];
  return Array.from({ length: Number(last.slice(8)) }, (_, index) => addDays(first, index));
}
