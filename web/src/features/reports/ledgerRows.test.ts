import { expect, test } from "vitest";

import { ledgerRows } from "./ledgerRows";
import type { AccountLedger, LedgerLine } from "./queries";

const line: LedgerLine = {
  date: "2026-03-15",
  number: 7,
  line: 1,
  description: "Rent",
  reference: "",
  memo: "",
  counter_account_code: null,
  debit: "1.00",
  credit: "0.00",
  balance: "1.00",
  base_debit: "1.00",
  base_credit: "0.00",
  base_balance: "1.00",
};

const ledger: AccountLedger = {
  account_id: 1,
  account_code: "1000",
  account: "Bank",
  type: "asset",
  commodity: "USD",
  opening: "0.00",
  debit: "2.00",
  credit: "0.00",
  closing: "2.00",
  base_opening: "0.00",
  base_debit: "2.00",
  base_credit: "0.00",
  base_closing: "2.00",
  lines: [line, { ...line, line: 2, balance: "2.00" }],
};

test("lines stand between their account's opening and closing, each with a key of its own", () => {
  const rows = ledgerRows([ledger, { ...ledger, commodity: "EUR", lines: [] }]);
  expect(rows.map(({ kind }) => kind)).toEqual([
    "opening",
    "line",
    "line",
    "closing",
    "opening",
    "closing",
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});
