import { expect, test } from "vitest";

import type { components } from "@/shared/api/schema";

import { heights, months, profitOf, sumOfKinds } from "./figures";

type Statement = components["schemas"]["Statement"];

const row = {
  account_id: 1,
  account_code: "1000",
  account: "Bank",
  subtype: "bank",
  commodity: "USD",
  amounts: ["10.00"],
  changes: [],
  percents: [],
  base_amounts: ["10.00"],
  base_changes: [],
  base_percents: [],
};

const section = {
  name: "assets" as const,
  title: "Assets",
  items: [row, { ...row, subtype: "cash", base_amounts: ["-2.50"] }, { ...row, subtype: "fixed" }],
  base_amounts: ["17.50"],
  base_changes: [],
  base_percents: [],
  unvalued: [],
};

const statement: Statement = {
  report: "balance_sheet",
  columns: [
    { from: "2026-02-01", to: "2026-02-28" },
    { from: "2026-01-01", to: "2026-01-31" },
  ],
  closing: "exclude",
  tags: {},
  base_currency: "USD",
  last_entry: 3,
  sections: [
    section,
    { ...section, name: "net_income", items: [], base_amounts: ["4.00", "-8.00"] },
  ],
  balanced: true,
};

test("kinds are added up exactly", () => {
  expect(sumOfKinds(statement, ["bank", "cash"])).toBe("7.50");
  expect(sumOfKinds(statement, ["receivable"])).toBe("0.00");
});

test("the profit is the first column's net income, and months come the oldest first", () => {
  expect(profitOf(statement)).toBe("4.00");
  expect(months(statement)).toEqual([
    { from: "2026-01-01", to: "2026-01-31", profit: "-8.00" },
    { from: "2026-02-01", to: "2026-02-28", profit: "4.00" },
  ]);
});

test("the largest bar either way is whole", () => {
  expect(heights(["4.00", "-8.00", "0.00"])).toEqual([50, -100, 0]);
  expect(heights(["0", "0"])).toEqual([0, 0]);
  expect(heights(["90071992547409930.01", "45035996273704965.00"])).toEqual([100, 49.9]);
});
