import { describe, expect, test } from "vitest";

import { NoAnswerError, type Problem, ProblemError } from "@/shared/api/problem";

import { type EntryForm, newForm, newLine } from "./form";
import { isOfAccounts, nameOf, refusalsOf } from "./refusals";

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

function refused(problem: Partial<Problem>): ProblemError {
  const whole = { type: "", title: "", status: 422, detail: "All of it.", code: "", instance: "" };
  return new ProblemError({ ...whole, ...problem }, null);
}

/** Where it is shown, and in which words. */
function shown(error: unknown): [string, string][] {
  return refusalsOf(error, form, sent).map(({ at, text }) => [nameOf(at), text]);
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

  test("what names no field is about the whole entry", () => {
    expect(shown(refused({ code: "ledger.account_inactive" }))).toEqual([["whole", "All of it."]]);
  });

  test("no answer is no refusal", () => {
    expect(shown(new NoAnswerError(null))).toEqual([]);
  });
});

describe("whether the page's chart is of before", () => {
  test.each([
    ["ledger.unknown_account", true],
    ["ledger.account_inactive", true],
    ["ledger.parent_account", true],
    ["ledger.wrong_commodity", true],
    ["ledger.unbalanced", false],
    ["ledger.period_locked", false],
  ])("%s: %o", (code, expected) => {
    const errors = [{ pointer: "/lines/0/amount", detail: "This." }];
    expect(isOfAccounts(refused({ code }))).toBe(expected);
    expect(isOfAccounts(refused({ code, errors }))).toBe(expected);
  });

  test("no answer says nothing of it", () => {
    expect(isOfAccounts(new NoAnswerError(null))).toBe(false);
  });
});
