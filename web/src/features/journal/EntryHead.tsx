import type { Dispatch } from "react";

import type { Calendar } from "@/shared/calendar/calendar";
import { formatDateLong } from "@/shared/date/format";
import { type Locale, useLocale, useText } from "@/shared/text/text";
import { DateField } from "@/shared/ui/fields/DateField";
import { FieldFrame } from "@/shared/ui/fields/FieldFrame";

import { editorText, type EditorText } from "./editorText";
import classes from "./EntryEditor.module.css";
import { type Action, dayOf, type EntryForm, type Terms } from "./form";

interface EntryHeadProps {
  form: EntryForm;
  terms: Terms;
  today: string;
  calendar: Calendar;
  errors: Readonly<Record<string, string>>;
  readOnly: boolean;
  dispatch: Dispatch<Action>;
}

const FIELDS = ["reference", "description", "tags"] as const;

/** What the entry is about: date, reference, description, tags; and a reason where its period is closed. */
export function EntryHead(props: EntryHeadProps) {
  const { form, terms, calendar, errors, readOnly, dispatch } = props;
  const words = useText(editorText);
  const locale = useLocale();
  const day = dayOf(form, terms);
  const isLate = day !== null && isClosed(day, calendar) === "closed";
  const fields = isLate ? ([...FIELDS, "lateReason"] as const) : FIELDS;

  return (
    <div className={classes["head"]}>
      <div className={classes["date"]}>
        <DateField
          label={words.date}
          entry={form.date}
          onChange={(entry) => dispatch({ type: "date", entry })}
          today={props.today}
          error={errors["date"] ?? periodError(day, calendar, words, locale, form.lateReason)}
          cell="date"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the editor is opened by a key, and typing begins at once
          autoFocus
        />
      </div>
      {fields.map((field) => (
        <div key={field} className={classes[field]}>
          <FieldFrame label={words[field]} error={errors[field]}>
            {(ids) => (
              <input
                {...ids}
                data-cell={field}
                autoComplete="off"
                placeholder={field === "tags" ? words.tagsHint : undefined}
                value={form[field]}
                readOnly={readOnly}
                onChange={(event) =>
                  dispatch({ type: "text", field, text: event.currentTarget.value })
                }
              />
            )}
          </FieldFrame>
        </div>
      ))}
    </div>
  );
}

function isClosed(day: string, calendar: Calendar): "open" | "closed" | "locked" {
  if (calendar.locked_through !== null && day <= calendar.locked_through) return "locked";
  return calendar.closed_through !== null && day <= calendar.closed_through ? "closed" : "open";
}

/** What the server would say of the day, before it is asked. */
function periodError(
  day: string | null,
  calendar: Calendar,
  words: EditorText,
  { format }: Locale,
  lateReason: string,
): string | undefined {
  const state = day === null ? "open" : isClosed(day, calendar);
  if (state === "locked")
    return words.locked(formatDateLong(calendar.locked_through ?? "", format));
  return state === "closed" && lateReason.trim() === ""
    ? words.closed(formatDateLong(calendar.closed_through ?? "", format))
    : undefined;
}
