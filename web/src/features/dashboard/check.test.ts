import { expect, test } from "vitest";

import { breachesOf, type IntegrityCheck, isGood } from "./check";

const good = { holds: true, detail: null };
const check = (...checks: IntegrityCheck["checks"]): IntegrityCheck => ({
  at: "2026-03-31T10:00:00Z",
  last_entry: 12,
  checks,
});

test("books of which nothing was looked at aren't good", () => {
  expect(isGood(check())).toBe(false);
});

test("books are good where each check holds, and one that doesn't is told in the server's words", () => {
  expect(isGood(check({ check: "trial_balance", ...good }, { check: "head", ...good }))).toBe(true);
  const wrong = check(
    { check: "trial_balance", ...good },
    { check: "head", holds: false, detail: "the ledger doesn't end where its journal does" },
  );
  expect(isGood(wrong)).toBe(false);
  expect(breachesOf(wrong)).toEqual(["the ledger doesn't end where its journal does"]);
});
