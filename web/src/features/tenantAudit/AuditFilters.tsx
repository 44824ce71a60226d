import { Button, NativeSelect } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { parseDate } from "@/shared/date/parse";
import type { DateEntry } from "@/shared/date/steps";
import { useLocale, useText } from "@/shared/text/text";
import { DateField, dateEntryOf } from "@/shared/ui/fields/DateField";

import classes from "./audit.module.css";
import { auditKinds, type AuditSearch } from "./queries";
import { auditText } from "./text";

interface AuditFiltersProps {
  search: AuditSearch;
  onSearch: (search: AuditSearch) => void;
  today: string;
}

/** What the list and its file are narrowed to. Enter applies it. */
export function AuditFilters({ search, onSearch, today }: AuditFiltersProps) {
  const text = useText(auditText);
  const { format } = useLocale();
  const entryOf = (date: string | undefined): DateEntry =>
    date === undefined ? { text: "", date: today, stepped: null } : dateEntryOf(date, format);
  const [kind, setKind] = useState(search.kind ?? "");
  const [from, setFrom] = useState(entryOf(search.from));
  const [to, setTo] = useState(entryOf(search.to));

  const apply = (event: FormEvent) => {
    event.preventDefault();
    const chosen = auditKinds.find((one) => one === kind);
    onSearch({
      ...(chosen === undefined ? {} : { kind: chosen }),
      ...dayOf("from", from, format),
      ...dayOf("to", to, format),
      ...(search.actor === undefined ? {} : { actor: search.actor }),
    });
  };

  return (
    <form className={`${classes["filters"]} no-print`} onSubmit={apply} aria-label={text.filters}>
      <NativeSelect
        label={text.kind}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
      >
        <option value="">{text.all}</option>
        {auditKinds.map((one) => (
          <option key={one} value={one}>
            {text.kinds[one]}
          </option>
        ))}
      </NativeSelect>
      <DateField label={text.from} entry={from} onChange={setFrom} today={today} optional />
      <DateField label={text.to} entry={to} onChange={setTo} today={today} optional />
      <Button type="submit" variant="default" size="compact-md">
        {text.apply}
      </Button>
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" size="compact-md" onClick={() => onSearch({})}>
          {text.clear}
        </Button>
      )}
    </form>
  );
}

/** The day that was typed, if one was. */
function dayOf(name: "from" | "to", entry: DateEntry, format: string): AuditSearch {
  const reading = parseDate(entry.text, entry.date, format);
  return reading.ok && entry.text.trim() !== "" ? { [name]: reading.date } : {};
}
