import { expect, test } from "vitest";

import { assigned, fits, guessed, keyAt, missingIn, remembered, rowName, sent } from "./mapping";
import { delimiterOf, nameOf, rowsOf, tableOf } from "./rows";

test("cells in quotes hold delimiters, line ends and quotes", () => {
  expect(rowsOf('a;"b;""c""\nd";e\r\n\r\nf;g;h', ";")).toEqual([
    ["a", 'b;"c"\nd', "e"],
    ["f", "g", "h"],
  ]);
});

test.each([
  ["a,b,c\n1,2,3\n", ","],
  ["Tag;Betrag\n1.2.26;1,50\n2.2.26;2,50\n", ";"],
  ["a\tb\n1,5\t2,5\n", "\t"],
  ["one column\nof words\n", ","],
])("%j is parted by %j", (text, delimiter) => {
  expect(delimiterOf(text)).toBe(delimiter);
});

test("a bank's letter head stands above the titles", () => {
  const table = tableOf("Account 4711\n\nDay;Text;Amount\n2026-01-02;Tea;-1.50\n2026-01-03;x;2\n");
  expect(table.titles).toEqual(["Day", "Text", "Amount"]);
  expect(table.rows).toHaveLength(2);
});

test("a file without titles names its columns by number, as one with a title twice does", () => {
  const plain = tableOf("2026-01-02,Tea,-1.50\n2026-01-03,Pens,2.00\n");
  expect(plain.titles).toBeNull();
  expect(plain.rows).toHaveLength(2);
  expect(nameOf(plain, 2)).toBe("#3");
  expect(nameOf(tableOf("Day,Text,Text\n2026-01-02,a,b\n"), 2)).toBe("#3");
});

const BANK = tableOf("Buchungstag;Verwendungszweck;Betrag;Ort\n2.1.2026;Tee;-1,50;Bonn\n");

test("usual titles are guessed, and what is missing is said", () => {
  const pairs = guessed(BANK);
  expect(pairs).toEqual({
    date: "Buchungstag",
    description: "Verwendungszweck",
    amount: "Betrag",
  });
  expect(missingIn(pairs)).toEqual(["account", "counter"]);
  expect(missingIn({ ...pairs, account: "=1000", counter: "=6000" })).toEqual([]);
});

test("a column is one thing, and a thing one column", () => {
  const pairs = assigned(guessed(BANK), BANK, 3, "description");
  expect(keyAt(pairs, BANK, 3)).toBe("description");
  expect(keyAt(pairs, BANK, 1)).toBeNull();
  expect(keyAt(assigned(pairs, BANK, 3, null), BANK, 3)).toBeNull();
});

test("what one file left open isn't remembered for the next", () => {
  const pairs = { ...guessed(BANK), "account:Tee": "6000", decimal_mark: ",", date_order: "dmy" };
  expect(remembered(pairs)).toEqual({ ...guessed(BANK), "account:Tee": "6000" });
  expect(rowName(BANK)).toBe("Buchungstag, Verwendungszweck, Betrag, Ort");
  expect(fits(pairs, BANK)).toBe(true);
  expect(fits({ date: "Day" }, BANK)).toBe(false);
});

test("the server reads the file as it was shown", () => {
  expect(sent(guessed(BANK), BANK)["delimiter"]).toBe(";");
  expect(sent({ date: "#1" }, BANK)["header"]).toBe("1");
  expect(sent(guessed(BANK), BANK)["header"]).toBeUndefined();
});
