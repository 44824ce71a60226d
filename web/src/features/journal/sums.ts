import { parseMoney } from "@/shared/money/parse";

import { commodityOf, type AmountColumn, type EntryForm, type LineForm, type Terms } from "./form";

/** An amount as typed: nothing, something that can't be read, or minor units. */
export type Typed = { is: "none" } | { is: "unreadable" } | { is: "amount"; minor: bigint };

/** The line's amount, debit positive. */
export function amountOf(line: LineForm, terms: Terms): Typed {
  const commodity = commodityOf(line.currency, terms);
  const debit = read(line.debit, commodity, terms);
  const credit = read(line.credit, commodity, terms);
  if (debit.is === "unreadable" || credit.is === "unreadable") return { is: "unreadable" };
  if (debit.is === "amount") return debit;
  return credit.is === "amount" ? { is: "amount", minor: -credit.minor } : { is: "none" };
}

/** The line's worth in the base currency, with the sign of its side. */
export function worthOf(line: LineForm, terms: Terms): Typed {
  if (line.currency === terms.base) return amountOf(line, terms);
  const worth = read(line.worth, commodityOf(terms.base, terms), terms);
  const isCredit = line.credit.trim() !== "";
  return worth.is === "amount" && isCredit ? { is: "amount", minor: -worth.minor } : worth;
}

function read(text: string, commodity: { code: string; scale: number }, terms: Terms): Typed {
  const reading = parseMoney(text, commodity, terms.locale);
  if (reading.ok) return { is: "amount", minor: reading.minor };
  return reading.refusal === "empty" ? { is: "none" } : { is: "unreadable" };
}

/** What one currency's lines come to; `out` is debits less credits. */
export interface Sum {
  currency: string;
  debit: bigint;
  credit: bigint;
  out: bigint;
}

export interface Sums {
  /** Of each currency by itself, the base currency first. */
  currencies: readonly Sum[];
  /** What has to become zero: the base currency with the worth of what is exchanged, and each currency that isn't. */
  open: readonly { currency: string; out: bigint }[];
}

export function sumsOf(form: EntryForm, terms: Terms): Sums {
  const sums = new Map<string, Sum & { worth: bigint; isExchanged: boolean }>();
  for (const line of form.lines) {
    const sum = sums.get(line.currency) ?? {
      currency: line.currency,
      debit: 0n,
      credit: 0n,
      out: 0n,
      worth: 0n,
      isExchanged: false,
    };
    const [amount, worth] = [amountOf(line, terms), worthOf(line, terms)];
    if (amount.is === "amount") {
      sum.debit += amount.minor > 0n ? amount.minor : 0n;
      sum.credit += amount.minor < 0n ? -amount.minor : 0n;
      sum.out += amount.minor;
    }
    if (worth.is === "amount") {
      sum.worth += worth.minor;
      sum.isExchanged ||= line.currency !== terms.base;
    }
    sums.set(line.currency, sum);
  }
  const used = [...sums.values()]
    .filter(
      ({ debit, credit, currency }) => debit !== 0n || credit !== 0n || currency === terms.base,
    )
    .toSorted(
      (one, other) => Number(other.currency === terms.base) - Number(one.currency === terms.base),
    );
  const worth = used.reduce((sum, each) => sum + each.worth, 0n);
  const unexchanged = used.filter((each) => !each.isExchanged && each.currency !== terms.base);
  return {
    currencies: used.map(({ currency, debit, credit, out }) => ({ currency, debit, credit, out })),
    open: [
      { currency: terms.base, out: worth },
      ...unexchanged.map(({ currency, out }) => ({ currency, out })),
    ].filter(({ out }) => out !== 0n),
  };
}

/** What this field of the line would have to be for its currency to balance; null where that can't be told. */
export function missingFor(
  form: EntryForm,
  line: LineForm,
  column: AmountColumn,
  terms: Terms,
): bigint | null {
  const isWorth = column === "worth" || line.currency === terms.base;
  const others = form.lines.filter((other) => other.key !== line.key);
  let missing = 0n;
  for (const other of others) {
    if (!isWorth && other.currency !== line.currency) continue;
    const typed = isWorth ? worthOf(other, terms) : amountOf(other, terms);
    if (typed.is === "unreadable") return null;
    missing -= typed.is === "amount" ? typed.minor : 0n;
  }
  return missing;
}
