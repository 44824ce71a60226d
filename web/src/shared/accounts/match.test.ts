import { describe, expect, test } from "vitest";

import { indexOf, matching, OFFERED_MAX, postable } from "./match";
import { testAccount as account } from "./testing";

const CHART = [
  account(1, "1000", "Kasse"),
  account(2, "2000", "Payables"),
  account(3, "2010", "Card"),
  account(4, "6300", "Furniture and fittings"),
  account(5, "6310", "Büromaterial"),
  account(6, "7020", "Office furniture, leased"),
];
const INDEX = indexOf(CHART);

describe("accounts", () => {
  test.each([
    ["20", [2, 3]],
    ["furn", [4, 6]],
    ["fur of", [6]],
    ["buro", [5]],
    ["BÜ", [5]],
    ["63 furn", [4]],
    ["7", [6]],
    ["", [1, 2, 3, 4, 5, 6]],
    ["urniture", []],
  ])("%j finds %j", (query, ids) => {
    expect(matching(INDEX, query, []).map(({ id }) => id)).toEqual(ids);
  });

  test("recent ones come first, codes before names all the same", () => {
    expect(matching(INDEX, "", [3, 5]).map(({ id }) => id)).toEqual([3, 5, 1, 2, 4, 6]);
    expect(matching(INDEX, "fur", [6]).map(({ id }) => id)).toEqual([6, 4]);
    const coded = indexOf([...CHART, account(7, "fur", "Last")]);
    expect(matching(coded, "fur", [6]).map(({ id }) => id)).toEqual([7, 6, 4]);
  });

  test("no more are offered than can be read", () => {
    const many = Array.from({ length: 5000 }, (_, id) => account(id + 1, `${id}`, "Cost"));
    expect(matching(indexOf(many), "cost", [])).toHaveLength(OFFERED_MAX);
  });

  test("lines go to active accounts that add up no others, and to imported ones", () => {
    const chart = [
      account(1, "1", "Assets"),
      account(2, "10", "Bank", { parent_id: 1 }),
      account(3, "11", "Old", { parent_id: 1, active: false }),
      account(4, "Assets:Bank", "Bank"),
      account(5, "Assets:Bank:Giro", "Giro", { parent_id: 4 }),
    ];
    expect(postable(chart).map(({ id }) => id)).toEqual([2, 4, 5]);
  });
});
