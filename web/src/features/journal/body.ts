import type { components } from "@/shared/api/schema";
import { formatDate } from "@/shared/date/format";
import { fromWire, scaleOfWire, toWire } from "@/shared/money/decimal";
import { formatMoney } from "@/shared/money/format";
import type { AccountIndex } from "@/shared/accounts/match";
import { accountEntryOf, NO_ACCOUNT } from "@/shared/ui/fields/AccountField";

import {
  commodityOf,
  dayOf,
  isUsed,
  newForm,
  newLine,
  type Column,
  type EntryForm,
  type LineForm,
  type Terms,
} from "./form";
import { amountOf, sumsOf, worthOf, type Typed } from "./sums";

export type NewEntry = components["schemas"]["NewEntry"];
export type UnfinishedEntry = components["schemas"]["UnfinishedEntry"];

/** Where a fault is: a field of the head, a cell of a line, or the entry as a whole. */
export type Place =
  | { in: "head"; field: "date" | "reference" | "description" | "tags" | "lateReason" }
  | { in: "line"; key: number; column: Column }
  | { in: "whole" };

export type FaultKind =
  | "no_date"
  | "bad_tags"
  | "no_account"
  | "no_amount"
  | "unreadable"
  | "few_lines"
  | "out_of_balance";

export interface Fault {
  at: Place;
  kind: FaultKind;
}

export type Body = { entry: NewEntry; keys: readonly number[] } | { faults: readonly Fault[] };

function cell(key: number, column: Column): Place {
  return { in: "line", key, column };
}

/** What is posted, with the form's key of each line; or why there is nothing to post yet. */
export function bodyOf(form: EntryForm, terms: Terms): Body {
  const faults: Fault[] = [];
  const date = dayOf(form, terms);
  if (date === null) faults.push({ at: { in: "head", field: "date" }, kind: "no_date" });
  const tags = tagsOf(form.tags);
  if (tags === null) faults.push({ at: { in: "head", field: "tags" }, kind: "bad_tags" });
  const used = form.lines.filter(isUsed);
  const lines: NewEntry["lines"] = [];
  for (const line of used) {
    const [amount, worth] = [amountOf(line, terms), worthOf(line, terms)];
    const column = line.credit.trim() === "" ? "debit" : "credit";
    if (line.account.id === null)
      faults.push({ at: cell(line.key, "account"), kind: "no_account" });
    if (amount.is === "none") faults.push({ at: cell(line.key, column), kind: "no_amount" });
    if (amount.is === "unreadable") faults.push({ at: cell(line.key, column), kind: "unreadable" });
    if (worth.is === "unreadable" && line.currency !== terms.base) {
      faults.push({ at: cell(line.key, "worth"), kind: "unreadable" });
    }
    if (line.account.id !== null && amount.is === "amount") {
      lines.push({ account_id: line.account.id, ...lineOf(line, amount, worth, terms) });
    }
  }
  if (used.length < 2) faults.push({ at: { in: "whole" }, kind: "few_lines" });
  if (faults.length === 0 && sumsOf(form, terms).open.length > 0) {
    faults.push({ at: { in: "whole" }, kind: "out_of_balance" });
  }
  if (faults.length > 0 || date === null || tags === null) return { faults };
  return {
    entry: {
      date,
      description: form.description.trim(),
      ...textsOf(form, tags),
      lines,
    },
    keys: used.map(({ key }) => key),
  };
}

function lineOf(line: LineForm, amount: { minor: bigint }, worth: Typed, terms: Terms) {
  return {
    amount: toWire(amount.minor, commodityOf(line.currency, terms).scale),
    currency: line.currency,
    ...(worth.is === "amount" && line.currency !== terms.base
      ? { base_amount: toWire(worth.minor, commodityOf(terms.base, terms).scale) }
      : {}),
    ...(line.memo.trim() === "" ? {} : { memo: line.memo.trim() }),
  };
}

function textsOf(form: EntryForm, tags: Record<string, string>) {
  return {
    ...(form.reference.trim() === "" ? {} : { reference: form.reference.trim() }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(form.lateReason.trim() === "" ? {} : { late_reason: form.lateReason.trim() }),
  };
}

/** `dept=hq, project=atlas`; null where a part is no tag. */
export function tagsOf(text: string): Record<string, string> | null {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const pairs = parts.map((part): [string, string] | null => {
    const equals = part.indexOf("=");
    return equals < 1 ? null : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
  });
  const whole = pairs.filter((pair) => pair !== null);
  return whole.length === pairs.length ? Object.fromEntries(whole) : null;
}

export function tagsText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

/** What there is of the entry, to be kept on the server. */
export function draftOf(form: EntryForm, terms: Terms): UnfinishedEntry {
  const date = dayOf(form, terms);
  return {
    ...(date === null ? {} : { date }),
    description: form.description.trim(),
    ...textsOf(form, tagsOf(form.tags) ?? {}),
    lines: form.lines.filter(isUsed).flatMap((line) => {
      const [amount, worth] = [amountOf(line, terms), worthOf(line, terms)];
      const memo = line.memo.trim();
      if (line.account.id === null && amount.is !== "amount" && memo === "") return [];
      return [
        {
          ...(line.account.id === null ? {} : { account_id: line.account.id }),
          ...(amount.is === "amount"
            ? lineOf(line, amount, worth, terms)
            : { currency: line.currency, ...(memo === "" ? {} : { memo }) }),
        },
      ];
    }),
  };
}

/** The form that shows a draft. */
export function formOf(
  draft: UnfinishedEntry,
  today: string,
  accounts: AccountIndex,
  terms: Terms,
): EntryForm {
  const date = draft.date ?? today;
  const form = newForm({ text: formatDate(date, terms.locale), date, stepped: null }, terms.base);
  const lines = (draft.lines ?? []).map((line, place): LineForm => {
    const account = accounts.byId.get(line.account_id ?? 0);
    const currency = line.currency ?? terms.base;
    const amount = line.amount ?? "";
    return {
      ...newLine(place + 1, currency),
      account: account === undefined ? NO_ACCOUNT : accountEntryOf(account),
      memo: line.memo ?? "",
      debit: amount.startsWith("-") ? "" : figureOf(amount, terms),
      credit: amount.startsWith("-") ? figureOf(amount.slice(1), terms) : "",
      worth: currency === terms.base ? "" : worthText(line.base_amount ?? "", amount, terms),
    };
  });
  while (lines.length < 2) lines.push(newLine(lines.length + 1, terms.base));
  return {
    ...form,
    reference: draft.reference ?? "",
    description: draft.description ?? "",
    tags: Array.isArray(draft.tags) ? draft.tags.join(", ") : tagsText(draft.tags ?? {}),
    lateReason: draft.late_reason ?? "",
    lines,
    nextKey: lines.length + 1,
  };
}

/** Worth is written with the sign that it has on its side. */
function worthText(worth: string, amount: string, terms: Terms): string {
  const isOther = worth.startsWith("-") !== amount.startsWith("-");
  const figure = figureOf(worth.replace(/^-/, ""), terms);
  return figure !== "" && isOther ? `-${figure}` : figure;
}

function figureOf(wire: string, { locale }: Terms): string {
  if (!/^[0-9]+([.][0-9]+)?$/.test(wire)) return wire;
  const scale = scaleOfWire(wire);
  return formatMoney(fromWire(wire, scale), scale, locale);
}
