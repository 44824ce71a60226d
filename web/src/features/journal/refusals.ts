import { codeOf, ProblemError } from "@/shared/api/problem";

import type { Place } from "./body";
import type { Column, EntryForm } from "./form";

/** Something that the server found wrong, at the field that caused it, in its words. */
export interface Refusal {
  at: Place;
  text: string;
}

const HEAD = {
  "/date": "date",
  "/reference": "reference",
  "/description": "description",
  "/tags": "tags",
  "/late_reason": "lateReason",
} as const;

const COLUMNS: Readonly<Record<string, Column>> = {
  account_id: "account",
  memo: "memo",
  currency: "currency",
  base_amount: "worth",
};

/** Codes without a field of their own that are about the day. */
const OF_THE_DAY = ["ledger.period_locked", "ledger.period_closed", "ledger.period_not_closed"];

/** Codes that say of an account something else than the page took it for. */
const OF_ACCOUNTS = [
  "ledger.unknown_account",
  "ledger.account_inactive",
  "ledger.parent_account",
  "ledger.wrong_commodity",
];

/** Whether the chart is another one than the page knows, as when somebody has changed an account meanwhile. */
export function isOfAccounts(error: unknown): boolean {
  return OF_ACCOUNTS.includes(codeOf(error));
}

/** What a refused post has to say, each at its field; what has none is about the whole entry. */
export function refusalsOf(
  error: unknown,
  form: EntryForm,
  sent: readonly number[],
): readonly Refusal[] {
  if (!(error instanceof ProblemError)) return [];
  const { code, detail, errors } = error.problem;
  if (OF_THE_DAY.includes(code)) return [{ at: { in: "head", field: "date" }, text: detail }];
  const fields = (errors ?? []).map((field) => ({
    at: placeOf(field.pointer, form, sent),
    text: field.detail,
  }));
  return fields.length > 0 ? fields : [{ at: { in: "whole" }, text: detail }];
}

function placeOf(pointer: string, form: EntryForm, sent: readonly number[]): Place {
  for (const [place, field] of Object.entries(HEAD)) {
    if (pointer === place || pointer.startsWith(`${place}/`)) return { in: "head", field };
  }
  const [, index, member] = /^\/lines\/([0-9]+)(?:\/([a-z_]+))?$/.exec(pointer) ?? [];
  const key = index === undefined ? undefined : sent[Number(index)];
  const line = form.lines.find((one) => one.key === key);
  if (line === undefined) return { in: "whole" };
  const side = line.credit.trim() === "" ? "debit" : "credit";
  return { in: "line", key: line.key, column: COLUMNS[member ?? ""] ?? side };
}

/** The name of a cell or field in the page. */
export function nameOf(at: Place): string {
  return at.in === "line" ? `${at.key}:${at.column}` : at.in === "head" ? at.field : "whole";
}
