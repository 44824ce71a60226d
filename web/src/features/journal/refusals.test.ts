import { describe, expect, test } from "vitest";

import type { Account } from "@/shared/accounts/accounts";
import { testAccount } from "@/shared/accounts/testing";
import { NoAnswerError, type Problem, ProblemError } from "@/shared/api/problem";

import { type EntryForm, newForm, newLine } from "./form";
import { nameOf, refusalsOf } from "./refusals";

const empty = newForm({ text: "03/15/2026", date: "2026-03-15", stepped: null }, "USD");

/** The first line was taken away and the third is unused: the keys are no longer the places. */
const form: EntryForm = {
  ...empty,
  lines: [
    { ...newLine(2, "USD"), account: { id: 1, text: "1000 Bank" }, debit: "7.00" },
    newLine(3, "USD"),
    { ...newLine(4, "EUR"), account: { id: 2, text: "2000 Loan" }, credit: "7.00" },
  ],
  nextKey: 5,
};
const sent = [2, 4];
const chart = [testAccount(1, "1000", "Bank"), testAccount(2, "2000", "Loan")];

function refused(problem: Partial<Problem>): ProblemError {
  const whole = { type: "", title: "", status: 422, detail: "All of it.", code: "", instance: "" };
  return new ProblemError({ ...whole, ...problem }, null);
}

/** Where it is shown, and in which words. */
function shown(error: unknown, now: readonly Account[] | null = chart): [string, string][] {
  return refusalsOf(error, form, sent, now).map(({ at, text }) => [nameOf(at), text]);
}

describe("a refusal stands at what caused it", () => {
  test.each([
    ["/date", "date"],
    ["/reference", "reference"],
    ["/description", "description"],
    ["/tags", "tags"],
    ["/tags/dept", "tags"],
    ["/late_reason", "lateReason"],
    ["/lines/0/account_id", "2:account"],
    ["/lines/1/account_id", "4:account"],
    ["/lines/1/memo", "4:memo"],
    ["/lines/1/currency", "4:currency"],
    ["/lines/1/base_amount", "4:worth"],
    ["/lines/0/amount", "2:debit"],
    ["/lines/1/amount", "4:credit"],
    ["/lines/1", "4:credit"],
    ["/lines/2/amount", "whole"],
    ["/lines", "whole"],
    ["/dates", "whole"],
    ["", "whole"],
  ])("the pointer %o leads to %s", (pointer, place) => {
    expect(shown(refused({ errors: [{ pointer, detail: "This." }] }))).toEqual([[place, "This."]]);
  });

  test("several each have their own place", () => {
    const errors = [
      { pointer: "/lines/1/amount", detail: "Too many digits." },
      { pointer: "/date", detail: "No such day." },
    ];
    expect(shown(refused({ errors }))).toEqual([
      ["4:credit", "Too many digits."],
      ["date", "No such day."],
    ]);
  });

  test.each(["ledger.period_locked", "ledger.period_closed", "ledger.period_not_closed"])(
    "%s is about the day",
    (code) => expect(shown(refused({ code }))).toEqual([["date", "All of it."]]),
  );

  const [bank = testAccount(1, "", ""), loan = testAccount(2, "", "")] = chart;
  test.each([
    ["ledger.account_inactive", [bank, { ...loan, active: false }], ["4:account"]],
    ["ledger.unknown_account", [bank], ["4:account"]],
    [
      "ledger.parent_account",
      [...chart, testAccount(3, "2001", "", { parent_id: 2 })],
      ["4:account"],
    ],
    ["ledger.wrong_commodity", [bank, { ...loan, commodity: "USD" }], ["4:currency"]],
    ["ledger.account_inactive", [], ["2:account", "4:account"]],
    ["ledger.account_inactive", chart, ["whole"]],
    ["ledger.account_inactive", null, ["whole"]],
    ["ledger.unbalanced", [], ["whole"]],
  ])("%s is at the lines that the chart of now tells", (code, now, places) => {
    expect(shown(refused({ code }), now)).toEqual(places.map((place) => [place, "All of it."]));
  });

  test("no answer is no refusal", () => {
    expect(shown(new NoAnswerError(null))).toEqual([]);
  });
});
