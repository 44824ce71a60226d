import { partsOf } from "@/shared/date/civil";
import { parseDate } from "@/shared/date/parse";
import type { DateEntry } from "@/shared/date/steps";
import { formatMoney } from "@/shared/money/format";
import { parseMoney, type Commodity } from "@/shared/money/parse";
import { type AccountEntry, NO_ACCOUNT } from "@/shared/ui/fields/AccountField";

import { missingFor } from "./sums";

/** A line as it is typed. One side of it is empty. */
export interface LineForm {
  key: number;
  account: AccountEntry;
  memo: string;
  currency: string;
  debit: string;
  credit: string;
  /** What it is worth in the base currency, where its own is exchanged. */
  worth: string;
}

export type AmountColumn = "debit" | "credit" | "worth";
export type Column = "account" | "memo" | "currency" | AmountColumn;

/** An entry as it is typed: texts, so that nothing typed is lost, whatever it means. */
export interface EntryForm {
  date: DateEntry;
  reference: string;
  description: string;
  tags: string;
  lateReason: string;
  lines: readonly LineForm[];
  nextKey: number;
  /** The line removed last, and where it stood. */
  removed: { line: LineForm; at: number } | null;
}

/** What the texts are read by. */
export interface Terms {
  base: string;
  /** Digits after the point, by commodity. */
  scales: ReadonlyMap<string, number>;
  locale: string;
}

export type Action =
  | { type: "replace"; form: EntryForm }
  | { type: "date"; entry: DateEntry }
  | { type: "text"; field: "reference" | "description" | "tags" | "lateReason"; text: string }
  | { type: "account"; key: number; entry: AccountEntry; currency: string | null }
  | { type: "line"; key: number; column: "memo" | "currency" | AmountColumn; text: string }
  | { type: "settle"; key: number; column: AmountColumn }
  | { type: "balance"; key: number; column: AmountColumn }
  | { type: "add" }
  | { type: "copyAbove"; key: number }
  | { type: "remove"; key: number }
  | { type: "undo" };

export function newLine(key: number, currency: string): LineForm {
  return { key, account: NO_ACCOUNT, memo: "", currency, debit: "", credit: "", worth: "" };
}

export function newForm(date: DateEntry, base: string): EntryForm {
  return {
    date,
    reference: "",
    description: "",
    tags: "",
    lateReason: "",
    lines: [newLine(1, base), newLine(2, base)],
    nextKey: 3,
    removed: null,
  };
}

export function isUsed(line: LineForm): boolean {
  return [line.account.text, line.memo, line.debit, line.credit].some((text) => text.trim() !== "");
}

export function commodityOf(code: string, { scales }: Terms): Commodity {
  return { code, scale: scales.get(code) ?? usualScale(code) };
}

/** Of a currency that the books don't know yet. */
function usualScale(code: string): number {
  if (!/^[A-Z]{3}$/.test(code)) return 2;
  const format = new Intl.NumberFormat("en", { style: "currency", currency: code });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** The day that the form means; null while it means none. */
export function dayOf(form: EntryForm, { locale }: Terms): string | null {
  const reading = parseDate(form.date.text, form.date.date, locale);
  return reading.ok && partsOf(reading.date) !== null ? reading.date : null;
}

/** The form after an act. Pure: what it shows depends on nothing but its arguments. */
export function reduce(form: EntryForm, action: Action, terms: Terms): EntryForm {
  switch (action.type) {
    case "replace":
      return action.form;
    case "date":
      return { ...form, date: action.entry };
    case "text":
      return { ...form, [action.field]: action.text };
    case "account":
      return withLine(form, action.key, (line) => ({
        ...line,
        account: action.entry,
        currency: action.currency ?? line.currency,
      }));
    case "line":
      return withLine(form, action.key, (line) => typed(line, action.column, action.text));
    case "settle":
      return withLine(form, action.key, (line) => settled(line, action.column, terms));
    case "balance":
      return withLine(form, action.key, (line) => balanced(form, line, action.column, terms));
    case "add":
      return added(form, terms);
    case "copyAbove":
      return copiedAbove(form, action.key);
    case "remove":
      return withoutLine(form, action.key, terms);
    case "undo":
      return restored(form);
  }
}

function withLine(form: EntryForm, key: number, change: (line: LineForm) => LineForm): EntryForm {
  return { ...form, lines: form.lines.map((line) => (line.key === key ? change(line) : line)) };
}

/** A line has one side: typing on one empties the other. */
function typed(line: LineForm, column: "memo" | "currency" | AmountColumn, text: string): LineForm {
  if (column === "currency") return { ...line, currency: text.toUpperCase() };
  const other = column === "debit" ? "credit" : column === "credit" ? "debit" : null;
  return {
    ...line,
    [column]: text,
    ...(other !== null && text.trim() !== "" ? { [other]: "" } : {}),
  };
}

/** The text of a field that is left becomes the figure that it means; what can't be read stays. */
function settled(line: LineForm, column: AmountColumn, terms: Terms): LineForm {
  const code = column === "worth" ? terms.base : line.currency;
  const commodity = commodityOf(code, terms);
  const reading = parseMoney(line[column], commodity, terms.locale);
  if (!reading.ok) return line;
  return column === "worth"
    ? { ...line, worth: formatMoney(reading.minor, commodity.scale, terms.locale) }
    : withAmount(line, column === "credit" ? -reading.minor : reading.minor, commodity, terms);
}

/** Debit positive: a negative debit is a credit, and is seen as one. */
function withAmount(
  line: LineForm,
  minor: bigint,
  { scale }: Commodity,
  { locale }: Terms,
): LineForm {
  const figure = formatMoney(minor < 0n ? -minor : minor, scale, locale);
  return minor < 0n
    ? { ...line, debit: "", credit: figure }
    : { ...line, debit: figure, credit: "" };
}

/** What the others leave open, on whichever side it belongs. */
function balanced(form: EntryForm, line: LineForm, column: AmountColumn, terms: Terms): LineForm {
  const missing = missingFor(form, line, column, terms);
  if (missing === null || missing === 0n) return line;
  if (column !== "worth")
    return withAmount(line, missing, commodityOf(line.currency, terms), terms);
  // Worth has the sign of its side, so a credit's is written without one.
  const own = line.credit.trim() === "" ? missing : -missing;
  return { ...line, worth: formatMoney(own, commodityOf(terms.base, terms).scale, terms.locale) };
}

function added(form: EntryForm, terms: Terms): EntryForm {
  const currency = form.lines.at(-1)?.currency ?? terms.base;
  return {
    ...form,
    lines: [...form.lines, newLine(form.nextKey, currency)],
    nextKey: form.nextKey + 1,
  };
}

function copiedAbove(form: EntryForm, key: number): EntryForm {
  const at = form.lines.findIndex((line) => line.key === key);
  const above = form.lines[at - 1];
  return above === undefined ? form : withLine(form, key, () => ({ ...above, key }));
}

function withoutLine(form: EntryForm, key: number, terms: Terms): EntryForm {
  const at = form.lines.findIndex((line) => line.key === key);
  const line = form.lines[at];
  if (line === undefined) return form;
  const left = form.lines.filter((other) => other.key !== key);
  const removed = isUsed(line) ? { line, at } : form.removed;
  const without = { ...form, lines: left, removed };
  return left.length >= 2 ? without : added(without, terms);
}

function restored(form: EntryForm): EntryForm {
  if (form.removed === null) return form;
  const { line, at } = form.removed;
  return {
    ...form,
    lines: [...form.lines.slice(0, at), line, ...form.lines.slice(at)],
    removed: null,
  };
}
