import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";

import type { AccountIndex } from "@/shared/accounts/match";
import { parseDate } from "@/shared/date/parse";
import type { DateEntry } from "@/shared/date/steps";
import { toWire } from "@/shared/money/decimal";
import { parseMoney } from "@/shared/money/parse";
import { useLocale, useText } from "@/shared/text/text";
import { AccountField, accountEntryOf, NO_ACCOUNT } from "@/shared/ui/fields/AccountField";
import { DateField, dateEntryOf } from "@/shared/ui/fields/DateField";
import { FieldFrame } from "@/shared/ui/fields/FieldFrame";
import { MoneyField } from "@/shared/ui/fields/MoneyField";

import classes from "./Journal.module.css";
import type { EntryFilter } from "./queries";
import { journalText } from "./text";

interface JournalFiltersProps {
  filter: EntryFilter;
  onFilter: (filter: EntryFilter) => void;
  accounts: AccountIndex;
  today: string;
}

/** Amounts are searched in every commodity, so the field takes as many digits as any has. */
const ANY = { code: "", scale: 6 };

/** What the journal is narrowed to. Enter applies it. */
export function JournalFilters({ filter, onFilter, accounts, today }: JournalFiltersProps) {
  const words = useText(journalText);
  const { format } = useLocale();
  const day = (date: string | undefined): DateEntry =>
    date === undefined ? { text: "", date: today, stepped: null } : dateEntryOf(date, format);
  const account = accounts.byId.get(filter.account ?? 0);
  const [from, setFrom] = useState(day(filter.from));
  const [to, setTo] = useState(day(filter.to));
  const [chosen, setChosen] = useState(
    account === undefined ? NO_ACCOUNT : accountEntryOf(account),
  );
  const [amount, setAmount] = useState(filter.amount ?? "");
  const [text, setText] = useState(filter.text ?? "");
  const [tag, setTag] = useState(filter.tag ?? "");

  const apply = (event: FormEvent) => {
    event.preventDefault();
    const read = (entry: DateEntry) => {
      const reading = parseDate(entry.text, entry.date, format);
      return reading.ok ? reading.date : undefined;
    };
    const figure = parseMoney(amount, ANY, format);
    onFilter({
      from: read(from),
      to: read(to),
      account: chosen.id ?? undefined,
      amount: figure.ok ? toWire(figure.minor, ANY.scale).replace(/^-|\.?0+$/g, "") : undefined,
      text: text.trim() === "" ? undefined : text.trim(),
      tag: tag.trim() === "" ? undefined : tag.trim(),
    });
  };

  return (
    <form className={classes["filters"]} onSubmit={apply} aria-label={words.filters}>
      <DateField label={words.from} entry={from} onChange={setFrom} today={today} optional />
      <DateField label={words.to} entry={to} onChange={setTo} today={today} optional />
      <AccountField
        label={words.account}
        entry={chosen}
        onChange={setChosen}
        index={accounts}
        recent={[]}
      />
      <MoneyField
        label={words.amount}
        text={amount}
        onText={setAmount}
        onSettle={() => undefined}
        commodity={ANY}
      />
      <FieldFrame label={words.text}>
        {(ids) => (
          <input
            {...ids}
            data-filter
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
      </FieldFrame>
      <FieldFrame label={words.tag}>
        {(ids) => (
          <input
            {...ids}
            placeholder={words.tagHint}
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
          />
        )}
      </FieldFrame>
      <div className={classes["filterActs"]}>
        <Button type="submit" variant="default" size="compact-md">
          {words.apply}
        </Button>
        <Button variant="subtle" size="compact-md" onClick={() => onFilter({})}>
          {words.clear}
        </Button>
      </div>
    </form>
  );
}
