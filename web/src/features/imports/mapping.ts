import { nameOf, type Table } from "./rows";

/** A mapping as the server keeps it: what each thing is, by title, number or the same in all rows. */
export type Pairs = Record<string, string>;

/** What a column may be, in the order in which they are offered. */
export const columnKeys = [
  "date",
  "description",
  "amount",
  "debit",
  "credit",
  "sign",
  "commodity",
  "account",
  "counter",
  "reference",
  "memo",
  "entry",
  "amount_or",
  "base_debit",
  "base_credit",
] as const;
export type ColumnKey = (typeof columnKeys)[number];

export function isColumnKey(key: string): key is ColumnKey {
  return columnKeys.some((one) => one === key);
}

/** Titles that banks and programs give such columns, in lower case. */
const usual: readonly [ColumnKey, RegExp][] = [
  ["date", /^(date|day|posting date|booking date|datum|tag|buchungstag|buchungsdatum)$/],
  [
    "description",
    /^(description|text|payee|narrative|details|buchungstext|verwendungszweck|beschreibung|empfänger)$/,
  ],
  ["amount", /^(amount|value|betrag|umsatz|wert)$/],
  ["debit", /^(debit|paid in|money in|soll|einzahlung)$/],
  ["credit", /^(credit|paid out|money out|haben|auszahlung)$/],
  ["commodity", /^(currency|commodity|währung)$/],
  ["account", /^(account|konto)$/],
  ["counter", /^(counter account|counter|category|contra|gegenkonto|kategorie)$/],
  ["reference", /^(reference|ref|number|no\.?|referenz|beleg|belegnummer)$/],
  ["memo", /^(memo|note|notiz)$/],
];

/** What the titles say by themselves. */
export function guessed(table: Table): Pairs {
  const pairs: Pairs = {};
  for (const [column, title] of (table.titles ?? []).entries()) {
    const key = usual.find(([, pattern]) => pattern.test(title.toLowerCase()))?.[0];
    if (key !== undefined && pairs[key] === undefined) pairs[key] = nameOf(table, column);
  }
  return pairs;
}

/** Under what a mapping is remembered: the titles of the file. */
export function rowName({ titles }: Table): string | null {
  return titles === null ? null : titles.join(", ").slice(0, 100);
}

/** Whether all columns that a mapping names are there. */
export function fits(pairs: Pairs, table: Table): boolean {
  const names = new Set(Array.from({ length: table.width }, (_, column) => nameOf(table, column)));
  return Object.entries(pairs).every(
    ([key, value]) =>
      !isColumnKey(key) || value.startsWith("=") || value.startsWith("#") || names.has(value),
  );
}

/** Which thing the column is. */
export function keyAt(pairs: Pairs, table: Table, column: number): ColumnKey | null {
  const name = nameOf(table, column);
  return columnKeys.find((key) => pairs[key] === name) ?? null;
}

/** Says that a column is something else, or nothing. */
export function assigned(pairs: Pairs, table: Table, column: number, key: ColumnKey | null): Pairs {
  const name = nameOf(table, column);
  const kept = Object.entries(pairs).filter(
    ([one, value]) => one !== key && !(isColumnKey(one) && value === name),
  );
  return { ...Object.fromEntries(kept), ...(key === null ? {} : { [key]: name }) };
}

export type Missing = "date" | "amount" | "account" | "counter";

/** What isn't told yet and can't be left out. */
export function missingIn(pairs: Pairs): Missing[] {
  const has = (key: ColumnKey): boolean => pairs[key] !== undefined;
  const missing: Missing[] = [];
  if (!has("date")) missing.push("date");
  if (!has("amount") && !(has("debit") && has("credit"))) missing.push("amount");
  if (!has("account")) missing.push("account");
  if (!has("counter") && !has("entry")) missing.push("counter");
  return missing;
}

/** What is remembered: the columns, and which accounts the file means. What one file left open is asked of the next again. */
export function remembered(pairs: Pairs): Pairs {
  return Object.fromEntries(
    Object.entries(pairs).filter(([key]) => isColumnKey(key) || key.startsWith("account:")),
  );
}

/** As it is sent: read exactly as it was shown. */
export function sent(pairs: Pairs, table: Table): Pairs {
  const byNumber = Object.keys(pairs).every(
    (key) => !isColumnKey(key) || /^[=#]/.test(pairs[key] ?? ""),
  );
  return {
    ...pairs,
    delimiter: table.delimiter === "\t" ? "tab" : table.delimiter,
    ...(byNumber && table.titles !== null ? { header: "1" } : {}),
  };
}
