import { expect, test } from "vitest";

import { decoded, formatOf } from "./file";
import { findingsOf, type ImportReport, isOpen } from "./findings";
import { chosen, mapped, read, saidIn, unsaid } from "./wizard";

const NOTHING: ImportReport = {
  format: "journal",
  batch: null,
  posted: 0,
  repeated: 0,
  without_lines: 0,
  left_out: 0,
  accounts_made: 0,
  commodities_made: 0,
  csv: null,
  problem_count: 0,
  problems: [],
  questions: [],
  unknown_accounts: [],
  new_accounts: [],
  repeats: [],
  effects: [],
  remarks: [],
};

const problem = (line: number, account: string | null = null) => ({
  line,
  column: 3,
  code: account === null ? "interchange.unbalanced" : "interchange.unknown_account",
  reason: `of line ${line}`,
  account,
});

test("what has one answer is told once, where it is first", () => {
  const findings = findingsOf({
    ...NOTHING,
    problem_count: 5,
    problems: [problem(9, "Foo"), problem(2), problem(4, "Bar"), problem(12, "Foo"), problem(7)],
    questions: [{ line: 7, column: 3, option: "like", text: "1,000", alike: 12, readings: [] }],
    repeats: [{ line: 3, number: 8 }],
    new_accounts: [
      { account: "a", code: "a", line: 1, type: "asset", type_assumed: true },
      { account: "b", code: "b", line: 5, type: "asset", type_assumed: false },
    ],
  });
  expect(findings.map(({ kind, line }) => `${line} ${kind}`)).toEqual([
    "1 new-account",
    "2 error",
    "3 same",
    "4 unknown-account",
    "5 new-account",
    "7 question",
    "9 unknown-account",
  ]);
  expect(findings.filter(isOpen).map(({ line }) => line)).toEqual([1, 2, 4, 7, 9]);
  expect(findings.at(-1)).toMatchObject({ account: "Foo", alike: 2 });
});

test.each([
  ["bank.CSV", "2026-01-01 x\n  a  1\n", "csv"],
  ["books.journal", "a,b\n", "journal"],
  ["books", "; comment\n2026-01-01 * Sale\n    a  1 USD\n    b\n", "journal"],
  ["books.gnucash", '<?xml version="1.0"?>\n<gnc-v2/>', "gnucash"],
  ["books.gnucash", decoded(new Uint8Array([0x1f, 0x8b, 0x08])), "gnucash"],
  ["export", "2026-01-01,Tea,1.50\n2026-01-02,Pens,2\n", "csv"],
])("%s with %j is %s", (name, text, format) => {
  expect(formatOf(name, text)).toBe(format);
});

test("what was answered can be taken back", () => {
  const file = { id: 1, name: "b.csv", format: "csv", content: "", text: "Day,x\n1,2\n" } as const;
  const { reading } = chosen(file, () => ({ date: "Day" }));
  const answered = mapped(read(reading, "decimal_mark", ","), "Foo", "6000");
  const said = saidIn(answered);
  expect(said).toEqual([
    { what: "reading", option: "decimal_mark", value: "," },
    { what: "account", account: "Foo", code: "6000" },
  ]);
  expect(said.reduce(unsaid, answered)).toEqual(reading);
});
