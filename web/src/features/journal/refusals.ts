import type { Account } from "@/shared/accounts/accounts";
import { postable } from "@/shared/accounts/match";
import { codeOf, ProblemError } from "@/shared/api/problem";

import type { Place } from "./body";
import type { Column, EntryForm, LineForm } from "./form";

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

/** Codes without a field of their own that are about the account of some line: the chart says of which. */
const OF_AN_ACCOUNT: Readonly<Record<string, Column>> = {
  "ledger.unknown_account": "account",
  "ledger.account_inactive": "account",
  "ledger.parent_account": "account",
  "ledger.wrong_commodity": "currency",
};

/** Whether it takes the chart as it is now to say which line was refused. */
export function isOfAnAccount(error: unknown): boolean {
  return codeOf(error) in OF_AN_ACCOUNT;
}

/**
 * What a refused post has to say, each at its field; what has none is about the whole entry.
 * `chart` is the one of now, null where it isn't known: what the page knew of it was no hindrance.
 */
export function refusalsOf(
  error: unknown,
  form: EntryForm,
  sent: readonly number[],
  chart: readonly Account[] | null,
): readonly Refusal[] {
  if (!(error instanceof ProblemError)) return [];
  const { code, detail, errors } = error.problem;
  if (OF_THE_DAY.includes(code)) return [{ at: { in: "head", field: "date" }, text: detail }];
  const fields = (errors ?? []).map((field) => ({
    at: placeOf(field.pointer, form, sent),
    text: field.detail,
  }));
  if (fields.length > 0) return fields;
  const lines = linesAgainst(chart ?? [], code, form, sent);
  if (chart === null || lines.length === 0) return [{ at: { in: "whole" }, text: detail }];
  const column = OF_AN_ACCOUNT[code] ?? "account";
  return lines.map(({ key }) => ({ at: { in: "line", key, column }, text: detail }));
}

/** The lines of which the chart says that they can't be posted for this reason. */
function linesAgainst(
  chart: readonly Account[],
  code: string,
  form: EntryForm,
  sent: readonly number[],
): readonly LineForm[] {
  const column = OF_AN_ACCOUNT[code];
  if (column === undefined) return [];
  const open = new Map(postable(chart).map((account) => [account.id, account]));
  return form.lines.filter(({ key, account, currency }) => {
    const found = open.get(account.id ?? 0);
    if (!sent.includes(key)) return false;
    if (column === "account") return found === undefined;
    const { commodity = null } = found ?? {};
    return commodity !== null && commodity !== currency;
  });
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
