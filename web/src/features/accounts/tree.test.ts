import { expect, test } from "vitest";

import type { Account } from "@/shared/accounts/accounts";
import { testAccount } from "@/shared/accounts/testing";

import { treesOf } from "./tree";

const account = (id: number, name: string, more: Partial<Account> = {}) =>
  testAccount(id, `${1000 + id}`, name, more);

const accounts = [
  account(1, "Current assets"),
  account(2, "Bank", { parent_id: 1 }),
  account(3, "Old bank", { parent_id: 1, active: false }),
  account(4, "Sales", { type: "revenue" }),
];
const balances = new Map([
  [2, 500n],
  [3, 20n],
  [4, -520n],
]);

function namesShown(filter: string, inactive: boolean): string[] {
  return treesOf(accounts, balances, { filter, inactive }).flatMap(({ rows }) =>
    rows.map((row) => `${" ".repeat(row.depth)}${row.account.name}`),
  );
}

test("accounts stand under the one above them, by type", () => {
  expect(namesShown("", true)).toEqual(["Current assets", " Bank", " Old bank", "Sales"]);
  expect(namesShown("", false)).toEqual(["Current assets", " Bank", "Sales"]);
});

test("what is above a found account stays", () => {
  expect(namesShown("1002", false)).toEqual(["Current assets", " Bank"]);
  expect(namesShown("old bank", true)).toEqual(["Current assets", " Old bank"]);
  expect(namesShown("old bank", false)).toEqual([]);
});

test("a balance counts everything below, shown or not", () => {
  const [assets, revenue] = treesOf(accounts, balances, { filter: "", inactive: false });
  expect(assets?.balance).toBe(520n);
  expect(assets?.rows[0]?.balance).toBe(520n);
  expect(revenue?.balance).toBe(-520n);
});
