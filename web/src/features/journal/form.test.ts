import { describe, expect, test } from "vitest";

import { seeded } from "@/shared/testing/seeded";

import { bodyOf, draftOf, formOf, tagsOf } from "./body";
import { indexOf } from "@/shared/accounts/match";
import { testAccount } from "@/shared/accounts/testing";
import { newForm, reduce, type Action, type EntryForm, type Terms } from "./form";
import { sumsOf } from "./sums";

const TERMS: Terms = {
  base: "USD",
  scales: new Map([
    ["USD", 2],
    ["EUR", 2],
    ["JPY", 0],
  ]),
  locale: "en-US",
};
const ACCOUNTS = indexOf([1, 2, 3].map((id) => testAccount(id, `${id}000`, `Account ${id}`)));
const START = newForm({ text: "03/15/2026", date: "2026-03-15", stepped: null }, "USD");

function after(...actions: Action[]): EntryForm {
  return actions.reduce((form, action) => reduce(form, action, TERMS), START);
}

const account = (key: number, id: number): Action => ({
  type: "account",
  key,
  entry: { id, text: `${id}000 Account ${id}` },
  currency: null,
});
const typed = (key: number, column: "debit" | "credit" | "worth" | "currency", text: string) =>
  ({ type: "line", key, column, text }) as const;
const settle = (key: number, column: "debit" | "credit" | "worth") =>
  ({ type: "settle", key, column }) as const;
const balance = (key: number, column: "debit" | "credit" | "worth") =>
  ({ type: "balance", key, column }) as const;

function faults(form: EntryForm): string[] {
  const body = bodyOf(form, TERMS);
  return "faults" in body ? body.faults.map(({ kind }) => kind) : [];
}

describe("the entry form", () => {
  test("a field that is left shows the figure that it means", () => {
    expect(after(typed(1, "debit", "12,5*3"), settle(1, "debit")).lines[0]?.debit).toBe("37.50");
    expect(after(typed(1, "debit", "1.234"), settle(1, "debit")).lines[0]?.debit).toBe("1.234");
  });

  test("a negative debit moves to credit, visibly", () => {
    const [line] = after(typed(1, "debit", "(1,234.56)"), settle(1, "debit")).lines;
    expect([line?.debit, line?.credit]).toEqual(["", "1,234.56"]);
  });

  test("a line has one side", () => {
    const [line] = after(typed(1, "debit", "5"), typed(1, "credit", "7")).lines;
    expect([line?.debit, line?.credit]).toEqual(["", "7"]);
  });

  test("= gives what the others leave open, on its side", () => {
    const form = after(
      typed(1, "debit", "1,200.00"),
      { type: "add" },
      typed(2, "debit", "240"),
      balance(3, "debit"),
    );
    expect(form.lines[2]).toMatchObject({ debit: "", credit: "1,440.00" });
    expect(sumsOf(form, TERMS).open).toEqual([]);
    expect(after(typed(1, "debit", "nonsense"), balance(2, "credit")).lines[1]?.credit).toBe("");
  });

  test("each currency balances by itself, or is worth something", () => {
    const bought = [
      account(1, 1),
      typed(1, "currency", "eur"),
      typed(1, "debit", "10"),
      account(2, 2),
    ];
    expect(sumsOf(after(...bought), TERMS).open).toEqual([{ currency: "EUR", out: 1000n }]);
    const worth = after(...bought, typed(1, "worth", "10.85"), balance(2, "credit"));
    expect(worth.lines[1]?.credit).toBe("10.85");
    expect(bodyOf(worth, TERMS)).toEqual({
      entry: {
        date: "2026-03-15",
        description: "",
        lines: [
          { account_id: 1, amount: "10.00", currency: "EUR", base_amount: "10.85" },
          { account_id: 2, amount: "-10.85", currency: "USD" },
        ],
      },
      keys: [1, 2],
    });
    const sold = after(
      typed(1, "currency", "EUR"),
      typed(1, "credit", "10"),
      typed(2, "debit", "10.85"),
      balance(1, "worth"),
    );
    expect(sold.lines[0]?.worth).toBe("10.85");
    expect(sumsOf(sold, TERMS).open).toEqual([]);
  });

  test("what can't be posted says where and why", () => {
    expect(faults(START)).toEqual(["few_lines"]);
    expect(faults(after(typed(1, "debit", "5"), typed(2, "credit", "4")))).toEqual([
      "no_account",
      "no_account",
    ]);
    const filled = [account(1, 1), account(2, 2)];
    expect(faults(after(...filled))).toEqual(["no_amount", "no_amount"]);
    expect(faults(after(...filled, typed(1, "debit", "1.2.3"), typed(2, "credit", "4")))).toEqual([
      "unreadable",
    ]);
    expect(faults(after(...filled, typed(1, "debit", "5"), typed(2, "credit", "4")))).toEqual([
      "out_of_balance",
    ]);
    expect(
      faults(
        after(
          ...filled,
          typed(1, "debit", "5"),
          typed(2, "credit", "5"),
          { type: "text", field: "tags", text: "hq" },
          { type: "date", entry: { text: "31 Feb", date: "2026-03-15", stepped: null } },
        ),
      ),
    ).toEqual(["no_date", "bad_tags"]);
  });

  test("lines are copied, removed and brought back", () => {
    const form = after(account(1, 1), typed(1, "debit", "5"), { type: "copyAbove", key: 2 });
    expect(form.lines[1]).toMatchObject({ key: 2, debit: "5", account: { id: 1 } });
    const without = reduce(form, { type: "remove", key: 1 }, TERMS);
    expect(without.lines.map(({ key }) => key)).toEqual([2, 3]);
    const back = reduce(without, { type: "undo" }, TERMS);
    expect(back.lines[0]).toEqual(form.lines[0]);
    expect(back.removed).toBeNull();
  });

  test("a draft comes back as it was, for any form", () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const random = seeded(seed);
      const actions = Array.from({ length: 12 }, (): Action => {
        const key = 1 + random.below(3);
        const column = random.pick(["debit", "credit", "worth"] as const);
        return random.pick<Action>([
          { type: "add" },
          account(key, 1 + random.below(3)),
          typed(key, column, String(random.below(100_000))),
          typed(key, "currency", random.pick(["USD", "EUR", "JPY"])),
          settle(key, column),
          balance(key, column),
          { type: "remove", key },
          { type: "undo" },
          { type: "text", field: "tags", text: "a=b, c=" },
        ]);
      });
      const draft = draftOf(after(...actions), TERMS);
      const again = draftOf(formOf(draft, "2026-03-15", ACCOUNTS, TERMS), TERMS);
      expect({ seed, draft: again }).toEqual({ seed, draft });
    }
  });

  test("tags are pairs", () => {
    expect(tagsOf("dept=hq, project = atlas,")).toEqual({ dept: "hq", project: "atlas" });
    expect(tagsOf("a=")).toEqual({ a: "" });
    expect(tagsOf("")).toEqual({});
    expect(tagsOf("=hq")).toBeNull();
  });
});
