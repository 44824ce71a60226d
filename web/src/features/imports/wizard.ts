import type { AccountType } from "@/shared/accounts/accounts";

import type { ChosenFile } from "./file";
import type { Pairs } from "./mapping";
import type { Reading } from "./queries";
import { type Table, tableOf } from "./rows";

export type Step = "file" | "map" | "check" | "done";

/** A file on its way, and what was said of it. */
export interface Wizard {
  step: Step;
  file: ChosenFile | null;
  reading: Reading;
}

const UNSAID: Reading = { table: null, pairs: {}, like: null, accounts: {}, types: {} };

export const START: Wizard = { step: "file", file: null, reading: UNSAID };

/** Books say themselves what their parts are; of CSV `pairsOf` is what is remembered or guessed. */
export function chosen(file: ChosenFile, pairsOf: (table: Table) => Pairs): Wizard {
  if (file.format !== "csv") return { step: "check", file, reading: UNSAID };
  const table = tableOf(file.text);
  return { step: "map", file, reading: { ...UNSAID, table, pairs: pairsOf(table) } };
}

/** The same file, its columns parted otherwise: what was said of them holds no more. */
export function parted(
  wizard: Wizard,
  delimiter: string,
  pairsOf: (table: Table) => Pairs,
): Wizard {
  const table = tableOf(wizard.file?.text ?? "", delimiter);
  return { ...wizard, reading: { ...UNSAID, table, pairs: pairsOf(table) } };
}

const without = <T>(of: Record<string, T>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));

/** Which reading of the file's ambiguous texts is meant; null takes that back. */
export function read(reading: Reading, option: string, value: string | null): Reading {
  if (option === "like") {
    return { ...reading, like: value === "hledger" || value === "ledger" ? value : null };
  }
  const pairs = without(reading.pairs, option);
  return { ...reading, pairs: value === null ? pairs : { ...pairs, [option]: value } };
}

/** Which account of the books the file's is; null takes that back. */
export function mapped(reading: Reading, account: string, code: string | null): Reading {
  if (reading.table !== null) return read(reading, `account:${account}`, code);
  const accounts = without(reading.accounts, account);
  return { ...reading, accounts: code === null ? accounts : { ...accounts, [account]: code } };
}

/** Of which type a new account is; null takes that back. */
export function typed(reading: Reading, account: string, type: AccountType | null): Reading {
  const types = without(reading.types, account);
  return { ...reading, types: type === null ? types : { ...types, [account]: type } };
}

export type Said =
  | { what: "reading"; option: string; value: string }
  | { what: "account"; account: string; code: string }
  | { what: "type"; account: string; type: AccountType };

/** What was answered so far. */
export function saidIn({ pairs, like, accounts, types }: Reading): Said[] {
  const said: Said[] = like === null ? [] : [{ what: "reading", option: "like", value: like }];
  for (const [key, value] of Object.entries(pairs)) {
    if (key === "date_order" || key === "decimal_mark") {
      said.push({ what: "reading", option: key, value });
    } else if (key.startsWith("account:")) {
      said.push({ what: "account", account: key.slice("account:".length), code: value });
    }
  }
  for (const [account, code] of Object.entries(accounts)) {
    said.push({ what: "account", account, code });
  }
  for (const [account, type] of Object.entries(types)) said.push({ what: "type", account, type });
  return said;
}

/** Without one of them. */
export function unsaid(reading: Reading, said: Said): Reading {
  if (said.what === "reading") return read(reading, said.option, null);
  return said.what === "account"
    ? mapped(reading, said.account, null)
    : typed(reading, said.account, null);
}
